import type { Estate } from "../../shared/estate.ts";
import { parseDuration } from "../../shared/estate-words.ts";
import type { Protection } from "../../shared/protection.ts";

export interface Objective {
  /** Milliseconds. */
  value: number;
  from: NonNullable<Protection["rpoFrom"]>;
}

/** How much may be lost of what, by the estate in force. */
export interface Objectives {
  /** By the identifier of what an application of a plan keeps its data in: the strictest of its tiers. */
  byThing: ReadonlyMap<string, Objective>;
  byEnvironment: ReadonlyMap<string, Objective>;
  /** The environment of a site. */
  bySite: ReadonlyMap<string, string>;
}

/** Reads the objectives out of an estate; none without one. */
export function objectivesOf(estate: Pick<Estate, "environments" | "sites" | "plans"> | null): Objectives {
  const byThing = new Map<string, Objective>();
  const byEnvironment = new Map<string, Objective>();
  const bySite = new Map<string, string>();
  for (const [id, plan] of Object.entries(estate?.plans ?? {})) {
    for (const { tier, protects } of Object.values(plan.applications)) {
      const value = parseDuration(plan.tiers[tier]?.rpo ?? "");
      if (value === null) continue;
      for (const thing of protects) {
        if ((byThing.get(thing)?.value ?? Number.POSITIVE_INFINITY) <= value) continue;
        byThing.set(thing, { value, from: { kind: "plan", name: id } });
      }
    }
  }
  for (const [id, { rpo, name }] of Object.entries(estate?.environments ?? {})) {
    const value = rpo === undefined ? null : parseDuration(rpo);
    if (value !== null) byEnvironment.set(id, { value, from: { kind: "environment", name: name ?? id } });
  }
  for (const [id, { environment }] of Object.entries(estate?.sites ?? {})) {
    if (environment !== undefined) bySite.set(id, environment);
  }
  return { byThing, byEnvironment, bySite };
}
