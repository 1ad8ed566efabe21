import type { RunFrame, RunUpdate } from "../../../shared/procedure-calls.ts";

/** Takes what main tells of a run into what is known of it; a step that has not changed stays the same object. */
export function foldRunUpdate(before: RunFrame | null, update: RunUpdate): RunFrame {
  if (update.kind === "whole") return update.run;
  const { run, steps } = update;
  const changed = new Map(steps.map((step) => [step.node, step]));
  const known = before?.steps ?? [];
  return { ...run, steps: steps.length === 0 ? known : known.map((step) => changed.get(step.node) ?? step) };
}
