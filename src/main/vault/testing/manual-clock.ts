import type { LifeClock } from "../clock.ts";

/** A clock that stands until it is moved; its wall may jump on its own. */
export class ManualClock implements LifeClock {
  #monotonic = 0;
  #wall = Date.UTC(2026, 0, 1);
  #timers: { at: number; work: () => void }[] = [];

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.#monotonic + milliseconds, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Milliseconds from now of everything that waits, soonest first. */
  get waiting(): number[] {
    return this.#timers.map(({ at }) => at - this.#monotonic).sort((left, right) => left - right);
  }

  /** Lets time pass, calling what falls due in its order. */
  pass(milliseconds: number): void {
    const end = this.#monotonic + milliseconds;
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((left, right) => left.at - right.at);
      if (!next) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#wall += next.at - this.#monotonic;
      this.#monotonic = next.at;
      next.work();
    }
    this.#wall += end - this.#monotonic;
    this.#monotonic = end;
  }

  /** Somebody sets the workstation's clock. */
  jump(milliseconds: number): void {
    this.#wall += milliseconds;
  }
}
