import { isDeepStrictEqual } from "node:util";
import type { Estate } from "../../shared/estate.ts";
import { type RuleName, type Rules, ruleNames, usualRules } from "../../shared/estate-rules.ts";
import type { Finding } from "../../shared/rules.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";
import type { FindingBook } from "./book.ts";
import { DiskFilling } from "./disk-filling.ts";
import type { KeptReadings } from "./kept-readings.ts";
import { resourceRules } from "./resource-rules.ts";
import type { RuleContext, Sighting } from "./rule.ts";
import { type Seen, type WholeParts, wholeRules } from "./whole-rules.ts";

/** Milliseconds between two rounds at least, and that one piece of work may take before others have their turn. */
const interval = 1000;
const slice = 12;
const breath = 5;
/** Milliseconds after which time alone may have changed something. */
const tick = 60_000;
/** Milliseconds in which a console that has just begun has read what other parts work with. */
const settling = 120_000;
const mostWritten = 500;
/** Milliseconds between two times that readings of disks are kept: what a crash may lose of them. */
const keepEvery = 300_000;

export interface RuleEngineParts {
  inventory: Pick<Inventory, "follow">;
  /** The estate in force. */
  estate(): Pick<Estate, "rules" | "sites"> | null;
  whole: WholeParts;
  /** Each calls its listener when what one of the whole rules looks at has changed; returns how to stop. */
  feeds: readonly ((changed: () => void) => () => void)[];
  book: FindingBook;
  /** Where readings of disks are kept; they begin anew with each console when left out. */
  readings?: Pick<KeptReadings, "recall" | "keep">;
  now(): number;
  /** Hears of a journal that cannot be written, and of a rule that throws. */
  onError(thrown: unknown): void;
}

type Held = Omit<Finding, "since" | "mute">;

/**
 * Everything that the rules have found, worked out for what has changed alone. What appears and goes is written down, so that
 * since when it stands outlives the console.
 */
export class RuleEngine {
  readonly #parts: RuleEngineParts;
  readonly #disks: DiskFilling;
  readonly #rules: ReturnType<typeof resourceRules>;
  readonly #pending = new Set<Followed>();
  readonly #known = new Map<string, Followed>();
  readonly #findings = new Map<string, Held>();
  /** Findings of each resource, and of each whole rule. */
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  readonly #beganAt: number;
  #whole = true;
  #timer: NodeJS.Timeout | null = null;
  #isOther = false;
  #writtenAt: ReadonlySet<string> = new Set();

