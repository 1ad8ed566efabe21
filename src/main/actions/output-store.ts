import type { TaskOutput } from "../../shared/action.ts";

const perTask = 256 * 1024;
const overall = 64 * 1024 * 1024;
const mergeBelow = 4096;

interface Ring {
  pieces: TaskOutput[];
  bytes: number;
  dropped: number;
}

/** The newest output of a task, and how many bytes of older output were dropped. */
export interface KeptOutput {
  pieces: TaskOutput[];
  dropped: number;
}

/** Live output of a task (of a bulk: of all its tasks). */
export interface TaskOutputView extends KeptOutput {
  subscribe(listener: (pieces: TaskOutput[]) => void): () => void;
}

/**
 * The last 256 KiB of each task's output, 64 MiB for all of them: the task that was silent longest goes first. A
 * listener on a bulk hears all of its tasks.
 */
export class OutputStore {
  readonly #rings = new Map<string, Ring>();
  readonly #listeners = new Map<string, Set<(pieces: TaskOutput[]) => void>>();
  #bytes = 0;

  append(task: string, parent: string | null, piece: Omit<TaskOutput, "task">): void {
    if (piece.text === "") return;
    const entry = { task, ...piece };
    const ring = this.#rings.get(task) ?? { pieces: [], bytes: 0, dropped: 0 };
    this.#rings.delete(task);
    this.#rings.set(task, ring);
    this.#grow(ring, entry);
    this.#shrink(ring);
    this.#makeRoom(ring);
    for (const name of parent === null ? [task] : [task, parent]) {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener([entry]);
    }
  }

  /** The kept output of some tasks, one after the other. */
  of(tasks: readonly string[]): KeptOutput {
    const rings = tasks.flatMap((task) => this.#rings.get(task) ?? []);
    return {
      pieces: rings.flatMap((ring) => ring.pieces),
      dropped: rings.reduce((sum, ring) => sum + ring.dropped, 0),
    };
  }

  subscribe(task: string, listener: (pieces: TaskOutput[]) => void): () => void {
    const listeners = this.#listeners.get(task) ?? new Set();
    this.#listeners.set(task, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(task) === listeners) this.#listeners.delete(task);
    };
  }

  forget(task: string): void {
    const ring = this.#rings.get(task);
    if (ring === undefined) return;
    this.#bytes -= ring.bytes;
    this.#rings.delete(task);
  }

  #grow(ring: Ring, entry: TaskOutput): void {
    const bytes = Buffer.byteLength(entry.text);
    const last = ring.pieces.at(-1);
    if (last !== undefined && last.stream === entry.stream && last.text.length < mergeBelow) {
      ring.pieces[ring.pieces.length - 1] = { ...last, text: last.text + entry.text };
    } else {
      ring.pieces.push(entry);
    }
    ring.bytes += bytes;
    this.#bytes += bytes;
  }

  #shrink(ring: Ring): void {
    const before = ring.bytes;
    let stale = 0;
    while (ring.bytes > perTask) {
      const first = ring.pieces[stale];
      if (first === undefined) break;
      const bytes = Buffer.byteLength(first.text);
      const excess = ring.bytes - perTask;
      if (bytes <= excess) {
        stale += 1;
        ring.bytes -= bytes;
      } else {
        const rest = tail(first.text, bytes - excess);
        ring.pieces[stale] = { ...first, text: rest };
        ring.bytes -= bytes - Buffer.byteLength(rest);
      }
    }
    ring.pieces.splice(0, stale);
    ring.dropped += before - ring.bytes;
    this.#bytes -= before - ring.bytes;
  }

  #makeRoom(keep: Ring): void {
    for (const ring of this.#rings.values()) {
      if (this.#bytes <= overall) return;
      if (ring === keep) continue;
      this.#bytes -= ring.bytes;
      ring.dropped += ring.bytes;
      ring.bytes = 0;
      ring.pieces = [];
    }
  }
}

/** The end of some words, at most `bytes` of UTF-8, cut between characters. */
function tail(words: string, bytes: number): string {
  const encoded = Buffer.from(words);
  let start = encoded.length - bytes;
  while (((encoded[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return encoded.subarray(start).toString();
}
