import type { PointRecord, PolicyRecord, ThingRecord } from "../records.ts";

export const hour = 3_600_000;
export const day = 24 * hour;
/** Noon of a day in winter. */
export const noon = Date.parse("2026-02-11T12:00:00Z");

/** A VM that an environment with an RPO expects to be backed up. */
export function thing(part: Partial<ThingRecord> = {}): ThingRecord {
  return {
    ...{ is: "thing", id: "forge/vms/100", name: "db-1", system: "forge", fresh: true, readAt: noon },
    ...{ kind: "vm", site: "forge", environment: "production", counts: true },
    ...{ dataOf: null, isTarget: false },
    ...part,
  };
}

/** A good restore point of it, of a moment. */
export function point(madeAt: number | null, part: Partial<PointRecord> = {}): PointRecord {
  return {
    ...{ is: "point", id: `point-${madeAt}`, name: `db-1 ${madeAt}`, system: "forge", fresh: true },
    ...{ readAt: noon, of: "forge/vms/100", madeAt, state: "good", size: 1, offSite: null },
    ...{ location: "backup", policy: null, expires: null },
    ...part,
  };
}

/** A policy that protects it each night at three. */
export function policy(part: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    ...{ is: "policy", id: "nightly", name: "nightly", system: "forge", fresh: true, readAt: noon },
    ...{
      site: "forge",
      environment: null,
      protects: "forge/vms/100",
      schedule: "03:00",
      zone: "UTC",
      paused: false,
      next: null,
    },
    ...{ keepFor: null, keep: null, lastRun: null, lastState: null, failedRuns: "" },
    ...part,
  };
}
