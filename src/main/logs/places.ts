import { abortable } from "../reach/abort.ts";

/** A number of places that work may be done in at once; who finds none waits in line. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Waits for a place; the result gives it back, once. Throws what `signal` was aborted with. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else {
      const turn = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await abortable(turn, signal, () => this.#leave());
    }
    let held = true;
    return () => {
      if (held) this.#leave();
      held = false;
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
