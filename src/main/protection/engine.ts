import { isDeepStrictEqual } from "node:util";
import type { Estate } from "../../shared/estate.ts";
import type { Protection, ProtectionDetail, ProtectionSource } from "../../shared/protection.ts";
import type { Problem } from "../../shared/resource.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";
import { ProtectionBook } from "./book.ts";
import { type Judgement, judge, type PlannedPolicy } from "./judge.ts";
import { countsHere, isSame, type ProtectionRecord, recordOf, type ThingRecord } from "./records.ts";
import { RestoreTests, type RestoreTestsParts } from "./restore-tests.ts";
import { type Objectives, objectivesOf } from "./rpo.ts";

/** Milliseconds between two workings-out at least, and between two looks at what time alone has changed. */
const interval = 1000;
const tick = 15_000;
/** So much is done at once before other work has its turn: records taken in, and things judged. */
const mostRecords = 5000;
const mostJudged = 300;
const breath = 10;

export interface ProtectionParts {
  inventory: Pick<Inventory, "follow" | "setFindings">;
  /** The estate in force. */
  estate(): Pick<Estate, "environments" | "sites" | "plans"> | null;
  journal: RestoreTestsParts["journal"];
  now(): number;
  onError(thrown: unknown): void;
}

/**
 * How everything is protected, kept up to date with the inventory and the clock: what changed is gathered and judged anew
 * at most once a second, and for those things alone that it belongs to. What is wrong is told to the inventory as findings
 * on what is not protected as it should be.
 */
export class ProtectionEngine implements ProtectionSource {
  readonly #parts: ProtectionParts;
  readonly #book = new ProtectionBook();
  readonly #pending = new Set<Followed>();
  readonly #stale = new Set<string>();
  readonly #judged = new Map<string, Judgement>();
  readonly #listeners = new Set<() => void>();
  readonly #tests: RestoreTests;
  readonly #unfollow: () => void;
  readonly #ticking: NodeJS.Timeout;
  #objectives: Objectives;
  #timer: NodeJS.Timeout | null = null;
  #anew = true;
  #isOther = false;
  #revision = 0;

