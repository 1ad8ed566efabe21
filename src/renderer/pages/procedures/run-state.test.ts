import { expect, it } from "vitest";
import type { RunFrame } from "../../../shared/procedure-calls.ts";
import { emptyRun } from "../../testing/empty-run.ts";
import { foldRunUpdate } from "./run-state.ts";
import { standing } from "./testing/nodes.ts";

it("takes in what has changed and leaves every other step the same object", () => {
  const steps = ["a", "b", "c"].map((node) => standing(node));
  const whole = foldRunUpdate(null, { kind: "whole", run: { ...emptyRun, steps } });
  const { steps: _steps, ...run }: RunFrame = { ...emptyRun, status: "running", forecast: 1000 };
  const running = standing("b", { state: "running" });
  const after = foldRunUpdate(whole, { kind: "changes", run, steps: [running] });
  expect(after).toMatchObject({ status: "running", forecast: 1000 });
  expect(after.steps).toEqual([steps[0], running, steps[2]]);
  expect([after.steps[0] === steps[0], after.steps[2] === steps[2]]).toEqual([true, true]);
  const same = foldRunUpdate(after, { kind: "changes", run, steps: [] });
  expect(same.steps).toBe(after.steps);
});
