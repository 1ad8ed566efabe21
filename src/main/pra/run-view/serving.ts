import { servedSince as servedByAll } from "../../procedures/report/measures.ts";
import type { ViewedStep } from "./steps.ts";

/** The steps of a run that are for one application. */
export function stepsOf(steps: readonly ViewedStep[], application: string): ViewedStep[] {
  return steps.filter(({ node }) => node.application === application);
}

/** When the last of steps had ended well; null while one has not, where none was verified, and where there is none. */
export function servedSince(steps: readonly ViewedStep[]): number | null {
  return servedByAll(steps.map(({ step }) => step));
}
