import { backoff } from "../../state/backoff.ts";

/** Milliseconds after which a screen that does not come back is no longer called. */
const patience = 15 * 60_000;

/**
 * When to open a screen again that was closed for a change of power: at once, then with growing, jittered delays, for
 * a quarter of an hour. A picture ends it (`forget`); a screen that opens and closes before its first one does not.
 */
export class Reopening {
  #since: number | null = null;
  #attempts = 0;

  begin(now: number): void {
    this.#since ??= now;
  }

  forget(): void {
    this.#since = null;
    this.#attempts = 0;
  }

  /** Milliseconds until the next attempt; null when it has been called for too long. */
  next(now: number, random?: () => number): number | null {
    if (this.#since === null || now - this.#since > patience) return null;
    const delay = backoff(this.#attempts, random);
    this.#attempts += 1;
    return delay;
  }
}
