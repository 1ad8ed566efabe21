import type { Step } from "../../../shared/procedure.ts";
import type { Path } from "./checks/report.ts";

/** Every step of a list and of those inside, each before what is inside it. */
export function stepsIn(steps: readonly Step[]): Step[] {
  return [...placedSteps(steps, [])].map(({ step }) => step);
}

/** The same with the way to each in its file; `path` is the way to the list. */
export function* placedSteps(steps: readonly Step[], path: Path): Generator<{ step: Step; place: Path }> {
  for (const [index, step] of steps.entries()) {
    const place = [...path, index];
    yield { step, place };
    if (step.forEach) yield* placedSteps(step.forEach.steps, [...place, "forEach", "steps"]);
  }
}
