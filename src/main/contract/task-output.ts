import type { TaskOutput } from "../../shared/action.ts";
import type { ActionRunner } from "../actions/runner.ts";
import type { LiveContext } from "./live.ts";

/** Milliseconds of output that go into one push. */
const gathering = 50;

/**
 * What is kept of a task's output, then what comes, in batches, until `signal` aborts. A reader that is too slow
 * finds the newest output kept by the runner when it asks again. Throws OpsError `action.unknown-task`.
 */
export async function* taskOutput(
  runner: ActionRunner,
  task: string,
  context: LiveContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<TaskOutput[], void, void> {
  const view = runner.outputOf(task);
  let waiting: TaskOutput[] = view.pieces;
  let wake: () => void = () => {};
  const unsubscribe = view.subscribe((pieces) => {
    waiting.push(...pieces);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    while (!signal?.aborted) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await new Promise((resolve) => setTimeout(resolve, gathering));
        continue;
      }
      await context.drained();
      const batch = waiting;
      waiting = [];
      yield batch;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
