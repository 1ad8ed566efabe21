import type { PlanNode, PlanNodeOf } from "../../../shared/plan.ts";
import type { PraPassage, PraPrepared, ReadinessCheck } from "../../../shared/pra.ts";
import type { PraDirection, PraPlan } from "../../../shared/pra-plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { KnownData } from "../known-data.ts";
import type { PraParts } from "../parts.ts";
import type { Rehearsed } from "../passages.ts";
import type { PlanState } from "../plan-state.ts";
import type { Findings } from "./findings.ts";

/** One direction of a plan as it would be run now. */
export interface Way {
  direction: PraDirection;
  /** The sites that production is carried from and to. */
  from: string;
  to: string;
  /** By mode: the plan, or what is in its way. */
  prepared: readonly PraPrepared[];
  /** Every node of these plans, each once. */
  nodes: readonly PlanNode[];
  /** Whether it is this direction that could be begun as things stand. */
  next: boolean;
}

/** What the checks of one evaluation rest on. */
export interface Context {
  parts: PraParts;
  id: string;
  plan: PraPlan;
  known: KnownData;
  state: PlanState;
  ways: readonly Way[];
  rehearsals: readonly Rehearsed[];
  /** What drills have brought back. */
  drills: readonly PraPassage[];
  findings: Findings;
  /** Older readings prove nothing; milliseconds. */
  freshness: number;
  now: number;
  signal: AbortSignal;
}

/** The target of an action with the steps that need it, and the direction where that is one alone. */
export interface Target {
  id: string;
  name: string;
  node: PlanNodeOf<"action">;
  direction: PraDirection | null;
}

/** What the actions of all ways are done on, each once, in the order in which it is come to. */
export function targetsOf(ways: readonly Way[]): Target[] {
  const targets = new Map<string, Target>();
  for (const { nodes, direction } of ways) {
    for (const node of nodes) {
      if (node.kind !== "action") continue;
      const { id, name } = node.action.target;
      const known = targets.get(id);
      if (known === undefined) targets.set(id, { id, name, node, direction });
      else if (known.direction !== direction) known.direction = null;
    }
  }
  return [...targets.values()];
}

/**
 * The clusters that a way leads into: those that its targets are, or are in, at the site that production is carried to. Other
 * clusters of that site have no part in the plan.
 */
export function clustersOf(
  { nodes, to }: Pick<Way, "nodes" | "to">,
  { parts }: Pick<Context, "parts">,
): Set<string> {
  const clusters = new Set<string>();
  const seen = new Set<string>();
  for (const node of nodes) {
    if (node.kind !== "action") continue;
    for (let id: string | null = node.action.target.id; id !== null && !seen.has(id); ) {
      seen.add(id);
      const resource: Resource | null = parts.inventory.get(id);
      if (resource?.kind === "cluster" && resource.site === to) clusters.add(id);
      id = resource?.parent ?? null;
    }
  }
  return clusters;
}

/** Whether what is known of a resource was read lately enough to prove something. */
export function isFresh(resource: Resource, { now, freshness }: Pick<Context, "now" | "freshness">): boolean {
  return !resource.stale && resource.seenAt !== null && now - resource.seenAt <= freshness;
}

/** A check on a resource, filled in with what most of them have. */
export function checkOf(
  check: Pick<ReadinessCheck, "id" | "kind" | "state" | "title" | "text"> & Partial<ReadinessCheck>,
): ReadinessCheck {
  return {
    direction: null,
    node: null,
    resource: null,
    resourceName: null,
    provenAt: null,
    mend: null,
    ...check,
  };
}
