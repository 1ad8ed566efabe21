import type { PlanNode } from "../../../shared/plan.ts";

/**
 * Whether a node stands behind a gate for two people, by whatever it needs or comes after, inside what it is in. `counts`
 * leaves out gates that do not count, such as one that was skipped.
 */
export function isDecidedByTwo(
  id: string,
  node: (id: string) => PlanNode | undefined,
  counts: (gate: PlanNode) => boolean = () => true,
): boolean {
  const seen = new Set<string>();
  const left = [id];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const found = node(at);
    if (found === undefined || seen.has(at)) continue;
    seen.add(at);
    if (found.kind === "gate" && found.gate.approvers === 2 && counts(found)) return true;
    left.push(...found.needs, ...found.after, ...(found.parent === null ? [] : [found.parent]));
  }
  return false;
}
