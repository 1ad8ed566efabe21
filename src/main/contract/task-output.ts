import type { TaskOutput } from "../../shared/action.ts";
import type { LiveContext } from "./live.ts";

/** Milliseconds of output that go into one push. */
const gathering = 50;
/** Characters of output in one push, but for a single piece that is longer: one message must not fill a channel. */
const largestPush = 256 * 1024;
/** Characters that may wait for a reader; of what a slower one has not seen, the oldest goes first. */
const mostWaiting = 32 * 1024 * 1024;

/** What has not been pushed yet, oldest first, within bounds. */
class Backlog {
  #pieces: TaskOutput[] = [];
  #from = 0;
  #characters = 0;

  get empty(): boolean {
    return this.#from === this.#pieces.length;
  }

  add(pieces: readonly TaskOutput[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#characters += piece.text.length;
    }
    while (this.#characters > mostWaiting && this.#pieces.length - this.#from > 1) this.#next();
  }

  take(): TaskOutput[] {
    const batch: TaskOutput[] = [];
    for (let room = largestPush; room > 0 && !this.empty; ) {
      const following = this.#pieces[this.#from];
      if (batch.length > 0 && following !== undefined && following.text.length > room) break;
      const piece = this.#next();
      if (piece === undefined) break;
      batch.push(piece);
      room -= Math.max(1, piece.text.length);
    }
    return batch;
  }

  #next(): TaskOutput | undefined {
    const piece = this.#pieces[this.#from];
    this.#from += 1;
    this.#characters -= piece?.text.length ?? 0;
    if (this.empty || this.#from > 10_000) {
      this.#pieces = this.#pieces.slice(this.#from);
      this.#from = 0;
    }
    return piece;
  }
}

/** What this needs of the runner. */
interface OutputSource {
  outputOf(task: string): {
    pieces: readonly TaskOutput[];
    subscribe(listener: (pieces: TaskOutput[]) => void): () => void;
  };
}

/**
 * What is kept of a task's output, then what comes, in batches, until `signal` aborts. Throws OpsError
 * `action.unknown-task`.
 */
export async function* taskOutput(
  runner: OutputSource,
  task: string,
  context: LiveContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<TaskOutput[], void, void> {
  const view = runner.outputOf(task);
  const backlog = new Backlog();
  backlog.add(view.pieces);
  let wake: () => void = () => {};
  const unsubscribe = view.subscribe((pieces) => {
    backlog.add(pieces);
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    while (!signal?.aborted) {
      if (backlog.empty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (!signal?.aborted) await new Promise((resolve) => setTimeout(resolve, gathering));
        continue;
      }
      await context.drained();
      if (signal?.aborted) return;
      yield backlog.take();
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}
