import {
  type FacetName,
  facetNames,
  type ListFrame,
  type ListQuery,
  type ListRow,
} from "../../shared/live.ts";
import type { Entry } from "./entry.ts";
import { fold } from "./fold.ts";
import { rowOf, sameRow } from "./rows.ts";
import { compareKeys, type SortKey, sortKey } from "./sort-key.ts";

/** From here on joining two sorted lists is cheaper than inserting one by one. */
const fewChanges = 48;

/** How one resource stood to the query when it was last looked at. */
interface Placed {
  entry: Entry;
  key: SortKey;
  nameKey: string;
  facets: readonly string[];
  /** Bit n: the facet n does not let it through. */
  refusedBy: number;
}

/**
 * One live query: the resources that match, in order, and the counts of its facets, kept up to date change by
 * change. A facet's own selection does not reduce its own counts, so that another value can be chosen.
 */
export class ListView {
  readonly #query: ListQuery;
  readonly #kinds: ReadonlySet<string>;
  readonly #words: readonly string[];
  readonly #selected: readonly (ReadonlySet<string> | null)[];
  readonly #direction: 1 | -1;
  readonly #placed = new Map<Entry, Placed>();
  readonly #counts: readonly Map<string, number>[] = facetNames.map(() => new Map());
  readonly #dirty = new Set<Entry>();
  #order: Placed[] = [];
  #total = 0;
  #countsChanged = true;
  #last: {
    order: string[];
    rows: Map<string, ListRow>;
    total: number;
    matching: number;
    facets: string;
  } | null = null;

  /** `entries` are all resources; a list that is nearly in the asked order is sorted fastest. */
  constructor(query: ListQuery, entries: Iterable<Entry>) {
    this.#query = query;
    this.#kinds = new Set(query.kinds);
    this.#words = fold(query.text).split(/\s+/).filter(Boolean);
    this.#selected = facetNames.map((name) => {
      const values = query.facets[name] ?? [];
      return values.length > 0 ? new Set(values) : null;
    });
    this.#direction = query.sort.direction === "ascending" ? 1 : -1;
    for (const entry of entries) {
      const placed = this.#place(entry);
      if (placed?.refusedBy === 0) this.#order.push(placed);
    }
    this.#order.sort(this.#compare);
  }

  /** The resource changed, appeared or was removed. */
  mark(entry: Entry): void {
    this.#dirty.add(entry);
  }

  /** The first whole frame, later what changed in the window or the counts; undefined when nothing did. */
  frame(asOf: number): ListFrame | undefined {
    this.#applyChanges();
    const { offset, limit, columns } = this.#query;
    const window = this.#order.slice(offset, offset + limit);
    const order = window.map((placed) => placed.entry.id);
    const last = this.#last;
    const rows = new Map<string, ListRow>();
    const changed: ListRow[] = [];
    for (const { entry } of window) {
      const row = rowOf(entry, columns);
      const before = last?.rows.get(entry.id);
      const same = before !== undefined && sameRow(before, row);
      rows.set(entry.id, same ? before : row);
      if (!same) changed.push(row);
    }
    const counts = this.#countsChanged || !last ? this.#facetCounts() : null;
    const facets = counts ? JSON.stringify(counts) : (last?.facets ?? "");
    this.#countsChanged = false;
    const now = { order, rows, total: this.#total, matching: this.#order.length, facets };
    this.#last = now;
    const sameOrder = last !== null && isSameOrder(last.order, order);
    const sameFacets = last?.facets === facets;
    const sameFigures = last?.total === now.total && last.matching === now.matching;
    if (sameOrder && sameFacets && sameFigures && changed.length === 0) return undefined;
    return {
      asOf,
      total: now.total,
      matching: now.matching,
      order: sameOrder ? null : order,
      facets: sameFacets ? null : counts,
      rows: changed,
    };
  }

  #applyChanges(): void {
    if (this.#dirty.size === 0) return;
    const arrived: Placed[] = [];
    const left = new Set<Placed>();
    for (const entry of this.#dirty) {
      const before = this.#placed.get(entry);
      if (before) {
        this.#count(before, -1);
        this.#placed.delete(entry);
        if (before.refusedBy === 0) left.add(before);
      }
      const now = entry.removed ? null : this.#place(entry);
      if (now?.refusedBy !== 0) continue;
      if (before?.refusedBy === 0 && this.#compare(before, now) === 0) {
        // It stays where it is: the slot is handed on instead of being closed and opened again.
        left.delete(before);
        this.#order[this.#indexOf(before)] = now;
      } else arrived.push(now);
    }
    this.#dirty.clear();
    if (left.size + arrived.length <= fewChanges) {
      for (const placed of left) this.#order.splice(this.#indexOf(placed), 1);
      for (const placed of arrived) this.#order.splice(this.#indexOf(placed), 0, placed);
    } else {
      arrived.sort(this.#compare);
      this.#order = joined(this.#order, left, arrived, this.#compare);
    }
  }

  /** Judges a resource and counts it; null when kind or text leave it out altogether. */
  #place(entry: Entry): Placed | null {
    const { declaration } = entry;
    if (this.#kinds.size > 0 && !this.#kinds.has(declaration.kind)) return null;
    const facets = entry.facets();
    let refusedBy = 0;
    if (this.#words.length > 0 && !this.#hasWords(entry)) refusedBy = -1;
    else {
      for (let index = 0; index < facets.length; index++) {
        const selected = this.#selected[index];
        if (selected && !selected.has(facets[index] ?? "")) refusedBy |= 1 << index;
      }
    }
    const key = refusedBy === 0 ? sortKey(entry, this.#query.sort.by) : null;
    const placed: Placed = { entry, key, nameKey: entry.nameKey, facets, refusedBy };
    this.#placed.set(entry, placed);
    this.#count(placed, 1);
    return placed;
  }

  #hasWords(entry: Entry): boolean {
    const haystack = entry.haystack();
    return this.#words.every((word) => haystack.includes(word));
  }

  #count({ facets, refusedBy }: Placed, step: 1 | -1): void {
    this.#total += step;
    if (refusedBy === -1) return;
    for (let index = 0; index < facets.length; index++) {
      // Counted under a facet when no other one refuses it.
      if ((refusedBy & ~(1 << index)) !== 0) continue;
      const counts = this.#counts[index];
      const value = facets[index] ?? "";
      const count = (counts?.get(value) ?? 0) + step;
      if (count > 0) counts?.set(value, count);
      else counts?.delete(value);
      this.#countsChanged = true;
    }
  }

  #facetCounts(): Partial<Record<FacetName, Record<string, number>>> {
    const facets: Partial<Record<FacetName, Record<string, number>>> = {};
    facetNames.forEach((name, index) => {
      const counts = [...(this.#counts[index] ?? [])];
      facets[name] = Object.fromEntries(counts.sort(([one], [other]) => (one < other ? -1 : 1)));
    });
    return facets;
  }

  readonly #compare = (one: Placed, other: Placed): number =>
    compareKeys(one.key, other.key, this.#direction) ||
    compareKeys(one.nameKey, other.nameKey, 1) ||
    compareKeys(one.entry.id, other.entry.id, 1);

  /** Where it stands, or where it would have to be put in. */
  #indexOf(placed: Placed): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#order[middle];
      if (there && this.#compare(there, placed) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function joined(
  order: readonly Placed[],
  left: ReadonlySet<Placed>,
  arrived: readonly Placed[],
  compare: (one: Placed, other: Placed) => number,
): Placed[] {
  const result: Placed[] = [];
  let next = 0;
  for (const placed of order) {
    if (left.has(placed)) continue;
    for (let newcomer = arrived[next]; newcomer && compare(newcomer, placed) < 0; newcomer = arrived[next]) {
      result.push(newcomer);
      next++;
    }
    result.push(placed);
  }
  for (let index = next; index < arrived.length; index++) {
    const newcomer = arrived[index];
    if (newcomer) result.push(newcomer);
  }
  return result;
}

function isSameOrder(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