  constructor(parts: ProtectionParts) {
    this.#parts = parts;
    this.#objectives = objectivesOf(parts.estate());
    this.#tests = new RestoreTests({
      journal: parts.journal,
      ofPoint: (id) => this.#book.ofPoint(id),
      onTested: (of) => this.#touch(of),
      onError: parts.onError,
    });
    this.#unfollow = parts.inventory.follow({
      mark: (entry) => {
        if (countsHere(entry.declaration.kind)) this.#pending.add(entry);
      },
      wake: () => {
        if (this.#pending.size > 0) this.#arm();
      },
    });
    this.#ticking = setInterval(() => this.#lookAtTheClock(), tick);
    this.#ticking.unref();
  }

  protectionOf(resource: string): Protection | null {
    const judged = this.#judged.get(resource);
    return judged ? this.current(judged.protection) : null;
  }

  /** The same with the date of the reading that it rests on: a reading that says the same again changes nothing else. */
  current(protection: Protection): Protection {
    const last = protection.lastGood;
    const readAt = last ? (this.#book.record(last.restorePoint)?.readAt ?? null) : protection.readAt;
    return readAt === protection.readAt ? protection : { ...protection, readAt };
  }

  /** Everything that is protected or should be, by identifier. It changes in place, each time with a new revision. */
  all(): { judged: ReadonlyMap<string, Judgement>; revision: number; orphans: number } {
    return { judged: this.#judged, revision: this.#revision, orphans: this.#book.orphans() };
  }

  /** One of them with its restore points and slots. */
  detail(id: string): ProtectionDetail {
    const judged = this.#judged.get(id);
    if (!judged) return { protection: null, points: [], slots: [] };
    const protection = this.current(judged.protection);
    return {
      protection,
      points: this.#book
        .pointsOf(id)
        .toReversed()
        .map(({ id: point, name, madeAt, state, size, location, offSite, policy, expires }) => ({
          ...{ id: point, name, madeAt, state, size, location, offSite, expires },
          policy: policy === null ? null : (this.policyName(policy) ?? policy),
        })),
      slots: judged.slots
        .toSorted((one, other) => other.at - one.at)
        .map(({ at, policy, state, point }) => ({
          ...{ resource: id, name: protection.name, policy, at, state },
          policyName: this.policyName(policy) ?? policy,
          restorePoint: point?.id ?? null,
          madeAt: point?.madeAt ?? null,
        })),
    };
  }

  policyName(id: string): string | null {
    return this.#book.policy(id)?.record.name ?? null;
  }

  /** The names of sites and environments, by identifier. */
  names(): Record<string, string> {
    const { environments = {}, sites = {} } = this.#parts.estate() ?? {};
    const named = [...Object.entries(environments), ...Object.entries(sites)];
    return Object.fromEntries(named.map(([id, { name }]) => [id, name ?? id]));
  }

  /** How many are late or have nothing good at all, where they should. */
  late(): number {
    let late = 0;
    for (const { problems } of this.#judged.values()) if (problems.length > 0) late += 1;
    return late;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The estate in force changed: other objectives may hold. */
  reconsider(): void {
    this.#objectives = objectivesOf(this.#parts.estate());
    this.#anew = true;
    this.#arm();
  }

  /** Works out at once all that is still to be worked out. */
  settle(): void {
    this.#work(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#unfollow();
    this.#tests.close();
    clearInterval(this.#ticking);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #touch(id: string): void {
    this.#stale.add(id);
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== null) return;
    this.#wakeIn(interval);
  }

  #wakeIn(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#work(mostRecords, mostJudged), milliseconds);
    this.#timer.unref();
  }

  /** Takes in so many records and judges so many things; what is left over follows in a moment. */
  #work(records: number, things: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#takeIn(records);
    if (this.#anew) {
      for (const id of [...this.#judged.keys(), ...this.#book.things()]) this.#stale.add(id);
      this.#anew = false;
      this.#isOther = true;
    }
    let left = things;
    for (const id of this.#stale) {
      if (this.#pending.size > 0 || left <= 0) break;
      left -= 1;
      this.#stale.delete(id);
      this.#isOther = this.#judge(id) || this.#isOther;
    }
    if (this.#pending.size > 0 || this.#stale.size > 0) this.#wakeIn(breath);
    else if (this.#isOther) {
      this.#isOther = false;
      this.#publish();
    }
  }

  /** What a schedule or an age changes without anything being read. */
  #lookAtTheClock(): void {
    const now = this.#parts.now();
    for (const [id, { until }] of this.#judged) if (until <= now) this.#stale.add(id);
    if (this.#stale.size > 0 && this.#timer === null) this.#wakeIn(0);
  }

  #takeIn(most: number): void {
    let left = most;
    for (const entry of this.#pending) {
      if (left <= 0) return;
      left -= 1;
      this.#pending.delete(entry);
      const before = this.#book.record(entry.id);
      const record = entry.removed ? null : recordOf(entry);
      // A reading that says the same again changes no more than its date.
      const isOther = before === null || record === null || !isSame(before, record);
      if (before !== null && isOther) this.#forget(before);
      if (record === null) continue;
      if (isOther) this.#remember(record);
      else before.readAt = record.readAt;
    }
  }

  #remember(record: ProtectionRecord): void {
    for (const id of this.#book.put(record)) this.#stale.add(id);
    // What was not expected to be backed up may be so now.
    if (this.#book.takeNewSystem()) this.#anew = true;
  }

  #forget(record: ProtectionRecord): void {
    for (const id of this.#book.drop(record)) this.#stale.add(id);
  }

  /** Judges one thing anew; whether it stands otherwise than before. */
  #judge(id: string): boolean {
    const before = this.#judged.get(id);
    const thing = this.#book.thing(id);
    const after = thing ? this.#judgementOf(thing) : null;
    if (after === null) return this.#judged.delete(id);
    this.#judged.set(id, after);
    return !before || !isDeepStrictEqual(before.protection, after.protection);
  }

  #judgementOf(thing: ThingRecord): Judgement | null {
    const { byThing, byEnvironment, bySite } = this.#objectives;
    const environment = thing.environment ?? (thing.site === null ? null : (bySite.get(thing.site) ?? null));
    const planned = byThing.get(thing.id) ?? null;
    const points = this.#book.pointsOf(thing.id);
    const policies: PlannedPolicy[] = this.#book.policiesOf(thing.id, points);
    const usual = environment === null ? null : (byEnvironment.get(environment) ?? null);
    const counts = usual !== null && thing.counts;
    if (planned === null && points.length === 0 && policies.length === 0 && !counts) return null;
    const isNamed = planned !== null || policies.some(({ record }) => !record.paused);
    // Whoever backs up something of a system, or could, and leaves this out has forgotten it. A namespace without volumes
    // has nothing to lose.
    const hasData = thing.kind === "vm" || this.#book.holdsVolumes(thing.id);
    const isForgotten = counts && hasData && this.#book.makesBackups(thing.system);
    return judge({
      thing: { ...thing, environment },
      points,
      policies,
      rpo: planned ?? usual,
      tested: this.#tests.of(thing.id),
      expected: isNamed || isForgotten,
      now: this.#parts.now(),
    });
  }

  #publish(): void {
    this.#revision += 1;
    const findings = new Map<string, readonly Problem[]>();
    for (const [id, { problems }] of this.#judged) if (problems.length > 0) findings.set(id, problems);
    this.#parts.inventory.setFindings("protection", findings);
    for (const listener of [...this.#listeners]) listener();
  }
}
