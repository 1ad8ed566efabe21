import type { Plan } from "../../../shared/plan.ts";
import type { DryStep } from "../../../shared/procedure-calls.ts";

/**
 * How many actions of a plan are needed, done already, impossible, refused by a guard that no reason opens, or not
 * known before they are reached. Each action is counted once.
 */
export function dryTally(plan: Pick<Plan, "nodes">, steps: readonly DryStep[]) {
  const tally = { needed: 0, done: 0, impossible: 0, refused: 0, unknown: 0 };
  const known = new Map(steps.map((step) => [step.node, step]));
  for (const node of plan.nodes) {
    if (node.kind !== "action") continue;
    const preview = known.get(node.id)?.preview;
    const refused = preview?.guards.some((guard) => !guard.allowed && guard.opensWithReason !== true);
    tally[!preview ? "unknown" : refused ? "refused" : preview.probe.state] += 1;
  }
  return tally;
}
