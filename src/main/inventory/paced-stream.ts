/** Where a paced stream gets its values from. */
export interface PacedSource<Value> {
  signal: AbortSignal;
  /** Milliseconds between two values at least. */
  interval: number;
  /** Called when reading begins; `changed` says that there may be a new value. Returns how to let go. */
  open(changed: () => void): () => void;
  /** The value as of now, or undefined when nothing worth sending has changed. */
  produce(): Value | undefined;
}

/**
 * A stream that computes only when its reader waits and something changed: a slow reader gets the newest state and
 * no backlog, and nobody's reading costs nothing. It ends at once, also in the middle of a wait, when the signal
 * aborts or the reader leaves.
 */
export function pacedStream<Value>(source: PacedSource<Value>): AsyncIterableIterator<Value, undefined> {
  return new PacedStream(source);
}

class PacedStream<Value> implements AsyncIterableIterator<Value, undefined> {
  readonly #source: PacedSource<Value>;
  readonly #waiting: PromiseWithResolvers<IteratorResult<Value, undefined>>[] = [];
  readonly #onAbort = () => this.#end();
  #letGo: (() => void) | null = null;
  #rest: NodeJS.Timeout | null = null;
  #changed = true;
  #state: "new" | "open" | "ended" = "new";

  constructor(source: PacedSource<Value>) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#state === "new") this.#open();
    if (this.#state === "ended") return Promise.resolve({ done: true, value: undefined });
    const waiting = Promise.withResolvers<IteratorResult<Value, undefined>>();
    this.#waiting.push(waiting);
    this.#pump();
    return waiting.promise;
  }

  return(): Promise<IteratorResult<Value, undefined>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  #open(): void {
    if (this.#source.signal.aborted) {
      this.#state = "ended";
      return;
    }
    this.#state = "open";
    this.#source.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#letGo = this.#source.open(() => {
      this.#changed = true;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#state !== "open" || !this.#changed || this.#rest || this.#waiting.length === 0) return;
    this.#changed = false;
    this.#rest = setTimeout(() => {
      this.#rest = null;
      this.#pump();
    }, this.#source.interval);
    try {
      const value = this.#source.produce();
      if (value !== undefined) this.#waiting.shift()?.resolve({ done: false, value });
    } catch (thrown) {
      this.#waiting.shift()?.reject(thrown);
      this.#end();
    }
  }

  #end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#source.signal.removeEventListener("abort", this.#onAbort);
    if (this.#rest) clearTimeout(this.#rest);
    this.#letGo?.();
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined });
  }
}
