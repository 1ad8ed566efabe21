import type { PraRunView, Readiness } from "../../../shared/pra.ts";
import type { RunState } from "../../../shared/run.ts";
import { checksAtGate } from "../shown-at-gate.ts";

/** Checks that are read at a glance. */
const most = 50;

/** What the gate that is to be approved next shows of readiness and capacity; null where it shows neither. */
export function gateOf(
  run: RunState,
  next: PraRunView["next"],
  readiness: Pick<Readiness, "checks" | "figure" | "evaluatedAt">,
): PraRunView["gate"] {
  if (next?.kind !== "approve" || !run.pra) return null;
  const node = run.plan.nodes.find(({ id }) => id === next.node);
  if (node?.kind !== "gate") return null;
  const { capacity, blocked } = checksAtGate(node, run.pra.direction, readiness);
  if (capacity === null && blocked === null) return null;
  return {
    node: node.id,
    evaluatedAt: readiness.evaluatedAt,
    capacity,
    readiness: blocked && {
      figure: readiness.figure,
      blocked: blocked.slice(0, most),
      count: blocked.length,
    },
  };
}
