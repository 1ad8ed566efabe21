import type { PlannedPolicy } from "./judge.ts";
import type { PointRecord, PolicyRecord, ProtectionRecord, ThingRecord } from "./records.ts";
import { readSchedule, type Schedule } from "./schedule.ts";

const mostSchedules = 1000;
const none: readonly PointRecord[] = [];

/** All records, with what belongs to what. Putting and dropping one tells the things that are to be judged anew. */
export class ProtectionBook {
  readonly #records = new Map<string, ProtectionRecord>();
  readonly #points = new Map<string, Map<string, PointRecord>>();
  readonly #sorted = new Map<string, readonly PointRecord[]>();
  readonly #policies = new Map<string, PlannedPolicy>();
  readonly #policiesOf = new Map<string, Set<string>>();
  /** Things that have points of a policy, which need not name them. */
  readonly #madeBy = new Map<string, Set<string>>();
  /** How many restore points, policies and places for them each system tells of. */
  readonly #makers = new Map<string, number>();
  /** How many volumes each namespace has. */
  readonly #volumes = new Map<string, number>();
  readonly #schedules = new Map<string, Schedule | null>();
  #isNewSystem = false;

  record(id: string): ProtectionRecord | null {
    return this.#records.get(id) ?? null;
  }

  /** What is protected: a resource, or by its policy what is known by a name alone, such as files or a dump. */
  thing(id: string): ThingRecord | null {
    const record = this.#records.get(id);
    if (record?.is === "thing") return record;
    return record?.is === "policy" ? this.#namedBy(record) : null;
  }

