import { setImmediate as nextTurn } from "node:timers/promises";

/** Work that may be done between two turns of the event loop: about so many bytes, and so many milliseconds at most. */
export const sliceBytes = 256 * 1024;
const sliceMilliseconds = 8;
/** What a line costs besides its bytes. */
const lineCost = 64;

/**
 * Cuts long work over lines into slices, so that neither screens nor network wait for it. Works that share one share its
 * slices too: those that rest go on one after the other, a turn each.
 */
export class Pace {
  readonly #turn: () => Promise<unknown>;
  #spent = 0;
  #since = performance.now();
  #resting: Promise<unknown> = Promise.resolve();

  constructor(turn: () => Promise<unknown> = nextTurn) {
    this.#turn = turn;
  }

  /** Counts a line of so many bytes; true when it is time for `rest`. */
  spend(bytes: number): boolean {
    this.#spent += bytes + lineCost;
    return this.#spent >= sliceBytes || performance.now() - this.#since >= sliceMilliseconds;
  }

  /** Lets everything else have its turn. */
  async rest(): Promise<void> {
    this.#resting = this.#resting.then(() => this.#turn());
    await this.#resting;
    this.#spent = 0;
    this.#since = performance.now();
  }
}
