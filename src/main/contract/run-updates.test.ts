import { expect, it } from "vitest";
import type { RunFrame, RunUpdate } from "../../shared/procedure-calls.ts";
import type { StepStatus } from "../../shared/run.ts";
import { sameText } from "../../shared/text.ts";
import { runUpdates } from "./run-updates.ts";

function step(node: string, part: Partial<StepStatus> = {}): StepStatus {
  return {
    node,
    state: "pending",
    since: 0,
    startedAt: null,
    endedAt: null,
    attempts: 0,
    task: null,
    reason: null,
    skippedBy: null,
    blockedBy: null,
    forecast: null,
    ...part,
  };
}

function frameOf(steps: StepStatus[], part: Partial<RunFrame> = {}): RunFrame {
  return {
    id: "run-1",
    procedure: "round",
    title: sameText("Round"),
    planHash: "",
    variables: {},
    actor: "operator-a",
    status: "running",
    rollingBack: false,
    startedAt: 0,
    endedAt: null,
    reason: null,
    steps,
    forecast: null,
    planEdition: 0,
    ...part,
  };
}

it("tells all of a run once, then what has changed, and all again when its steps are others", async () => {
  const ids = Array.from({ length: 2000 }, (_, index) => `s${index}`);
  const stopping = new AbortController();
  let frame = frameOf(ids.map((id) => step(id)));
  let changed = () => {};
  let unsubscribed = 0;
  const updates = runUpdates(
    (listener) => {
      changed = listener;
      return () => {
        unsubscribed += 1;
      };
    },
    () => frame,
    { drained: async () => {} },
    stopping.signal,
  );
  const next = async (): Promise<RunUpdate> => {
    const { value } = await updates.next();
    if (!value) throw new Error("the updates ended");
    return value;
  };
  expect(await next()).toEqual({ kind: "whole", run: frame });
  frame = frameOf(frame.steps.map((one) => (one.node === "s7" ? { ...one, state: "running" } : { ...one })));
  changed();
  const { steps: _steps, ...run } = frame;
  expect(await next()).toEqual({ kind: "changes", run, steps: [step("s7", { state: "running" })] });
  // What is the same again is not told; the next that is told is the pause.
  frame = structuredClone(frame);
  changed();
  const paused = next();
  await new Promise((resolve) => setTimeout(resolve, 0));
  frame = { ...frame, status: "paused" };
  changed();
  expect(await paused).toEqual({ kind: "changes", run: { ...run, status: "paused" }, steps: [] });
  frame = frameOf([...frame.steps.slice(1), step("new")], { planEdition: 1 });
  changed();
  expect(await next()).toEqual({ kind: "whole", run: frame });
  stopping.abort();
  expect((await updates.next()).done).toBe(true);
  expect(unsubscribed).toBe(1);
});