  /** The identifiers of everything that may be protected. */
  *things(): Iterable<string> {
    for (const record of this.#records.values()) if (record.is !== "point") yield record.id;
  }

  policy(id: string): PlannedPolicy | null {
    return this.#policies.get(id) ?? null;
  }

  ofPoint(id: string): string | null {
    const record = this.#records.get(id);
    return record?.is === "point" ? record.of : null;
  }

  /** The restore points of a thing, the oldest first; those without a date before all. */
  pointsOf(id: string): readonly PointRecord[] {
    const known = this.#sorted.get(id);
    if (known) return known;
    const isPolicy = this.#records.get(id)?.is === "policy";
    const points = isPolicy ? this.#unresolved(id) : this.#points.get(id);
    if (!points) return none;
    const sorted = [...points.values()].sort((one, other) => (one.madeAt ?? 0) - (other.madeAt ?? 0));
    this.#sorted.set(id, sorted);
    return sorted;
  }

  /** The policies that name a thing, and those that its restore points were made by. */
  policiesOf(id: string, points: readonly PointRecord[]): PlannedPolicy[] {
    const ids = new Set(this.#policiesOf.get(id));
    if (this.#policies.has(id)) ids.add(id);
    for (const { policy } of points) if (policy !== null) ids.add(policy);
    return [...ids].sort().flatMap((policy) => this.#policies.get(policy) ?? []);
  }

  makesBackups(system: string): boolean {
    return this.#makers.has(system);
  }

  /** Whether a system was found to make backups since this was last asked. */
  takeNewSystem(): boolean {
    const isNew = this.#isNewSystem;
    this.#isNewSystem = false;
    return isNew;
  }

  /** How many restore points are of what is not there. */
  orphans(): number {
    let orphans = 0;
    for (const [of, points] of this.#points) {
      if (this.#records.get(of)?.is === "thing") continue;
      for (const { policy } of points.values()) {
        if (isIdentifier(of) || policy === null || !this.#policies.has(policy)) orphans += 1;
      }
    }
    return orphans;
  }

  put(record: ProtectionRecord): string[] {
    this.#records.set(record.id, record);
    if (record.is !== "thing" || record.isTarget)
      this.#isNewSystem = added(this.#makers, record.system, 1) === 1 || this.#isNewSystem;
    if (record.is === "thing") return this.#putThing(record, 1);
    if (record.is === "policy") return this.#putPolicy(record);
    if (record.of === null) return [];
    const points = this.#points.get(record.of) ?? new Map<string, PointRecord>();
    points.set(record.id, record);
    this.#points.set(record.of, points);
    this.#sorted.delete(record.of);
    if (record.policy !== null) {
      const made = this.#madeBy.get(record.policy) ?? new Set();
      this.#madeBy.set(record.policy, made.add(record.of));
      this.#sorted.delete(record.policy);
      return [record.of, record.policy];
    }
    return [record.of];
  }

  drop(record: ProtectionRecord): string[] {
    this.#records.delete(record.id);
    if (record.is !== "thing" || record.isTarget) added(this.#makers, record.system, -1);
    if (record.is === "thing") return this.#putThing(record, -1);
    if (record.is === "policy") {
      this.#policies.delete(record.id);
      const touched = this.#protected(record);
      for (const id of touched) this.#policiesOf.get(id)?.delete(record.id);
      this.#sorted.delete(record.id);
      return touched;
    }
    if (record.of === null) return [];
    const points = this.#points.get(record.of);
    points?.delete(record.id);
    if (points?.size === 0) this.#points.delete(record.of);
    this.#sorted.delete(record.of);
    if (record.policy === null) return [record.of];
    this.#sorted.delete(record.policy);
    return [record.of, record.policy];
  }

  /** Whether something is known to have volumes. */
  holdsVolumes(id: string): boolean {
    return this.#volumes.has(id);
  }

  /** A thing that came or went, with what it is the data of. */
  #putThing({ id, dataOf }: ThingRecord, by: 1 | -1): string[] {
    if (dataOf === null) return this.#around(id);
    added(this.#volumes, dataOf, by);
    return [dataOf, ...this.#around(id)];
  }

  /** A thing, and the policies that may have known it by its name alone. */
  #around(id: string): string[] {
    const policies = new Set(this.#policiesOf.get(id));
    for (const { policy } of this.#points.get(id)?.values() ?? []) if (policy !== null) policies.add(policy);
    for (const policy of policies) this.#sorted.delete(policy);
    return [id, ...policies];
  }

  /** What a policy protects that is no resource; null where it protects resources, or nothing is known of it. */
  #namedBy(policy: PolicyRecord): ThingRecord | null {
    const protects = policy.protects === "" ? [] : policy.protects.split("\n");
    if (protects.some((name) => isIdentifier(name) || this.#records.get(name)?.is === "thing")) return null;
    const made = [...(this.#unresolved(policy.id)?.values() ?? [])].flatMap(({ of }) => of ?? []);
    const names = new Set([...protects, ...made]);
    if (names.size === 0) return null;
    const { id, system, fresh, readAt, site, environment } = policy;
    const told = { id, system, fresh, readAt, site, environment };
    const named = { ...told, name: [...names].join(", "), is: "thing", kind: "backup-policy" } as const;
    return { ...named, counts: false, dataOf: null, isTarget: false };
  }

  /** The restore points that a policy made of what is no resource. */
  #unresolved(policy: string): Map<string, PointRecord> | undefined {
    const found = new Map<string, PointRecord>();
    for (const of of this.#madeBy.get(policy) ?? []) {
      if (isIdentifier(of) || this.#records.get(of)?.is === "thing") continue;
      for (const [id, point] of this.#points.get(of) ?? []) if (point.policy === policy) found.set(id, point);
    }
    return found.size > 0 ? found : undefined;
  }

  #putPolicy(record: PolicyRecord): string[] {
    const schedule = record.schedule === null ? null : this.#scheduleOf(record.schedule, record.zone);
    this.#policies.set(record.id, { record, schedule });
    const named = record.protects === "" ? [] : record.protects.split("\n");
    for (const id of named) {
      const policies = this.#policiesOf.get(id) ?? new Set();
      this.#policiesOf.set(id, policies.add(record.id));
    }
    return this.#protected(record);
  }

  /** Many policies have one schedule, and its slots are worked out once. */
  #scheduleOf(words: string, zone: string): Schedule | null {
    const key = `${zone}\n${words}`;
    const known = this.#schedules.get(key);
    if (known !== undefined) return known;
    if (this.#schedules.size >= mostSchedules) this.#schedules.clear();
    const schedule = readSchedule(words, zone);
    this.#schedules.set(key, schedule);
    return schedule;
  }

  /** What a policy names, and what it has made restore points of. */
  #protected({ id, protects }: PolicyRecord): string[] {
    const named = protects === "" ? [] : protects.split("\n");
    return [...new Set([id, ...named, ...(this.#madeBy.get(id) ?? [])])];
  }
}

/** Adds to a count, and answers with it; one of nothing is not kept. */
function added(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count;
}

/** Identifiers of what systems tell have a slash; hosts of the estate file have none, and are found among the records. */
function isIdentifier(name: string): boolean {
  return name.includes("/");
}
