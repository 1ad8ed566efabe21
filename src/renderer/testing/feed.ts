/** A value that live queries follow: the current one first, then each change, until nobody listens. */
export class Feed<Value> {
  #value: Value;
  readonly #wakes = new Set<() => void>();
  /** Live queries that are open now. */
  watchers = 0;
  /** Live queries that were ever opened. */
  opened = 0;

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    this.#value = value;
    for (const wake of [...this.#wakes]) wake();
  }

  async *watch(signal: AbortSignal | undefined): AsyncGenerator<Value, void, void> {
    this.watchers += 1;
    this.opened += 1;
    try {
      let seen: { value: Value } | null = null;
      while (!signal?.aborted) {
        if (seen === null || seen.value !== this.#value) {
          seen = { value: this.#value };
          yield this.#value;
          continue;
        }
        await this.#change(signal);
      }
    } finally {
      this.watchers -= 1;
    }
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#wakes.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      this.#wakes.add(done);
      signal?.addEventListener("abort", done);
    });
  }
}
