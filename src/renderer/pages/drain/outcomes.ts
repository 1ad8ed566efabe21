import type { DrainLoss, DrainPlan, DrainPod, DrainView } from "../../../shared/drain.ts";

/** What a preview says of a pod, in the order in which it wants to be read: what holds the drain up comes first. */
const outcomes = [
  "blocked",
  "asks-local-data",
  "asks-unmanaged",
  "evict",
  "leaving",
  "skip-daemon-set",
  "skip-static",
] as const;
/** Of a drain under way a pod's group is what was decided before, so that no row moves while it is looked at. */
const parts = ["leaves", "asks", "stays"] as const;
export type Group = (typeof outcomes)[number] | (typeof parts)[number];

const partOf: Record<DrainPlan, Group> = {
  evict: "leaves",
  leaving: "leaves",
  "asks-local-data": "asks",
  "asks-unmanaged": "asks",
  "skip-daemon-set": "stays",
  "skip-static": "stays",
};

/** A line of the table: the head of a group, or a pod. */
export type Line = { group: Group; count: number } | { group: null; pod: DrainPod };

/** The pods by group, each group under its head, within it by namespace and name. */
export function linesOf({ phase, pods }: Pick<DrainView, "phase" | "pods">): Line[] {
  const isPreview = phase === "preview";
  const groupOf = ({ plan, state }: DrainPod): Group => {
    if (!isPreview) return partOf[plan];
    return plan === "evict" && state === "blocked" ? "blocked" : plan;
  };
  const groups: readonly Group[] = isPreview ? outcomes : parts;
  return groups.flatMap((group): Line[] => {
    const own = pods.filter((pod) => groupOf(pod) === group).sort(byName);
    return own.length === 0
      ? []
      : [{ group, count: own.length }, ...own.map((pod) => ({ group: null, pod }))];
  });
}

function byName(one: DrainPod, other: DrainPod): number {
  return (
    one.namespace.localeCompare(other.namespace) ||
    one.name.localeCompare(other.name, undefined, { numeric: true })
  );
}

/** How many are to leave, how many have, and how many of the others wait or are ending. */
export interface Progress {
  total: number;
  gone: number;
  waiting: number;
  ending: number;
}

export function progressOf(pods: readonly DrainPod[]): Progress {
  const leaving = pods.filter(({ plan }) => partOf[plan] === "leaves");
  const count = (state: DrainPod["state"]) => leaving.filter((pod) => pod.state === state).length;
  return {
    total: leaving.length,
    gone: count("gone"),
    waiting: count("blocked"),
    ending: count("leaving"),
  };
}

/** The pods that hold a drain up, the longest first. */
export function heldUp(pods: readonly DrainPod[]): DrainPod[] {
  return pods
    .filter(({ state, plan }) => state === "blocked" && partOf[plan] === "leaves")
    .sort((one, other) => one.since - other.since || byName(one, other));
}

/** Of how many pods something would be lost, by what. */
export function countLosses(pods: readonly DrainPod[]): Record<DrainLoss, number> {
  const count = (loss: DrainLoss) => pods.filter(({ losses }) => losses.includes(loss)).length;
  return { "local-data": count("local-data"), unmanaged: count("unmanaged") };
}