  constructor(parts: RuleEngineParts) {
    this.#parts = parts;
    this.#disks = new DiskFilling(parts.readings?.recall());
    this.#rules = resourceRules(this.#disks);
    this.#beganAt = parts.now();
    this.#writtenAt = new Set(parts.book.open().keys());
    const changed = () => {
      this.#whole = true;
      this.#wakeIn(interval);
    };
    this.#stops.push(
      parts.inventory.follow({
        mark: (entry) => void this.#pending.add(entry),
        wake: () => this.#wakeIn(interval),
      }),
      ...parts.feeds.map((feed) => feed(changed)),
    );
    const ticking = setInterval(() => this.#lookAtTheClock(), tick);
    const keeping = setInterval(() => this.#keepReadings(), keepEvery);
    for (const timer of [ticking, keeping]) {
      timer.unref();
      this.#stops.push(() => clearInterval(timer));
    }
    changed();
  }

  /** Every finding, the gravest and newest first. */
  all(): Finding[] {
    const now = this.#parts.now();
    const open = this.#parts.book.open();
    return [...this.#findings.values()]
      .map((held) => ({
        ...held,
        since: open.get(held.key) ?? now,
        mute: this.#parts.book.muteOf(held.key, now),
      }))
      .sort((one, other) => gravity(one) - gravity(other) || other.since - one.since);
  }

  unmuted(): number {
    const now = this.#parts.now();
    return [...this.#findings.keys()].filter((key) => this.#parts.book.muteOf(key, now) === null).length;
  }

  muted(): Finding[] {
    return this.all().filter(({ mute }) => mute !== null);
  }

  has(key: string): boolean {
    return this.#findings.has(key);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The estate in force changed: other rules may hold. */
  reconsider(): void {
    for (const entry of this.#known.values()) this.#pending.add(entry);
    this.#whole = true;
    this.#wakeIn(interval);
  }

  /** Something that is shown besides has changed: a mute. */
  touched(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Works out at once all that is still to be worked out. */
  settle(): void {
    this.#work(Number.POSITIVE_INFINITY);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#keepReadings();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #keepReadings(): void {
    this.#parts.readings?.keep(this.#disks.readings());
  }

  #wakeIn(milliseconds: number): void {
    if (this.#timer || (this.#pending.size === 0 && !this.#whole)) return;
    this.#timer = setTimeout(() => this.#work(slice), milliseconds);
    this.#timer.unref();
  }

  #lookAtTheClock(): void {
    for (const [id, keys] of this.#keysOf) {
      const entry = keys.size > 0 ? this.#known.get(id) : undefined;
      if (entry) this.#pending.add(entry);
    }
    for (const entry of this.#known.values()) {
      if (this.#rules.some(([, rule]) => rule.isTimed?.(entry))) this.#pending.add(entry);
    }
    this.#whole = true;
    this.#wakeIn(0);
    this.touched();
  }

  #work(most: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const context = { rules: this.#rulesInForce(), now: this.#parts.now() };
    const end = performance.now() + most;
    for (const entry of this.#pending) {
      this.#pending.delete(entry);
      this.#take(entry, context);
      if (performance.now() > end) break;
    }
    if (this.#pending.size > 0) {
      this.#wakeIn(breath);
      return;
    }
    if (this.#whole) this.#lookAtTheWhole(context);
    this.#publish(context.now);
  }

  #take(entry: Followed, context: RuleContext): void {
    const { id, declaration } = entry;
    if (entry.removed) this.#known.delete(id);
    else this.#known.set(id, entry);
    const environment = declaration.environment ?? this.#environmentOf(declaration.site);
    const found: Held[] = [];
    for (const [name, rule] of this.#rules) {
      if (!rule.kinds.includes(declaration.kind)) continue;
      if (entry.removed) {
        rule.forget?.(id);
        continue;
      }
      if (isOff(context.rules, name, environment)) continue;
      const sighting = this.#safely(() => rule.look(entry, context));
      if (!sighting) continue;
      const { kind, site } = declaration;
      found.push(heldOf(name, sighting, { id, name: declaration.name, kind, site, environment }));
    }
    this.#keep(id, found);
  }

  #lookAtTheWhole(context: RuleContext): void {
    this.#whole = false;
    for (const [rule, look] of wholeRules) {
      const seen = this.#safely(() => look(this.#parts.whole)) ?? [];
      const found = seen.flatMap((each) => {
        const environment = each.about
          ? (each.about.environment ?? this.#environmentOf(each.about.site))
          : null;
        if (isOff(context.rules, rule, environment)) return [];
        return [heldOf(rule, each, each.about && { ...each.about, environment }, each.name)];
      });
      this.#keep(`rule ${rule}`, found);
    }
  }

  /** Takes in all findings of one resource, or of one whole rule, in place of those before. */
  #keep(of: string, found: readonly Held[]): void {
    const before = this.#keysOf.get(of);
    if (!before && found.length === 0) return;
    const now = new Set(found.map(({ key }) => key));
    for (const key of before ?? [])
      if (!now.has(key)) this.#isOther = this.#findings.delete(key) || this.#isOther;
    for (const held of found) {
      if (isDeepStrictEqual(this.#findings.get(held.key), held)) continue;
      this.#findings.set(held.key, held);
      this.#isOther = true;
    }
    if (now.size === 0) this.#keysOf.delete(of);
    else this.#keysOf.set(of, now);
  }

  #publish(now: number): void {
    this.#writeDown(now);
    if (!this.#isOther) return;
    this.#isOther = false;
    this.touched();
  }

  /** What the journal says still stands, and is not seen by a console that has just begun, may not have been read yet. */
  #writeDown(now: number): void {
    const isSettled = now > this.#beganAt + settling;
    const appeared = [...this.#findings.values()].filter(({ key }) => !this.#writtenAt.has(key));
    const gone = isSettled ? [...this.#writtenAt].filter((key) => !this.#findings.has(key)) : [];
    if (appeared.length === 0 && gone.length === 0) return;
    try {
      this.#parts.book.turn(
        appeared.slice(0, mostWritten).map(({ key, rule, resource, health, text }) => ({
          key,
          rule,
          subject: resource?.id ?? null,
          health,
          text,
        })),
        gone.slice(0, mostWritten),
        now,
      );
      this.#writtenAt = new Set(this.#parts.book.open().keys());
    } catch (thrown) {
      this.#parts.onError(thrown);
    }
  }

  #safely<Result>(work: () => Result): Result | null {
    try {
      return work();
    } catch (thrown) {
      this.#parts.onError(thrown);
      return null;
    }
  }

  #rulesInForce(): Rules {
    return this.#parts.estate()?.rules ?? usualRules;
  }

  #environmentOf(site: string | null): string | null {
    return site === null ? null : (this.#parts.estate()?.sites[site]?.environment ?? null);
  }
}

function isOff(rules: Rules, rule: RuleName, environment: string | null): boolean {
  const { enabled, offIn } = rules[rule];
  return !enabled || (environment !== null && offIn.includes(environment));
}

function heldOf(rule: RuleName, sighting: Sighting, about: Seen["about"], name = ""): Held {
  const { health, text, evidence, proposal } = sighting;
  return {
    key: `${rule} ${about?.id ?? `estate:${name}`}`,
    rule,
    resource: about && { id: about.id, name: about.name, kind: about.kind },
    site: about?.site ?? null,
    environment: about?.environment ?? null,
    ...{ health, text, evidence, proposal },
  };
}

function gravity({ health, mute, rule }: Finding): number {
  return (mute ? 1000 : 0) + (health === "critical" ? 0 : 100) + ruleNames.indexOf(rule);
}
