import type { Estate } from "../../shared/estate.ts";
import type { AllowlistGate, AllowlistVerdict } from "./allowlist-gate.ts";
import { hostAndPort, type Place } from "./place.ts";
import type { SshTarget } from "./reach.ts";

/** A place that is reached from certain ranges only, and the hop that it is reached through. */
export type Way = Place & { via: string | null; allowlist: string | null };

/** From where a hop sees this workstation: null where it does not tell. Epoch milliseconds. */
export interface Observed {
  address: string | null;
  at: number;
}

/** What is known of one way: the verdict, and when it was judged (epoch milliseconds). */
export interface Standing extends AllowlistVerdict {
  at: number;
}

export interface StandingsParts {
  gate: AllowlistGate;
  /** The hops and allowlists in force. */
  estate(): Pick<Estate["reach"], "hops">;
  hop(id: string): SshTarget | null;
  now(): number;
  /** Milliseconds for looking up one name. */
  limit: number;
  ending: AbortSignal;
  changed(): void;
}

/** What one system is seen to reach: servers that it logs in to by their resource, and all else by its place. */
interface OfSystem {
  targets: Map<string, Way>;
  places: Map<string, Way>;
}

/** Ways kept of one system; what comes beyond is judged when it is connected to. */
const mostWays = 2000;
const looksAtOnce = 32;

/**
 * Where this workstation stands towards whatever has an allowlist: each hop of the estate, and each place that a system was
 * about to reach. Judged without connecting, anew whenever the network, the estate or what a hop sees has changed.
 */
export class Standings {
  readonly #parts: StandingsParts;
  readonly #systems = new Map<string, OfSystem>();
  readonly #observed = new Map<string, Observed>();
  #judged: ReadonlyMap<string, { way: Way; standing: Standing }> = new Map();
  #round = 0;

  constructor(parts: StandingsParts) {
    this.#parts = parts;
  }

  /** A system is made anew: what it reached by its former declaration is forgotten. */
  forget(system: string): void {
    this.#systems.delete(system);
  }

