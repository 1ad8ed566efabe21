import type { LogFrame, LogWindow } from "../../shared/logs.ts";
import { unknownLog } from "./faults.ts";
import type { HeldLog, HeldOrder } from "./held-log.ts";

/** A window on a held log, until it is closed. It stays on its lines when older ones are dropped. */
export class LogView {
  readonly #log: HeldLog;
  readonly #count: number;
  readonly #held: HeldOrder;
  /** The place that it begins at, with all that were dropped before; null follows the end. */
  readonly #from: number | null;

  /** Throws `log.expression-broken`, `log.gone`. */
  constructor(log: HeldLog, { from, count, only }: Omit<LogWindow, "log">) {
    this.#log = log;
    this.#count = count;
    this.#held = log.hold(only);
    this.#from = from === null ? null : from + this.#held.order.dropped;
  }

  onChange(listener: () => void): () => void {
    return this.#log.onChange(listener);
  }

  /** What it shows now. Throws `log.gone`, `log.cannot-hold`, and what went wrong with the filter. */
  async frame(): Promise<LogFrame> {
    if (this.#log.closed) throw unknownLog();
    const { order } = this.#held;
    if (order.error) throw order.error;
    const { store } = this.#log;
    const { length } = order;
    const from = this.#from === null ? Math.max(0, length - this.#count) : this.#placeNow(this.#from);
    const last = Math.min(length, from + this.#count);
    const numbers = Array.from({ length: Math.max(0, last - from) }, (_, index) =>
      order.numberAt(from + index),
    );
    const frame = {
      sources: this.#log.sources(),
      total: store.end - store.first,
      matching: length,
      dropped: store.first,
      bytes: store.bytes,
      filtered: order.complete,
      from,
    };
    try {
      return { ...frame, lines: await store.pick(numbers) };
    } catch (error) {
      if (this.#log.closed) throw unknownLog();
      throw error;
    }
  }

  close(): void {
    this.#held.release();
  }

  #placeNow(from: number): number {
    return Math.max(0, from - this.#held.order.dropped);
  }
}
