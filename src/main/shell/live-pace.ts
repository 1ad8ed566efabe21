import { liveWindow, type ReadNotice } from "../../shared/channel.ts";

/**
 * Counts, per live query of one channel, the frames that the reader has not taken yet, and holds a query back
 * that is `liveWindow` frames ahead. Without it the frames of a reader that stopped reading pile up at its end.
 */
export class LivePace {
  readonly #queries = new Map<string, { ahead: number; wake: (() => void) | null }>();

  /** Frames that the query `live` is ahead of its reader, or null when there is no such query. */
  ahead(live: string): number | null {
    return this.#queries.get(live)?.ahead ?? null;
  }

  /** Paces `frames`; when `signal` aborts, the wait and the frames end at once, without waiting for a next frame. */
  pace(
    live: string,
    frames: AsyncIterator<unknown>,
    signal: AbortSignal | undefined,
  ): AsyncIterableIterator<unknown> {
    const query: { ahead: number; wake: (() => void) | null } = { ahead: 0, wake: null };
    this.#queries.set(live, query);
    let ended = false;
    const end = async () => {
      if (ended) return;
      ended = true;
      signal?.removeEventListener("abort", onAbort);
      this.#queries.delete(live);
      query.wake?.();
      await frames.return?.();
    };
    const onAbort = () => {
      // The reader is gone; how the frames fail on their way out concerns nobody any more.
      end().catch(() => {});
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort);
    return {
      async next() {
        while (!ended && query.ahead >= liveWindow) {
          await new Promise<void>((resolve) => {
            query.wake = resolve;
          });
        }
        if (ended) return { done: true, value: undefined };
        query.ahead += 1;
        const result = await frames.next();
        if (result.done) await end();
        return result;
      },
      async return(value) {
        await end();
        return { done: true, value };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** The reader has taken `read` more frames of the query `live`; a query that has ended is none of its business. */
  taken({ live, read }: ReadNotice): void {
    const query = this.#queries.get(live);
    if (!query) return;
    query.ahead = Math.max(0, query.ahead - read);
    query.wake?.();
    query.wake = null;
  }
}
