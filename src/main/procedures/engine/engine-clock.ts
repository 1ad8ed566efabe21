/**
 * The engine's time in epoch milliseconds. It begins at the latest moment that is known to have been, and goes on with
 * the monotonic clock: neither a wall clock that is set back an hour nor one set forward changes how long a wait
 * lasts. A sleep of the workstation does not count as time waited.
 */
export class EngineClock {
  readonly #monotonic: () => number;
  #base: number;
  #since: number;

  /** `begin`: the wall clock, or the newest event's time where that is later. `monotonic`: milliseconds. */
  constructor(begin: number, monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#base = begin;
    this.#since = monotonic();
  }

  now(): number {
    return Math.round(this.#base + this.#monotonic() - this.#since);
  }

  /** Goes on from `time` if that is later: an event of a run that is taken over cannot lie in the future. */
  notBefore(time: number): void {
    if (time <= this.now()) return;
    this.#base = time;
    this.#since = this.#monotonic();
  }
}
