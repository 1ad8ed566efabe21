import { OpsError } from "../../shared/errors.ts";
import { cancelled } from "./faults.ts";

/** What an aborted signal means to the caller: the OpsError it was aborted with, else a plain cancellation. */
export function abortFault(signal: AbortSignal): OpsError {
  return signal.reason instanceof OpsError ? signal.reason : cancelled();
}

/**
 * Waits for `work` or for the signal, whichever comes first. `late` gets what comes after the signal, so that
 * what was opened too late can be closed.
 */
export function abortable<T>(work: Promise<T>, signal: AbortSignal, late?: (value: T) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let over = false;
    const onAbort = () => {
      over = true;
      reject(abortFault(signal));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        if (over) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
  });
}

/** Resolves after `milliseconds`; rejects at once when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return abortable(waiting, signal).finally(() => clearTimeout(timer));
}

/** A deadline that can stand still while a person is being asked. Aborts `signal` with what `fault` says then. */
export class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #fault: () => OpsError;
  #timer: NodeJS.Timeout | null = null;
  #left: number;
  #startedAt = 0;

  /** `milliseconds` from now on; aborting `outer` aborts this one as well. */
  constructor(milliseconds: number, outer: AbortSignal, fault: () => OpsError) {
    this.#fault = fault;
    this.#left = milliseconds;
    this.signal = AbortSignal.any([outer, this.#controller.signal]);
    this.resume();
  }

  pause(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left = Math.max(0, this.#left - (performance.now() - this.#startedAt));
  }

  resume(): void {
    if (this.#timer || this.signal.aborted) return;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#controller.abort(this.#fault()), this.#left);
  }

  /** Ends the deadline for good; it aborts nothing any more. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
