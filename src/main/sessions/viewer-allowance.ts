/** The largest message of a viewer, in bytes: a pasted text fits, and viewers cut what is longer. */
const largestMessage = 1024 * 1024;
/** What a viewer may send at once, and how much more each second, in bytes. */
const burst = 4 * 1024 * 1024;
const bytesPerSecond = 1024 * 1024;

/**
 * How much a viewer may send. Keys and pointer are a few bytes each; a far side that takes nothing makes whatever is
 * sent wait in memory, so that it must be little.
 */
export class ViewerAllowance {
  readonly #now: () => number;
  #left = burst;
  #at: number;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#at = now();
  }

  /** Whether a message of so many bytes is within the allowance, which it then uses up. */
  takes(bytes: number): boolean {
    const now = this.#now();
    const gained = (Math.max(0, now - this.#at) / 1000) * bytesPerSecond;
    this.#left = Math.min(burst, this.#left + gained);
    this.#at = now;
    if (bytes > largestMessage || bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}
