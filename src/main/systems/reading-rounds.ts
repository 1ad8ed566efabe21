interface Running {
  done: Promise<void>;
  signal: AbortSignal;
}

/** One round: what is read, and how. */
export interface Round {
  resources: readonly string[];
  signal: AbortSignal;
  /** Whether somebody waits for it. */
  asked: boolean;
  /** Reads one resource and reports it; never throws. */
  read(resource: string): Promise<void>;
}

/** What is the same for all rounds of a system. */
export interface ReadingRoundsParts {
  /** How many resources of the system are read at once. */
  concurrency: number;
  /** Whether the last reading failed: such resources come last. */
  isFailing(resource: string): boolean;
}

/**
 * Reads the resources of one system in rounds, a bounded number at once and each of them one at a time, so that dead
 * and slow ones never keep the living waiting. Rounds may overlap.
 */
export class ReadingRounds {
  readonly #parts: ReadingRoundsParts;
  readonly #running = new Map<string, Running>();

  constructor(parts: ReadingRoundsParts) {
    this.#parts = parts;
  }

  /** Resolves when all resources of the round were read or passed over. */
  async run(round: Round): Promise<void> {
    const { concurrency, isFailing } = this.#parts;
    const queue = [...new Set(round.resources)].sort((a, b) => Number(isFailing(a)) - Number(isFailing(b)));
    const lane = async () => {
      for (let next = queue.shift(); next !== undefined && !round.signal.aborted; next = queue.shift()) {
        await this.#once(next, round);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, lane));
  }

  /**
   * Whoever asks for what is being read gets the result of that reading. A round of the schedule goes on without it:
   * a resource that keeps somebody waiting must not keep all from being read.
   */
  async #once(resource: string, { signal, asked, read }: Round): Promise<void> {
    for (let running = this.#running.get(resource); running; running = this.#running.get(resource)) {
      if (!asked && !running.signal.aborted) return;
      await running.done;
      if (!running.signal.aborted || signal.aborted) return;
    }
    const done = read(resource).finally(() => this.#running.delete(resource));
    this.#running.set(resource, { done, signal });
    await done;
  }
}