  /** Keeps those of the systems that are still declared. */
  retain(isDeclared: (system: string) => boolean): void {
    for (const system of this.#systems.keys()) if (!isDeclared(system)) this.#systems.delete(system);
  }

  /** A system is about to reach a place; `target` is the resource that it logs in to. */
  note(system: string, way: Way, target: string | null = null): void {
    if (way.allowlist === null) return;
    const known = this.#systems.get(system) ?? { targets: new Map(), places: new Map() };
    this.#systems.set(system, known);
    const [kept, name] = target === null ? [known.places, keyOf(way)] : [known.targets, target];
    const before = kept.get(name);
    if (before ? keyOf(before) === keyOf(way) : kept.size >= mostWays) return;
    kept.set(name, way);
    if (!this.#judged.has(keyOf(way))) void this.judge();
  }

  /** A hop has told from where it sees this workstation. */
  observe(hop: string, address: string | null): void {
    const before = this.#observed.get(hop);
    this.#observed.set(hop, { address, at: this.#parts.now() });
    if (before?.address !== address) void this.judge();
  }

  /** The network is another one: what hops have told no longer counts. */
  forgetObserved(): void {
    this.#observed.clear();
  }

  observed(hop: string): Observed | null {
    return this.#observed.get(hop) ?? null;
  }

  /** One way, looked at now. Throws what the gate throws. */
  look(way: Way): Promise<AllowlistVerdict> {
    const first = this.firstOf(way);
    const origin = this.#observed.get(first.id)?.address ?? null;
    const signal = AbortSignal.any([this.#parts.ending, AbortSignal.timeout(this.#parts.limit)]);
    return this.#parts.gate.look(way, first, origin, signal);
  }

  /** The hop that a way begins with, or the place itself. */
  firstOf(way: Way): Way {
    let first = way;
    for (let depth = 0; first.via !== null && depth < 16; depth++) {
      const hop = this.#parts.hop(first.via);
      if (!hop) break;
      first = hop;
    }
    return first;
  }

  /** All that was judged last. */
  all(): Standing[] {
    return [...this.#judged.values()].map(({ standing }) => standing);
  }

  /** The judgement in force, another object after each. */
  get judgement(): object {
    return this.#judged;
  }

  get isOutsideAnywhere(): boolean {
    return this.all().some(({ state }) => state === "outside");
  }

  /** How a hop, or any other way, was judged last; null: it has no allowlist, or was not judged yet. */
  of(way: Way): Standing | null {
    return this.#judged.get(keyOf(way))?.standing ?? null;
  }

  /** How ways that begin with a hop were judged last. */
  through(hop: string): Standing[] {
    return [...this.#judged.values()].flatMap(({ way, standing }) =>
      way.via !== null && this.firstOf(way).id === hop ? [standing] : [],
    );
  }

  /**
   * Why a system cannot be spoken to from here, by what was judged last; null: it can, or that is not known. `target` is the
   * resource meant: where the system logs in to it by itself, its own way counts, else all ways must be outside.
   */
  outside(system: string, target: string | null): Standing | null {
    const known = this.#systems.get(system);
    if (!known) return null;
    const own = target === null ? undefined : known.targets.get(target);
    const ways = own ? [own] : [...known.places.values(), ...(target === null ? known.targets.values() : [])];
    const standings = ways.map((way) => this.of(way));
    return standings.length > 0 && standings.every((each) => each?.state === "outside")
      ? (standings[0] ?? null)
      : null;
  }

  /**
   * The same for whoever is about to act: the server that the system itself logs in to is looked at now. Null where nothing is
   * known of the way. Throws what the gate throws.
   */
  async before(system: string, target: string): Promise<AllowlistVerdict | null> {
    const known = this.#systems.get(system);
    const own = known?.targets.get(target);
    if (own) return this.look(own);
    const places = [...(known?.places.values() ?? [])].map((way) => this.of(way));
    return this.outside(system, target) ?? places.find((standing) => standing?.state === "inside") ?? null;
  }

  /** The systems that cannot be spoken to from here. */
  outsideSystems(): { system: string; standing: Standing }[] {
    return [...this.#systems.keys()].flatMap((system) => {
      const standing = this.outside(system, null);
      return standing ? [{ system, standing }] : [];
    });
  }

  /** Judges everything anew; a later round makes an earlier one void. */
  async judge(): Promise<void> {
    const round = ++this.#round;
    // Whoever notes several ways at a time has them judged together.
    await Promise.resolve();
    if (round !== this.#round) return;
    const ways = [...this.#ways()];
    const judged = new Map<string, { way: Way; standing: Standing }>();
    for (let from = 0; from < ways.length; from += looksAtOnce) {
      await Promise.all(
        ways.slice(from, from + looksAtOnce).map(async ([key, way]) => {
          // A way that cannot be judged, such as one by an allowlist that nobody declares, is judged when it is gone.
          const verdict = await this.look(way).catch(() => null);
          if (verdict) judged.set(key, { way, standing: { ...verdict, at: this.#parts.now() } });
        }),
      );
      if (round !== this.#round) return;
    }
    this.#judged = judged;
    this.#parts.changed();
  }

  #ways(): Map<string, Way> {
    const hops = Object.keys(this.#parts.estate().hops).flatMap((id) => this.#parts.hop(id) ?? []);
    const systems = [...this.#systems.values()].flatMap(({ targets, places }) => [
      ...targets.values(),
      ...places.values(),
    ]);
    const guarded = [...hops, ...systems].filter(({ allowlist }) => allowlist !== null);
    return new Map(guarded.map((way) => [keyOf(way), way]));
  }
}

/** Ways of one key are judged alike: by the same ranges, and from the same address. */
function keyOf({ allowlist, via, address, port }: Way): string {
  return via === null ? `${allowlist} ${hostAndPort(address, port)}` : `${allowlist} via ${via}`;
}
