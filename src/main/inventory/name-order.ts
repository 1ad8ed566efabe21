import type { Entry } from "./entry.ts";
import { compareKeys } from "./sort-key.ts";

/** All entries by name. What comes, goes or is renamed costs its own sorting and one merge, when somebody reads. */
export class NameOrder {
  #ordered: Entry[] = [];
  readonly #changed = new Set<Entry>();

  /** The entry is new, may have another name, or is gone. */
  mark(entry: Entry): void {
    this.#changed.add(entry);
  }

  /** Every entry by name; an array that is not changed any more. */
  list(): readonly Entry[] {
    if (this.#changed.size === 0) return this.#ordered;
    const changed = [...this.#changed].filter(({ removed }) => !removed).sort(byName);
    const kept = this.#ordered.filter((entry) => !this.#changed.has(entry));
    this.#changed.clear();
    this.#ordered = merged(kept, changed);
    return this.#ordered;
  }
}

function byName(one: Entry, other: Entry): number {
  return compareKeys(one.nameKey, other.nameKey, 1) || compareKeys(one.id, other.id, 1);
}

function merged(kept: readonly Entry[], changed: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  let next = 0;
  for (const entry of kept) {
    for (let fresh = changed[next]; fresh && byName(fresh, entry) < 0; fresh = changed[next]) {
      all.push(fresh);
      next += 1;
    }
    all.push(entry);
  }
  all.push(...changed.slice(next));
  return all;
}
