import { BoundedMap } from "./bounded-map.ts";

/** Wrong tokens that one address may present in `attemptWindow` milliseconds. */
export const mostAttempts = 10;
export const attemptWindow = 60_000;

/** Counts wrong tokens per client address, and makes one that guesses wait. */
export class Attempts {
  readonly #failures = new BoundedMap<string, { count: number; since: number }>(1000);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds that the address has to wait before it may try again; 0 when it need not. */
  wait(address: string): number {
    const failures = this.#failures.get(address);
    if (!failures) return 0;
    const left = failures.since + attemptWindow - this.#now();
    if (left <= 0) {
      this.#failures.delete(address);
      return 0;
    }
    return failures.count < mostAttempts ? 0 : Math.ceil(left / 1000);
  }

  failed(address: string): void {
    const failures = this.#failures.get(address);
    if (failures) failures.count += 1;
    else this.#failures.set(address, { count: 1, since: this.#now() });
  }
}
