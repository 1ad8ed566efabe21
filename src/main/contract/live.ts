import { isDeepStrictEqual } from "node:util";

/** What a live query needs of the channel it runs on. */
export interface LiveContext {
  /** Resolves once the channel has room again; a slow reader gets the newest state, never a backlog. */
  drained(): Promise<void>;
  /** True of somebody who may only look: what changes anything is refused. */
  readonly looksOnly?: boolean;
  /** The window that it comes from; all windows are one where it is left out. */
  readonly seat?: string;
}

/** Milliseconds between two pushes of one live query: at most ten a second. */
const pushInterval = 100;

/**
 * Pushes a snapshot now and again whenever `subscribe` reports a change and the snapshot differs from the last one
 * pushed (by `same`). Changes between two pushes are coalesced. Ends, and unsubscribes, when `signal` aborts.
 */
export async function* pushOnChange<Snapshot>(
  subscribe: (changed: () => void) => () => void,
  snapshot: () => Snapshot | Promise<Snapshot>,
  context: LiveContext,
  signal: AbortSignal | undefined,
  same: (last: Snapshot, next: Snapshot) => boolean = isDeepStrictEqual,
): AsyncGenerator<Snapshot, void, void> {
  let dirty = true;
  let wake: () => void = () => {};
  const unsubscribe = subscribe(() => {
    dirty = true;
    wake();
  });
  const onAbort = () => wake();
  signal?.addEventListener("abort", onAbort);
  let last: { value: Snapshot } | null = null;
  try {
    while (!signal?.aborted) {
      if (!dirty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      await context.drained();
      if (signal?.aborted) return;
      dirty = false;
      const value = await snapshot();
      if (last === null || !same(last.value, value)) {
        last = { value };
        yield value;
      }
      await pause(pushInterval, signal);
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    unsubscribe();
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
