/** Milliseconds. */
export interface StallTimes {
  /** Of silence in the middle of a picture, or in what may be one. */
  silence: number;
  /** For a far side that was asked for a pixel, and a viewer that gets it, to go on. */
  answer: number;
}

const usualTimes: StallTimes = { silence: 20_000, answer: 10_000 };

export interface StallParts {
  /** Whether a picture is under way; null where only the viewer can know. */
  unfinished: (() => boolean) | null;
  /** Asks the far side for one pixel, out of turn; false while that cannot be said. */
  ask(): boolean;
  /** A picture was begun that does not become whole; seconds since its last bytes. */
  onStalled(seconds: number): void;
  times?: Partial<StallTimes>;
}

/**
 * Notices a picture that was begun and does not become whole: the far side stopped, or named a length that it does not
 * keep. A viewer asks for the next picture once it has the last one whole. So bytes that are followed by silence instead
 * are doubted, and one pixel is asked for: a healthy pair goes on by that, and nobody notices. A still screen of which
 * nothing has come since the viewer asked is never doubted, nor is a viewer that takes nothing at the moment.
 */
export class StallWatch {
  readonly #parts: StallParts;
  readonly #times: StallTimes;
  #timer: NodeJS.Timeout | null = null;
  #wanted = false;
  #begun = false;
  #asked = false;
  #paused = false;
  #closed = false;
  #continuous = false;

  constructor(parts: StallParts) {
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
  }

  /** The far side sent bytes. */
  heard(): void {
    if (this.#continuous && this.#asked) {
      // Where pictures come without requests the answer is all that can be expected.
      this.#begun = false;
      this.#asked = false;
      this.#restart();
    } else if (this.#begun && this.#timer) {
      this.#timer.refresh();
    } else {
      this.#begun = this.#wanted;
      this.#restart();
    }
  }

  /** The viewer asks for a picture: it has the one before it whole. */
  requested(): void {
    this.#wanted = true;
    this.#begun = false;
    this.#asked = false;
    this.#restart();
  }

  /** Whether pictures come without requests from here on. */
  continuous(on: boolean): void {
    this.#continuous = on;
  }

  pause(): void {
    this.#paused = true;
    this.#restart();
  }

  resume(): void {
    this.#paused = false;
    this.#restart();
  }

  close(): void {
    this.#closed = true;
    this.#restart();
  }

  #restart(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#closed || this.#paused || !this.#begun) return;
    const { answer, silence } = this.#times;
    this.#timer = setTimeout(() => this.#silent(), this.#asked ? answer : silence);
  }

  #silent(): void {
    const { unfinished, ask, onStalled } = this.#parts;
    const { silence, answer } = this.#times;
    if (unfinished) {
      if (unfinished()) onStalled(Math.round(silence / 1000));
      return;
    }
    if (this.#asked) {
      onStalled(Math.round((silence + answer) / 1000));
      return;
    }
    this.#asked = ask();
    this.#restart();
  }
}
