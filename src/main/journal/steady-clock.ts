/** A tolerance for the small corrections that time daemons make all day, in milliseconds. */
const jumpThreshold = 1000;

/** The time an event gets, and what is to be said of the wall clock. */
export interface Tick {
  at: number;
  /** Set when the wall clock is behind the chain: what it shows. */
  wallTime: number | null;
  /** Set when it has just jumped back: by how many milliseconds. */
  jumpedBackBy: number | null;
}

/**
 * Time for the chain: never before the event before, whatever the wall clock does. While the wall clock is behind,
 * events carry the chain's last time and the wall time beside it; a jump of a second or more is reported once.
 */
export class SteadyClock {
  readonly #wall: () => number;
  #last: number;
  #lastWall: number;

  /** `last` is the time of the newest event, 0 when there is none. */
  constructor(wall: () => number, last: number) {
    this.#wall = wall;
    this.#last = last;
    this.#lastWall = last;
  }

  /** A clock at the same point: ticks of the one do not count for the other. */
  fork(): SteadyClock {
    const clock = new SteadyClock(this.#wall, this.#last);
    clock.#lastWall = this.#lastWall;
    return clock;
  }

  tick(): Tick {
    const wall = this.#wall();
    const fell = this.#lastWall - wall;
    this.#lastWall = wall;
    if (wall >= this.#last) {
      this.#last = wall;
      return { at: wall, wallTime: null, jumpedBackBy: null };
    }
    return { at: this.#last, wallTime: wall, jumpedBackBy: fell >= jumpThreshold ? fell : null };
  }
}
