/** When unknown effects are looked into. Milliseconds. */
export interface SettleTiming {
  /** Waits before the attempts that follow an action at once. */
  delays: readonly number[];
  /** Between two looks at whether an unsettled resource is seen again. */
  every: number;
}

export interface SettleParts {
  timing: SettleTiming;
  now(): number;
  /** One attempt; true when the effect is known now, or nothing will ever tell. Never throws. */
  attempt(task: string, signal: AbortSignal): Promise<boolean>;
  /** Whether the task's resource was read well since `since` (epoch milliseconds). */
  seenSince(task: string, since: number): boolean;
}

const longestPause = 600_000;

/**
 * Finds out about unknown effects: a few attempts right after an action, then one each time its resource is seen
 * again, with growing pauses, until the effect is known or the console closes.
 */
export class Settler {
  readonly #parts: SettleParts;
  readonly #closing = new AbortController();
  readonly #open = new Map<string, { lastTry: number; pause: number }>();
  #timer: NodeJS.Timeout | null = null;
  #looking = false;

  constructor(parts: SettleParts) {
    this.#parts = parts;
  }

  /** The first attempts; resolves when nothing is left to ask, or they are used up (then the task is watched). */
  async settleSoon(task: string): Promise<void> {
    for (const delay of this.#parts.timing.delays) {
      const known =
        (await this.#pause(delay * (0.8 + 0.4 * Math.random()))) &&
        (await this.#parts.attempt(task, this.#closing.signal));
      if (known || this.#closing.signal.aborted) return;
    }
    this.watch(task);
  }

  /** Tries again whenever the task's resource is seen. */
  watch(task: string): void {
    if (this.#closing.signal.aborted) return;
    this.#open.set(task, { lastTry: this.#parts.now(), pause: this.#parts.timing.every });
    this.#timer ??= setInterval(() => void this.#look(), this.#parts.timing.every).unref();
  }

  forget(task: string): void {
    this.#open.delete(task);
    if (this.#open.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  close(): void {
    this.#closing.abort();
    for (const task of [...this.#open.keys()]) this.forget(task);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (const [task, state] of [...this.#open]) {
      const now = this.#parts.now();
      if (now - state.lastTry < state.pause || !this.#parts.seenSince(task, state.lastTry)) continue;
      state.lastTry = now;
      state.pause = Math.min(state.pause * 2, longestPause);
      if (await this.#parts.attempt(task, this.#closing.signal)) this.forget(task);
    }
    this.#looking = false;
  }

  /** False when the console closed meanwhile. */
  #pause(milliseconds: number): Promise<boolean> {
    const { signal } = this.#closing;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      const end = (full: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        resolve(full);
      };
      const stop = () => end(false);
      const timer = setTimeout(() => end(true), milliseconds);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
