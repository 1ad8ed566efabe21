import type { LogPattern, LogSourceState } from "../../shared/logs.ts";
import { unknownLog } from "./faults.ts";
import { everyLine, FilteredOrder, type LineOrder } from "./line-order.ts";
import type { LineStore } from "./line-store.ts";
import type { LogReading } from "./log-reading.ts";
import { matcherOf } from "./pattern.ts";

/** Filters whose results are kept at once, looked at or not. */
const mostFilters = 6;

interface Filter {
  order: FilteredOrder;
  users: number;
}

/** An order of lines that goes on being found until it is let go of. */
export interface HeldOrder {
  order: LineOrder;
  /** Resolves when all lines held now have been gone through. */
  whole(): Promise<void>;
  release(): void;
}

/** One log that is held: its lines, what reads them, and the filters that windows look through. */
export class HeldLog {
  readonly store: LineStore;
  readonly #reading: LogReading;
  readonly #filters = new Map<string, Filter>();
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #stopListening: () => void;
  #telling = false;

  /** Store and reading belong to it from here on; `read` makes the reading and is told whom to tell of changes. */
  constructor(store: LineStore, read: (onChange: () => void) => LogReading) {
    this.store = store;
    this.#reading = read(() => this.#changed());
    this.#stopListening = store.onChange(() => this.#changed());
  }

  /** Begins to read. Throws when nothing can be read. */
  start(signal: AbortSignal): Promise<void> {
    return this.#reading.start(signal);
  }

  sources(): LogSourceState[] {
    return this.#reading.sources();
  }

  /** All lines, or those that match. Throws `log.expression-broken`, `log.gone`. */
  hold(only: LogPattern | null): HeldOrder {
    if (this.#closing.signal.aborted) throw unknownLog();
    if (only === null || only.words === "") {
      return { order: everyLine(this.store), whole: () => Promise.resolve(), release: () => undefined };
    }
    const key = JSON.stringify([only.words, only.expression, only.matchCase]);
    const filter = this.#filters.get(key) ?? {
      order: new FilteredOrder(this.store, matcherOf(only), () => this.#changed()),
      users: 0,
    };
    // The one asked for last is the last to be forgotten.
    this.#filters.delete(key);
    this.#filters.set(key, filter);
    filter.users += 1;
    this.#forgetFilters();
    const { signal } = this.#closing;
    void filter.order.run(signal);
    let held = true;
    return {
      order: filter.order,
      whole: () => filter.order.run(signal),
      release: () => {
        if (held) filter.users -= 1;
        held = false;
        this.#forgetFilters();
      },
    };
  }

  /** Called, once for many changes of one turn, when anything that a window shows may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Aborted when the log is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends the reading and removes what is held. */
  async close(): Promise<void> {
    this.#closing.abort(unknownLog());
    this.#stopListening();
    for (const listener of [...this.#listeners]) listener();
    await this.#reading.close();
    await this.store.close();
  }

  #changed(): void {
    if (this.#telling || this.closed) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      if (this.closed) return;
      for (const { order, users } of this.#filters.values()) {
        if (users > 0 && !order.complete && !order.error) void order.run(this.#closing.signal);
      }
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #forgetFilters(): void {
    for (const [key, { users }] of this.#filters) {
      if (this.#filters.size <= mostFilters) return;
      if (users === 0) this.#filters.delete(key);
    }
  }
}
