import type { Sink, Source } from "./streams.ts";

const sliceMilliseconds = 8;

/**
 * Lets the other sessions of the lab have their turn: called often, it gives the event loop back every few
 * milliseconds, and rejects with the signal's reason once the work is to stop.
 */
export class Breath {
  private since = performance.now();

  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (performance.now() - this.since < sliceMilliseconds) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.since = performance.now();
    signal.throwIfAborted();
  }
}

/** Settles as the promise does, or rejects as soon as the signal is aborted. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** A source whose reads end when the process is told to stop. */
export function guardedSource(source: Source, signal: AbortSignal, breath: Breath): Source {
  return {
    terminal: source.terminal,
    async read() {
      await breath.take(signal);
      return orAborted(source.read(), signal);
    },
    close: () => source.close(),
    putBack: (bytes) => source.putBack?.(bytes),
  };
}

/** A sink whose writes end when the process is told to stop. */
export function guardedSink(sink: Sink, signal: AbortSignal, breath: Breath): Sink {
  return {
    terminal: sink.terminal,
    async write(bytes) {
      await breath.take(signal);
      return orAborted(sink.write(bytes), signal);
    },
    end: () => sink.end(),
  };
}
