import { createHash } from "node:crypto";
import type { Workload } from "../store/kinds.ts";
import { isObject, read } from "../store/object.ts";

/** A short name for a template, so that two that differ are told apart. */
export function templateHash({ spec }: Workload): string {
  return createHash("sha256").update(canonical(spec.template)).digest("hex").slice(0, 10);
}

/** JSON whose keys stand in order, so that it does not matter who wrote an object. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    isObject(entry) ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1))) : entry,
  );
}

/** An amount or a percentage of the replicas; `round` says which way. */
function amount(value: unknown, whole: number, round: (figure: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number.parseInt(typeof value === "string" ? value : "25%", 10) / 100) * whole);
}

/** One ReplicaSet of a Deployment, as far as a roll-out looks at it. */
export interface Generation {
  replicas: number;
  ready: number;
  isNewest: boolean;
}

/**
 * How many replicas each ReplicaSet of a Deployment should have next, so that no more than `maxSurge` are too many and
 * no more than `maxUnavailable` are missing. In the order of what was given.
 */
export function rollOut(deployment: Workload, generations: readonly Generation[]): number[] {
  const desired = deployment.spec.replicas ?? 1;
  const recreate = read(deployment.spec, "strategy", "type") === "Recreate";
  const rolling = read(deployment.spec, "strategy", "rollingUpdate");
  const surge = recreate ? 0 : amount(read(rolling, "maxSurge"), desired, Math.ceil);
  const missing = amount(read(rolling, "maxUnavailable"), desired, Math.floor);
  const unavailable = recreate ? desired : surge === 0 && missing === 0 ? 1 : missing;
  const total = generations.reduce((sum, { replicas }) => sum + replicas, 0);
  const others = generations
    .filter(({ isNewest }) => !isNewest)
    .reduce((sum, { replicas }) => sum + replicas, 0);
  let room = desired + surge - total;
  let spare = generations.reduce((sum, { ready }) => sum + ready, 0) - (desired - unavailable);
  return generations.map(({ replicas, ready, isNewest }) => {
    if (isNewest) {
      if (others === 0) return desired;
      // With Recreate the old ones go first.
      const wanted = recreate ? 0 : Math.min(desired, replicas + Math.max(0, room));
      room -= wanted - replicas;
      return wanted;
    }
    const unready = replicas - ready;
    const going = Math.min(replicas, unready + Math.max(0, spare));
    spare -= Math.max(0, going - unready);
    return replicas - going;
  });
}
