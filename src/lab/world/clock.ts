/** The World's time. It may run faster than the wall's; everything in the World waits by it. */
export interface WorldClock {
  /** World time in epoch milliseconds. */
  now(): number;
  /** Calls `work` once after so many milliseconds of world time; the function that is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void;
}

/** A clock that starts at `startAt` (epoch milliseconds) and runs `speed` times as fast as the wall's. */
export function scaledClock(speed: number, startAt: number): WorldClock {
  const origin = performance.now();
  return {
    now: () => startAt + (performance.now() - origin) * speed,
    after(milliseconds, work) {
      // What is already past is due at once.
      const timer = setTimeout(work, Math.max(0, milliseconds / speed));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until it is moved; for tests. */
export class ManualClock implements WorldClock {
  private time: number;
  private waiting: { due: number; work: () => void }[] = [];

  constructor(startAt = Date.UTC(2025, 0, 6, 8)) {
    this.time = startAt;
  }

  now(): number {
    return this.time;
  }

  after(milliseconds: number, work: () => void): () => void {
    const entry = { due: this.time + milliseconds, work };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }

  /** Moves on by so many milliseconds and does what falls due, in order, including what that asks for. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const due = this.waiting.filter((entry) => entry.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!due) break;
      this.waiting = this.waiting.filter((entry) => entry !== due);
      this.time = Math.max(this.time, due.due);
      due.work();
    }
    this.time = end;
  }
}

/** Waits so many milliseconds of world time; rejects with the signal's reason when it is aborted first. */
export function pause(clock: WorldClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
