import { isDeepStrictEqual } from "node:util";
import type { RunFrame, RunUpdate } from "../../shared/procedure-calls.ts";
import { type LiveContext, pushOnChange } from "./live.ts";

/**
 * A run as it goes on, at most ten times a second: whole at first and when it has other steps than before, then only
 * itself and the steps that have changed, so that a run of thousands of steps costs what happens in it.
 */
export async function* runUpdates(
  subscribe: (changed: () => void) => () => void,
  frame: () => RunFrame,
  context: LiveContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunUpdate, void, void> {
  let before: RunFrame | null = null;
  const next = (): RunUpdate | null => {
    const now = frame();
    const update = updateOf(before, now);
    before = now;
    return update;
  };
  const nothing = (_last: RunUpdate | null, update: RunUpdate | null) => update === null;
  for await (const update of pushOnChange(subscribe, next, context, signal, nothing))
    if (update !== null) yield update;
}

function updateOf(before: RunFrame | null, now: RunFrame): RunUpdate | null {
  const known = before?.steps;
  if (known?.length !== now.steps.length || now.steps.some(({ node }, index) => known[index]?.node !== node))
    return { kind: "whole", run: now };
  const steps = now.steps.filter((step, index) => !isDeepStrictEqual(step, known[index]));
  const { steps: _steps, ...run } = now;
  const { steps: _known, ...last } = before ?? now;
  return steps.length === 0 && isDeepStrictEqual(run, last) ? null : { kind: "changes", run, steps };
}
