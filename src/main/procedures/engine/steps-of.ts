import type { Plan } from "../../../shared/plan.ts";
import { sameText } from "../../../shared/text.ts";
import * as faults from "./faults.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import { closedGate } from "./second-person.ts";

/** The nodes of a run as they are now: those of a `forEach` that was reached included. */
export function nodesOf(run: FoldedRun): Plan["nodes"] {
  return [...run.nodes.values()].map(({ node }) => node);
}

/** Throws OpsError `run.past-no-return` once the run's point of no return has begun. */
export function refusePastNoReturn({ noReturn, nodes }: FoldedRun): void {
  if (noReturn === null) return;
  throw faults.pastNoReturn(nodes.get(noReturn.node)?.node.title ?? sameText(noReturn.node));
}

/** Throws OpsError `run.unknown-step`. */
export function stepIn(run: FoldedRun, id: string): FoldedNode {
  const found = run.nodes.get(id);
  if (found === undefined) throw faults.unknownStep(id);
  return found;
}

/** The same, of a step that somebody alone may leave out or call done. Throws OpsError `run.closed-gate` besides. */
export function stepPastGates(run: FoldedRun, id: string): FoldedNode {
  const found = stepIn(run, id);
  const gate = closedGate(run, found);
  if (gate !== null) throw faults.closedGate(gate.node.title);
  return found;
}
