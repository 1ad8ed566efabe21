import type { RunState } from "../../../shared/run.ts";
import { servedSince as servedByAll } from "../../procedures/report/measures.ts";
import { type ViewedStep, viewedSteps } from "./steps.ts";

/** The steps of a run that are for one application. */
export function stepsOf(steps: readonly ViewedStep[], application: string): ViewedStep[] {
  return steps.filter(({ node }) => node.application === application);
}

/**
 * When an application served at the other side: when the last of its steps had ended well. Null while one has not, where
 * none was verified, and where the run has no step for it.
 */
export function servedAt(run: Pick<RunState, "plan" | "steps">, application: string): number | null {
  return servedSince(stepsOf(viewedSteps(run), application));
}

/** The same of its steps. */
export function servedSince(steps: readonly ViewedStep[]): number | null {
  return servedByAll(steps.map(({ step }) => step));
}
