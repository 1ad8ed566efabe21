import {
  type FacetName,
  facetNames,
  factOfStorage,
  type ListQuery,
  mostFacetValues,
} from "../../shared/live.ts";
import type { Resource } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";
import { type FacetSet, valuesIn } from "./facet-set.ts";
import { fold } from "./fold.ts";
import { compareGroups, type Group, Grouping } from "./grouping.ts";
import { compareKeys, type SortKey, sortKey } from "./sort-key.ts";

/** What of a query decides which resources match and in what order; not which window of them is shown. */
export type Selection = Pick<ListQuery, "kinds" | "within" | "text" | "facets" | "sort" | "group" | "action">;
export type FacetCounts = Partial<Record<FacetName, Record<string, number>>>;

/** Whether a resource has the action of this identifier; which actions there are is not the inventory's to know. */
export type HasAction = (action: string, resource: Resource) => boolean;

/** From here on joining two sorted lists is cheaper than inserting one by one. */
const fewChanges = 48;

/** How one resource stood to the selection when it was last looked at. */
interface Placed {
  entry: Entry;
  key: SortKey;
  nameKey: string;
  /** Null when the text leaves it out before any facet is asked. */
  facets: FacetSet | null;
  matches: boolean;
  /** Where the list is grouped and it matches. */
  group: Group | null;
  wrong: boolean;
}

/**
 * The resources that match a selection, in order, and the counts of the facets, brought up to date change by change
 * when they are read. A facet's own selection does not reduce its own counts, so that another value can be chosen.
 */
export class Matches {
  readonly #kinds: ReadonlySet<string>;
  readonly #parent: string | undefined;
  readonly #storage: string | undefined;
  /** Per facet the one value that everything in the list has. */
  readonly #within: readonly (string | undefined)[];
  readonly #words: readonly string[];
  readonly #selected: readonly (ReadonlySet<string> | null)[];
  readonly #by: string;
  readonly #direction: 1 | -1;
  readonly #grouping: Grouping | null;
  readonly #action: string | null;
  readonly #hasAction: HasAction;
  readonly #placed = new Map<Entry, Placed>();
  readonly #sets = new Map<FacetSet, { count: number; refusedBy: number }>();
  readonly #dirty = new Set<Entry>();
  #order: Placed[] = [];
  /** Per facet how often each value occurs; worked out when first asked for, kept up to date from then on. */
  #counts: Map<string, number>[] | null = null;
  #facets: { counts: FacetCounts; words: string } | null = null;

