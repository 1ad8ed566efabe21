import { setTimeout as wait } from "node:timers/promises";

/**
 * Waits for work until the signal is aborted, then `grace` milliseconds longer for it to end by itself; work that goes on all
 * the same is left behind and the signal's reason is thrown. Whatever it does later is no longer listened to.
 */
export async function within<T>(signal: AbortSignal, grace: number, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  const running = work();
  const stopped = new Promise<never>((_resolve, reject) => {
    const give = () => {
      wait(grace, null, { signal: over.signal, ref: false }).then(
        () => reject(signal.reason),
        () => {},
      );
    };
    signal.addEventListener("abort", give, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([running, stopped]);
  } finally {
    over.abort();
    running.catch(() => {});
  }
}

/** Runs work for each item, at most `limit` at once, in order. Work must not throw. */
export async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
}
