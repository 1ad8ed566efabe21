import type { Properties } from "./reply.ts";

/** As many as an engine holds, and milliseconds until it drops one that nobody ends. */
const mostContexts = 4;
const lifetime = 60_000;

interface Context {
  className: string;
  rest: Properties[];
  openedAt: number;
}

/** The enumerations that consoles have open. One that is neither pulled to its end nor released stays until it is old. */
export class Enumerations {
  private readonly open = new Map<string, Context>();
  private readonly now: () => number;
  private last = 0;

  /** `now` gives milliseconds of any clock. */
  constructor(now: () => number) {
    this.now = now;
  }

  /** Opens one over these instances; null when there are too many. */
  begin(className: string, instances: readonly Properties[]): string | null {
    for (const [name, context] of this.open) {
      if (this.now() - context.openedAt > lifetime) this.open.delete(name);
    }
    if (this.open.size >= mostContexts) return null;
    this.last += 1;
    const name = `${this.last.toString(16).toUpperCase().padStart(8, "0")}-0000-0000-0000-000000000000`;
    this.open.set(name, { className, rest: [...instances], openedAt: this.now() });
    return name;
  }

  /** The next instances of one, at most so many; it is gone after the last. Null when there is none of that name. */
  pull(name: string, limit: number): { className: string; items: Properties[]; ended: boolean } | null {
    const context = this.open.get(name);
    if (!context) return null;
    const items = context.rest.splice(0, Math.max(1, limit));
    const ended = context.rest.length === 0;
    if (ended) this.open.delete(name);
    return { className: context.className, items, ended };
  }

  /** Ends one; false when there is none of that name. */
  release(name: string): boolean {
    return this.open.delete(name);
  }
}
