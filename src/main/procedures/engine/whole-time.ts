import type { Plan } from "../../../shared/plan.ts";
import { remainingTime, type StepHistory } from "./forecast.ts";
import { freshRun } from "./run-fold.ts";

/** Milliseconds that a plan takes from its beginning, by earlier runs; null where a step of it never ran. */
export function wholeTime(plan: Plan, history: StepHistory, startedAt: number): number | null {
  const nobody = { id: "", actor: "", reason: "", confirmed: false, pra: null, fence: 0 };
  return remainingTime(freshRun({ ...nobody, plan, startedAt }), history, startedAt);
}
