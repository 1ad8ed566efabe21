import type { DueEntry } from "./desk.ts";

/** Milliseconds over which consoles spread their first attempts, so that mostly one of them acts. */
const spread = 30_000;
/** Milliseconds before the second attempt; each further one waits twice as long, up to the longest. */
const first = 300_000;
const longest = 3_600_000;

export interface EnderParts {
  due(): readonly DueEntry[];
  onChange(listener: () => void): () => void;
  /** Reads an entry anew: another console may have ended it. */
  reread(id: string): Promise<unknown>;
  /** Orders the removal, which happens only if the end has come by the provider's clock. */
  end(id: string): Promise<unknown>;
  /** Calls `work` once after so many milliseconds; the function that is returned calls it off. */
  after(milliseconds: number, work: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
  onError(thrown: unknown): void;
}

/**
 * Ends entries whose end has come. Every console that runs does so, after a moment of its own and after another look: whoever
 * is first orders it, and the others find it gone. What does not go is tried again, less and less often. Returns how to stop.
 */
export function endWhenDue(parts: EnderParts): () => void {
  const waiting = new Map<string, () => void>();
  const stop = parts.onChange(look);
  look();

  function look(): void {
    const due = parts.due();
    const ids = new Set(due.map(({ id }) => id));
    for (const [id, callOff] of waiting) {
      if (ids.has(id)) continue;
      callOff();
      waiting.delete(id);
    }
    for (const { id } of due) if (!waiting.has(id)) wait(id, 0, parts.random() * spread);
  }

  function wait(id: string, tried: number, milliseconds: number): void {
    waiting.set(
      id,
      parts.after(milliseconds, () => void attempt(id, tried).catch(parts.onError)),
    );
  }

  async function attempt(id: string, tried: number): Promise<void> {
    const isMeant = () => waiting.has(id) && parts.due().some((each) => each.id === id);
    try {
      await parts.reread(id);
      if (isMeant()) await parts.end(id);
    } finally {
      if (isMeant()) {
        const pause = Math.min(longest, first * 2 ** tried);
        wait(id, tried + 1, pause * (0.75 + parts.random() / 2));
      }
    }
  }

  return () => {
    stop();
    for (const callOff of waiting.values()) callOff();
    waiting.clear();
  };
}
