import { toOpsError } from "../../../../shared/errors.ts";
import type {
  Declaration,
  DeclarationChange,
  Observation,
  ObservationSink,
} from "../../../../shared/resource.ts";
import { abortable } from "../../../reach/abort.ts";
import type { Vantage } from "../../../reach/vantage.ts";
import { type ReadEntry, type Reading, readEntry, staysIn } from "./entries.ts";
import type { ListApi } from "./list-api.ts";
import { type LockOut, lockedOut } from "./lock-out.ts";
import { entrySeen, listSeen } from "./seen.ts";

export interface ProviderListParts {
  /** The resource of the list, `SYSTEM/allowlists/NAME`. */
  id: string;
  name: string;
  system: string;
  site: string | null;
  environment: string | null;
  /** The estate's allowlist whose ranges are to be let in. */
  declared: string | null;
  /** Milliseconds between two readings of what nobody asks for, and after which it counts as stale. */
  every: number;
  staleAfter: number;
  api: ListApi;
  vantage(): Vantage;
  now(): number;
}

/** The allowlist of one service: its entries, as they are and as they are shown. */
export class ProviderList {
  readonly parts: ProviderListParts;
  #entries: ReadonlyMap<string, ReadEntry> = new Map();
  #reading: Reading | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ProviderListParts) {
    this.parts = parts;
  }

  /** As it was read last; null before. */
  get reading(): Reading | null {
    return this.#reading;
  }

  /** The ranges that the estate declares for it. */
  get declared(): readonly string[] {
    const { declared, vantage } = this.parts;
    return declared === null ? [] : (vantage().ranges[declared] ?? []);
  }

  declarations(): Declaration[] {
    return [
      this.#declarationOf(null),
      ...[...this.#entries.values()].map((each) => this.#declarationOf(each)),
    ];
  }

  /** Whether a resource is the list or one of its entries, there or not. */
  owns(resource: string): boolean {
    return resource === this.parts.id || resource.startsWith(`${this.parts.id}/`);
  }

  /** The number of the entry that a resource is; null for another resource. */
  numberOf(resource: string): number | null {
    const number = this.owns(resource) ? resource.slice(this.parts.id.length + 1) : "";
    return /^[1-9]\d{0,15}$/.test(number) ? Number(number) : null;
  }

  /** Reads it now. Throws what the API throws. */
  async read(signal: AbortSignal): Promise<Reading> {
    const { api } = this.parts;
    const at = await api.clock(signal);
    const [policy, entries] = await Promise.all([api.policy(signal), api.entries(signal)]);
    return { at, policy, entries: entries.map(readEntry) };
  }

  /** Whether an entry may go, by its number, as far as whoever works here is concerned. */
  judgeRemoval(number: number, { entries }: Reading): LockOut {
    const entry = entries.find(({ networkAccessId }) => networkAccessId === number);
    return lockedOut({
      network: entry?.network ?? "",
      left: entries.filter((each) => each !== entry && staysIn(each)).map(({ network }) => network),
      points: this.parts.vantage().points,
      declared: this.declared,
    });
  }

  /**
   * Has one change of the list come after the other: what two of them take away together could be the only way in, though each
   * by itself is not.
   */
  exclusively<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => (signal.aborted ? Promise.reject(signal.reason) : work()));
    this.#last = turn.catch(() => undefined);
    return abortable(turn, signal);
  }

  /**
   * Reads it for the inventory: at once when somebody asks for it, else when its time has come. Whoever asks gets a reading
   * that was begun since: one that was under way may have passed what has just changed. Never throws.
   */
  observe(sink: ObservationSink, signal: AbortSignal, isAsked: boolean): Promise<void> {
    const { now, every } = this.parts;
    if (!isAsked && now() - this.#readAt < every) return Promise.resolve();
    if (this.#running === null) {
      this.#running = this.#observe(sink, signal).finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    if (!isAsked) return this.#running;
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.observe(sink, signal, true);
    });
    return this.#next;
  }

  async #observe(sink: ObservationSink, signal: AbortSignal): Promise<void> {
    const { id, system, now } = this.parts;
    try {
      const reading = await this.read(signal);
      if (signal.aborted) return;
      this.#readAt = now();
      this.#reading = reading;
      sink.redeclare(system, this.#take(reading));
      sink.observe(this.#seen(reading));
    } catch (error) {
      if (signal.aborted) return;
      this.#readAt = now();
      const wire = toOpsError(error, "ovh").toWire();
      const known = [id, ...this.#entries.keys()];
      sink.observe(known.map((resource) => ({ resource, source: system, at: now(), error: wire })));
    }
  }

  #take({ entries }: Reading): DeclarationChange {
    const before = this.#entries;
    this.#entries = new Map(entries.map((entry) => [this.idOf(entry.networkAccessId), entry]));
    return {
      added: [...this.#entries]
        .filter(([id, { network }]) => before.get(id)?.network !== network)
        .map(([, entry]) => this.#declarationOf(entry)),
      removed: [...before.keys()].filter((id) => !this.#entries.has(id)),
    };
  }

  idOf(number: number): string {
    return `${this.parts.id}/${number}`;
  }

  #seen(reading: Reading): Observation[] {
    const { id, name, system, now, api } = this.parts;
    const { points } = this.parts.vantage();
    const common = { source: system, at: now() };
    const list = { id, name, service: api.service, declared: this.declared, points };
    return [
      { resource: id, ...common, ...listSeen(list, reading) },
      ...reading.entries.map((entry) => ({
        resource: this.idOf(entry.networkAccessId),
        ...common,
        ...entrySeen(list, reading, entry),
      })),
    ];
  }

  #declarationOf(entry: ReadEntry | null): Declaration {
    const { id, name, system, site, environment, staleAfter } = this.parts;
    const common = { kind: "service", system, site, environment, staleAfter } as const;
    return entry === null
      ? { id, name, parent: site, ...common }
      : { id: this.idOf(entry.networkAccessId), name: entry.network, parent: id, ...common };
  }
}