  /** `entries` are all resources; those that are nearly in the asked order already are sorted fastest. */
  constructor(selection: Selection, entries: Iterable<Entry>, hasAction: HasAction = () => true) {
    this.#action = selection.action;
    this.#hasAction = hasAction;
    const { parent, storage, ...within } = selection.within;
    this.#kinds = new Set(selection.kinds);
    this.#parent = parent;
    this.#storage = storage;
    this.#within = facetNames.map((name) => within[name]);
    this.#words = fold(selection.text).split(/\s+/).filter(Boolean);
    this.#selected = facetNames.map((name) => {
      const values = selection.facets[name] ?? [];
      return values.length > 0 ? new Set(values) : null;
    });
    this.#by = selection.sort.by;
    this.#direction = selection.sort.direction === "ascending" ? 1 : -1;
    this.#grouping = selection.group === null ? null : new Grouping(selection.group);
    for (const entry of entries) {
      const placed = this.#place(entry);
      if (placed?.matches) this.#order.push(placed);
    }
    this.#order.sort(this.#compare);
  }

  /** The resource changed, appeared or was removed; it is looked at again at the next reading. */
  mark(entry: Entry): void {
    this.#dirty.add(entry);
  }

  /** Resources of the asked kinds, whether they match or not. */
  get total(): number {
    this.#update();
    return this.#placed.size;
  }

  get matching(): number {
    this.#update();
    return this.#order.length;
  }

  /** The groups in their order, which is that of the resources as well; null where the list is not grouped. */
  groups(): readonly Group[] | null {
    this.#update();
    return this.#grouping?.list() ?? null;
  }

  window(offset: number, limit: number): Entry[] {
    this.#update();
    return this.#order.slice(offset, offset + limit).map((placed) => placed.entry);
  }

  /** The counts, and the same as text: equal texts are equal counts. Of many values the most frequent are given. */
  facets(): { counts: FacetCounts; words: string } {
    this.#update();
    if (this.#facets) return this.#facets;
    const counts = this.#counted();
    const facets: FacetCounts = {};
    facetNames.forEach((name, index) => {
      const sorted = this.#mostFrequent(index, counts[index] ?? new Map());
      facets[name] = Object.fromEntries(sorted.sort(([one], [other]) => (one < other ? -1 : 1)));
    });
    this.#facets = { counts: facets, words: JSON.stringify(facets) };
    return this.#facets;
  }

  #update(): void {
    if (this.#dirty.size === 0) return;
    const arrived: Placed[] = [];
    const left = new Set<Placed>();
    for (const entry of this.#dirty) {
      const before = this.#placed.get(entry);
      if (before) this.#displace(before);
      const now = entry.removed ? null : this.#place(entry);
      if (before?.matches && now?.matches && this.#compare(before, now) === 0) {
        // It stays where it is: the slot is handed on instead of being closed and opened again.
        this.#order[this.#indexOf(before)] = now;
        continue;
      }
      if (before?.matches) left.add(before);
      if (now?.matches) arrived.push(now);
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

  /** Judges and counts a resource; null when its kind was not asked for. */
  #place(entry: Entry): Placed | null {
    if (this.#kinds.size > 0 && !this.#kinds.has(entry.declaration.kind)) return null;
    if (!this.#isWithin(entry)) return null;
    if (this.#action !== null && !this.#hasAction(this.#action, entry.snapshot())) return null;
    const facets = this.#hasWords(entry) ? entry.facets() : null;
    const matches = facets !== null && this.#countSet(facets, 1) === 0;
    const key = matches ? sortKey(entry, this.#by) : null;
    const group = matches && this.#grouping ? this.#grouping.groupOf(entry) : null;
    const wrong = entry.health !== "ok" && !entry.excused;
    if (group) this.#grouping?.count(group, wrong, 1);
    const placed: Placed = { entry, key, nameKey: entry.nameKey, facets, matches, group, wrong };
    this.#placed.set(entry, placed);
    return placed;
  }

  #displace(placed: Placed): void {
    this.#placed.delete(placed.entry);
    if (placed.facets) this.#countSet(placed.facets, -1);
    if (placed.group) this.#grouping?.count(placed.group, placed.wrong, -1);
  }

  /** Counts one resource more or less with these values; returns which facets refuse it, one bit each. */
  #countSet(facets: FacetSet, step: 1 | -1): number {
    this.#facets = null;
    let set = this.#sets.get(facets);
    if (!set) {
      let refusedBy = 0;
      facets.forEach((value, index) => {
        const selected = this.#selected[index];
        if (selected && !valuesIn(value, index).some((each) => selected.has(each))) refusedBy |= 1 << index;
      });
      set = { count: 0, refusedBy };
      this.#sets.set(facets, set);
    }
    set.count += step;
    if (set.count === 0) this.#sets.delete(facets);
    if (this.#counts) addTo(this.#counts, facets, set.refusedBy, step);
    return set.refusedBy;
  }

  #counted(): Map<string, number>[] {
    if (this.#counts) return this.#counts;
    const counts = facetNames.map(() => new Map<string, number>());
    for (const [values, { count, refusedBy }] of this.#sets) addTo(counts, values, refusedBy, count);
    this.#counts = counts;
    return counts;
  }

  #mostFrequent(index: number, counts: ReadonlyMap<string, number>): [string, number][] {
    const all = [...counts];
    if (all.length <= mostFacetValues) return all;
    const selected = this.#selected[index];
    return all
      .sort(([one, few], [other, many]) => many - few || (one < other ? -1 : 1))
      .filter(([value], place) => place < mostFacetValues || selected?.has(value));
  }

  #isWithin(entry: Entry): boolean {
    if (this.#parent !== undefined && entry.parentId !== this.#parent) return false;
    if (this.#storage !== undefined && !liesOn(entry, this.#storage)) return false;
    return this.#within.every(
      (value, index) => value === undefined || valuesIn(entry.facets()[index] ?? "", index).includes(value),
    );
  }

  #hasWords(entry: Entry): boolean {
    if (this.#words.length === 0) return true;
    const haystack = entry.haystack();
    return this.#words.every((word) => haystack.includes(word));
  }

  readonly #compare = (one: Placed, other: Placed): number =>
    compareGroups(one.group, other.group) ||
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

function liesOn(entry: Entry, storage: string): boolean {
  const storages = entry.fact(factOfStorage)?.value;
  return Array.isArray(storages) && storages.includes(storage);
}

/** Counts resources with these values under each facet that no other facet refuses. */
function addTo(counts: Map<string, number>[], values: FacetSet, refusedBy: number, step: number): void {
  counts.forEach((each, index) => {
    if ((refusedBy & ~(1 << index)) !== 0) return;
    for (const value of valuesIn(values[index] ?? "", index)) {
      const count = (each.get(value) ?? 0) + step;
      if (count === 0) each.delete(value);
      else each.set(value, count);
    }
  });
}

/** The order without those who left and with those who arrived, in one pass over both. */
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
  return result.concat(arrived.slice(next));
}
