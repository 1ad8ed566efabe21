import {
  contentsOf,
  factOfHypervisorCluster,
  factOfStorage,
  type Holder,
  type Within,
} from "../../shared/live.ts";
import type { ResourceKind } from "../../shared/resource.ts";
import type { ResourceDetail } from "../../shared/resource-detail.ts";
import type { Entry } from "./entry.ts";

export type Contents = ResourceDetail["contents"];

/** How one resource was counted, to be taken back when it changes. */
interface Counted {
  groups: readonly string[];
  kind: ResourceKind;
  wrong: boolean;
}

/**
 * How many of each kind are in a resource, and how many of them are not well and not in maintenance, kept change by change:
 * what `contentsOf` says.
 */
export class ContentsIndex {
  readonly #counted = new Map<Entry, Counted>();
  readonly #groups = new Map<string, Contents>();

  /** Counts a resource as it stands now. */
  count(entry: Entry): void {
    const groups = groupsOf(entry);
    const { kind } = entry.declaration;
    const wrong = entry.health !== "ok" && !entry.excused;
    const before = this.#counted.get(entry);
    if (before && before.kind === kind && before.wrong === wrong && same(before.groups, groups)) return;
    this.forget(entry);
    const counted = { groups, kind, wrong };
    this.#counted.set(entry, counted);
    this.#add(counted, 1);
  }

  forget(entry: Entry): void {
    const before = this.#counted.get(entry);
    if (!before) return;
    this.#counted.delete(entry);
    this.#add(before, -1);
  }

  of(entry: Entry): Contents {
    const holder = holderOf(entry);
    const contents = { ...this.#groups.get(groupOf(contentsOf(holder))) };
    // A cluster is of the system that it holds, a site of itself.
    const own = contents[holder.kind];
    if ((holder.kind === "cluster" || holder.kind === "site") && own?.total === 1)
      delete contents[holder.kind];
    return contents;
  }

  #add({ groups, kind, wrong }: Counted, step: 1 | -1): void {
    for (const group of groups) {
      const contents = this.#groups.get(group) ?? {};
      const { total, wrong: wrongBefore } = contents[kind] ?? { total: 0, wrong: 0 };
      if (total + step === 0) delete contents[kind];
      else contents[kind] = { total: total + step, wrong: wrongBefore + (wrong ? step : 0) };
      if (Object.keys(contents).length === 0) this.#groups.delete(group);
      else this.#groups.set(group, contents);
    }
  }
}

function groupsOf(entry: Entry): string[] {
  const { system, site } = entry.declaration;
  const groups = [groupOf({ system })];
  if (site !== null) groups.push(groupOf({ site }));
  if (entry.parentId !== null) groups.push(groupOf({ parent: entry.parentId }));
  const storages = entry.fact(factOfStorage)?.value;
  if (Array.isArray(storages)) {
    for (const storage of new Set(storages)) groups.push(groupOf({ system, storage }));
  }
  for (const name of ["namespace", "node", "cluster"] as const) {
    const value = entry.facet(name);
    if (value !== "") groups.push(groupOf({ system, [name]: value }));
  }
  return groups;
}

/** A resource as its contents are looked for; only the facts that decide about it. */
function holderOf(entry: Entry): Holder {
  const fact = entry.fact(factOfHypervisorCluster);
  return { ...entry.declaration, facts: fact ? { [factOfHypervisorCluster]: fact } : {} };
}

function groupOf({ parent, site, system, namespace, node, cluster, storage }: Within): string {
  return JSON.stringify([parent, site, system, namespace, node, cluster, storage]);
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((group, index) => group === other[index]);
}
