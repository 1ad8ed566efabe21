import type { Entry } from "./entry.ts";
import { type HasAction, Matches, type Selection } from "./matches.ts";

/** A screen that scrolls asks for the next window within a moment: what it left is still warm then. */
const keptFor = 10_000;
const mostKept = 4;

interface Pooled {
  matches: Matches;
  readers: number;
  leftAt: NodeJS.Timeout | null;
}

/**
 * The selections that are being read. Readers of different windows of one selection share it, and it outlives its
 * last reader for some seconds, so that scrolling costs a slice and not a sort.
 */
export class MatchesPool {
  readonly #pooled = new Map<string, Pooled>();
  readonly #hasAction: HasAction | undefined;

  constructor(hasAction?: HasAction) {
    this.#hasAction = hasAction;
  }

  /** Joins the readers of a selection; `release` leaves them again. */
  acquire(selection: Selection, entries: () => Iterable<Entry>): { matches: Matches; release: () => void } {
    const { kinds, within, text, facets, sort, group, action } = selection;
    const key = JSON.stringify([kinds, within, text, facets, sort.by, sort.direction, group, action]);
    let pooled = this.#pooled.get(key);
    if (!pooled) {
      pooled = { matches: new Matches(selection, entries(), this.#hasAction), readers: 0, leftAt: null };
      this.#pooled.set(key, pooled);
    }
    if (pooled.leftAt) clearTimeout(pooled.leftAt);
    pooled.leftAt = null;
    pooled.readers++;
    const mine = pooled;
    return { matches: mine.matches, release: () => this.#release(key, mine) };
  }

  /** Tells every selection of a change. */
  mark(entry: Entry): void {
    for (const { matches } of this.#pooled.values()) matches.mark(entry);
  }

  close(): void {
    for (const { leftAt } of this.#pooled.values()) if (leftAt) clearTimeout(leftAt);
    this.#pooled.clear();
  }

  #release(key: string, pooled: Pooled): void {
    pooled.readers--;
    if (pooled.readers > 0 || this.#pooled.get(key) !== pooled) return;
    pooled.leftAt = setTimeout(() => this.#pooled.delete(key), keptFor);
    pooled.leftAt.unref();
    const unread = [...this.#pooled].filter(([, each]) => each.readers === 0);
    for (const [oldest, each] of unread.slice(0, Math.max(0, unread.length - mostKept))) {
      if (each.leftAt) clearTimeout(each.leftAt);
      this.#pooled.delete(oldest);
    }
  }
}
