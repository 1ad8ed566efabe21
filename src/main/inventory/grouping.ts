import { type GroupName, isNamedBySystem } from "../../shared/live.ts";
import { healthOrder } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";
import { naturalKey } from "./fold.ts";
import { compareKeys, type SortKey } from "./sort-key.ts";

/** The resources of a list that have the same value; `wrong` of them are not well and not in maintenance. */
export interface Group {
  readonly key: string;
  readonly value: string;
  readonly system: string | null;
  readonly order: SortKey;
  total: number;
  wrong: number;
}

/** The groups of a list, counted change by change. One without members is forgotten. */
export class Grouping {
  readonly #by: GroupName;
  readonly #bySystem: boolean;
  readonly #groups = new Map<string, Group>();
  #ordered: readonly Group[] | null = null;

  constructor(by: GroupName) {
    this.#by = by;
    this.#bySystem = isNamedBySystem(by);
  }

  /** The group that a resource is in by what is known of it now. */
  groupOf(entry: Entry): Group {
    const value = entry.facet(this.#by);
    const system = this.#bySystem && value !== "" ? entry.declaration.system : null;
    const key = `\n${value}${system === null ? "" : `\n${system}`}`;
    return this.#groups.get(key) ?? { key, value, system, order: this.#orderOf(value), total: 0, wrong: 0 };
  }

  /** Counts one member more or less. */
  count(group: Group, wrong: boolean, step: 1 | -1): void {
    group.total += step;
    if (wrong) group.wrong += step;
    if (group.total === 0) this.#groups.delete(group.key);
    else if (this.#groups.get(group.key) === group) return;
    else this.#groups.set(group.key, group);
    this.#ordered = null;
  }

  /** By name, worst health first, without a value last; an array that is not changed any more. */
  list(): readonly Group[] {
    this.#ordered ??= [...this.#groups.values()].sort(compareGroups);
    return this.#ordered;
  }

  #orderOf(value: string): SortKey {
    if (value === "") return null;
    if (this.#by !== "health") return naturalKey(value);
    return healthOrder.findIndex((health) => health === value);
  }
}

/** The order of two groups of one list; of none and none they are the same. */
export function compareGroups(one: Group | null, other: Group | null): number {
  if (one === other || one === null || other === null) return 0;
  return compareKeys(one.order, other.order, 1) || compareKeys(one.key, other.key, 1);
}
