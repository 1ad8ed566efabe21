import type { Phase } from "./run-events.ts";

/** The name of a step's attempts among the tasks of its run. */
export function effortName(node: string, phase: Phase): string {
  return phase === "do" ? node : `${node}!undo`;
}

/** The task that an attempt at a step has, by which it is found again after a crash. */
export function taskOf(run: string, node: string, phase: Phase, attempt: number): string {
  return `${run}/${effortName(node, phase)}/${attempt}`;
}
