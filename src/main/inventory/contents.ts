import type { ResourceDetail } from "../../shared/contract.ts";
import { contentsOf, type Within } from "../../shared/live.ts";
import type { Resource, ResourceKind } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";

export type Contents = ResourceDetail["contents"];

/** How one resource was counted, to be taken back when it changes. */
interface Counted {
  groups: readonly string[];
  kind: ResourceKind;
  wrong: boolean;
}

/**
 * How many of each kind are in a resource, and how many of them are not well and not in maintenance, kept change by change: what stands on
 * it, and for a cluster, a namespace and a node what `contentsOf` says.
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

  of(resource: Pick<Resource, "id" | "kind" | "name" | "system">): Contents {
    const contents = { ...this.#groups.get(groupOf(contentsOf(resource))) };
    // A cluster is of the system that it holds.
    const own = contents[resource.kind];
    if (resource.kind === "cluster" && own?.total === 1) delete contents.cluster;
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
  const { system } = entry.declaration;
  const groups = [groupOf({ system })];
  if (entry.parentId !== null) groups.push(groupOf({ parent: entry.parentId }));
  for (const name of ["namespace", "node"] as const) {
    const value = entry.facet(name);
    if (value !== "") groups.push(groupOf({ system, [name]: value }));
  }
  return groups;
}

function groupOf({ parent, system, namespace, node }: Within): string {
  return JSON.stringify([parent, system, namespace, node]);
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((group, index) => group === other[index]);
}
