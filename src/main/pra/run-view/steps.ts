import type { PlanNode } from "../../../shared/plan.ts";
import type { PraRunView } from "../../../shared/pra.ts";
import type { RunState, StepStatus } from "../../../shared/run.ts";

export type Standing = PraRunView["phases"][number]["state"];

/** A step of a run with its node; containers are left out, as they are what is inside them. */
export interface ViewedStep {
  node: PlanNode;
  step: StepStatus;
}

/** The steps of a run that do something themselves, in the order of the plan. */
export function viewedSteps(run: Pick<RunState, "plan" | "steps">): ViewedStep[] {
  const byNode = new Map(run.steps.map((step) => [step.node, step]));
  return run.plan.nodes.flatMap((node) => {
    const step = byNode.get(node.id);
    return step === undefined || isContainer(node) ? [] : [{ node, step }];
  });
}

export function isContainer({ kind }: PlanNode): boolean {
  return kind === "forEach" || kind === "procedure";
}

/** Verified or skipped, whyever. */
export function isThrough({ state }: StepStatus): boolean {
  return state === "verified" || state === "skipped";
}

/** How several steps stand together; what went wrong outweighs what goes on. */
export function standingOf(steps: readonly ViewedStep[]): Standing {
  const states = steps.map(({ step }) => step);
  if (states.length === 0) return "left-out";
  if (states.some(({ state }) => state === "failed" || state === "unknown-effect" || state === "compensated"))
    return "failed";
  if (states.every(isThrough)) {
    if (states.every(({ skippedBy }) => skippedBy === "condition")) return "left-out";
    return states.some(({ skippedBy }) => skippedBy === "person") ? "done-with-skips" : "done";
  }
  if (states.some(({ state }) => state === "running")) return "running";
  if (states.some(({ state }) => state === "waiting")) return "waiting";
  return states.some(isThrough) ? "running" : "pending";
}
