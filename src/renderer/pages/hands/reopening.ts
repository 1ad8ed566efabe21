import { backoff } from "../../state/backoff.ts";

/** Milliseconds after which a screen that does not come back from a change of power is no longer called. */
export const powerPatience = 15 * 60_000;
/** Milliseconds that a machine may take to let go of a session that was just closed, here or in another window. */
export const handoverPatience = 15_000;

/**
 * When to open a screen again: at once, then with growing, jittered delays, for as long as there is patience. A
 * picture ends it (`forget`); a screen that opens and closes before its first one does not.
 */
export class Reopening {
  readonly #patience: number;
  #since: number | null = null;
  #attempts = 0;

  /** `patience` in milliseconds. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  begin(now: number): void {
    this.#since ??= now;
  }

  forget(): void {
    this.#since = null;
    this.#attempts = 0;
  }

  /** Milliseconds until the next attempt; null when it has been called for too long. */
  next(now: number, random?: () => number): number | null {
    if (this.#since === null || now - this.#since > this.#patience) return null;
    const delay = backoff(this.#attempts, random);
    this.#attempts += 1;
    return delay;
  }
}
