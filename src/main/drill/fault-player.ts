import type { DrillFault } from "../../shared/drill.ts";
import { type OpsError, toOpsError } from "../../shared/errors.ts";
import { parseDuration } from "../../shared/estate-words.ts";
import type { RunState } from "../../shared/run.ts";

/** What the faults of a drill are played on, and by what it is known that their moment has come. */
export interface PlayerParts {
  faults: readonly DrillFault[];
  /** The runs of the drill, and word of every change of them. */
  runs(): readonly Pick<RunState, "id" | "startedAt">[];
  stepsOf(run: string): RunState["steps"];
  onChange(listener: () => void): () => void;
  /** Has the lab lay a fault; rejects with what it has against it. */
  play(fault: readonly string[]): Promise<void>;
  onPlayed(played: { index: number; at: number; refused: OpsError | null }): void;
  now(): number;
}

/** Plays the faults of a drill, each once: with the drill, when a step begins, or so long after the first run began. */
export class FaultPlayer {
  readonly #parts: PlayerParts;
  readonly #left: Set<number>;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #stop: () => void;
  #playing: Promise<void> = Promise.resolve();

  constructor(parts: PlayerParts) {
    this.#parts = parts;
    this.#left = new Set(parts.faults.keys());
    this.#stop = parts.onChange(() => this.#look());
    this.#look();
  }

  /** Resolves once what was begun has been played. */
  settled(): Promise<void> {
    return this.#playing;
  }

  /** Plays nothing more. */
  async close(): Promise<void> {
    this.#stop();
    this.#left.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#playing;
  }

  #look(): void {
    if (this.#left.size === 0) return;
    const runs = this.#parts.runs();
    for (const index of [...this.#left]) {
      const when = this.#parts.faults[index]?.when;
      if (when?.at === "start") this.#play(index);
      else if (when?.at === "step" && runs.some(({ id }) => this.#hasBegun(id, when.node))) this.#play(index);
      else if (when?.at === "after" && runs.length > 0) this.#wait(index, when.time, runs);
    }
  }

  #hasBegun(run: string, node: string): boolean {
    return this.#parts
      .stepsOf(run)
      .some((step) => step.node === node && step.startedAt !== null && step.state !== "pending");
  }

  #wait(index: number, time: string, runs: readonly { startedAt: number }[]): void {
    if (this.#timers.has(index)) return;
    const first = Math.min(...runs.map(({ startedAt }) => startedAt));
    const left = Math.max(0, first + (parseDuration(time) ?? 0) - this.#parts.now());
    this.#timers.set(
      index,
      setTimeout(() => this.#play(index), left),
    );
  }

  #play(index: number): void {
    const fault = this.#parts.faults[index]?.fault;
    if (!fault || !this.#left.delete(index)) return;
    // One after the other: the lab is to see them in their order.
    this.#playing = this.#playing.then(async () => {
      let refused: OpsError | null = null;
      try {
        await this.#parts.play(fault);
      } catch (thrown) {
        refused = toOpsError(thrown, "lab");
      }
      this.#parts.onPlayed({ index, at: this.#parts.now(), refused });
    });
  }
}
