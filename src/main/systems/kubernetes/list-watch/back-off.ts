export interface BackOffTimes {
  /** Milliseconds of the first wait and of the longest. */
  first: number;
  longest: number;
}

const usualTimes: BackOffTimes = { first: 800, longest: 30_000 };

/** Growing waits with jitter, so that many consoles do not all come back to a server in the same moment. */
export class BackOff {
  readonly #times: BackOffTimes;
  readonly #random: () => number;
  #round = 0;

  constructor(random: () => number = Math.random, times: BackOffTimes = usualTimes) {
    this.#random = random;
    this.#times = times;
  }

  /** Milliseconds to wait now: twice as long as before, plus or minus half. */
  next(): number {
    const { first, longest } = this.#times;
    const wait = Math.min(longest, first * 2 ** this.#round);
    this.#round = Math.min(this.#round + 1, 30);
    return wait * (0.5 + this.#random());
  }

  reset(): void {
    this.#round = 0;
  }
}
