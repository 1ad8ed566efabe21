import type { PlanNode } from "../../../shared/plan.ts";

/** How many loops and sub-procedures each step is inside of. A plan's nodes stand after those that they are in. */
export function depthsOf(nodes: readonly PlanNode[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, parent } of nodes) depths.set(id, parent === null ? 0 : (depths.get(parent) ?? 0) + 1);
  return depths;
}
