import type { PlanNode } from "../../../shared/plan.ts";
import type { RunSummary } from "../../../shared/procedure-calls.ts";
import type { RunState } from "../../../shared/run.ts";
import type { FoldedRun } from "./folded-run.ts";

const endsWell: ReadonlySet<string> = new Set(["verified", "skipped", "compensated"]);

/** A run in one line of a list: without its plan, and how many of its steps have ended well. */
export function summaryOf({ plan: _plan, steps, ...state }: RunState): RunSummary {
  const done = steps.filter(({ state: step }) => endsWell.has(step)).length;
  return { ...state, steps: { total: steps.length, done } };
}

/** The steps that have not ended well, or not yet. */
export function leftOf(run: FoldedRun): PlanNode[] {
  return [...run.nodes.values()].filter(({ state }) => !endsWell.has(state)).map(({ node }) => node);
}
