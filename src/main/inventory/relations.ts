import type { ResourceDetail } from "../../shared/contract.ts";
import { healthOrder } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";
import { rowOf } from "./rows.ts";
import { compareKeys } from "./sort-key.ts";

/** As many children or siblings as a page shows; a list with the site's facet shows them all. */
const mostRelated = 200;

/** Who holds whom: a host its VMs, a site what stands in it and has no other parent. */
export class Relations {
  readonly #children = new Map<string, Set<Entry>>();
  readonly #parents = new Map<Entry, string>();

  /** Takes in where a resource hangs now. */
  place(entry: Entry): void {
    this.forget(entry);
    const { parentId } = entry;
    if (parentId === null) return;
    const children = this.#children.get(parentId) ?? new Set();
    children.add(entry);
    this.#children.set(parentId, children);
    this.#parents.set(entry, parentId);
  }

  forget(entry: Entry): void {
    const parent = this.#parents.get(entry);
    if (parent === undefined) return;
    this.#parents.delete(entry);
    const children = this.#children.get(parent);
    children?.delete(entry);
    if (children?.size === 0) this.#children.delete(parent);
  }

  /** Parent, children and siblings of a resource, the worst first, at most two hundred of each. */
  of(entry: Entry, find: (id: string) => Entry | undefined): ResourceDetail["relations"] {
    const parentId = this.#parents.get(entry);
    const parent = parentId === undefined ? undefined : find(parentId);
    const siblings = parentId === undefined ? [] : [...(this.#children.get(parentId) ?? [])];
    return {
      parent: parent ? rowOf(parent, []) : null,
      children: rows([...(this.#children.get(entry.id) ?? [])]),
      siblings: rows(siblings.filter((sibling) => sibling !== entry)),
    };
  }
}

function rows(entries: Entry[]): ResourceDetail["relations"]["children"] {
  return entries
    .sort(worstFirst)
    .slice(0, mostRelated)
    .map((entry) => rowOf(entry, []));
}

function worstFirst(one: Entry, other: Entry): number {
  return (
    healthOrder.indexOf(one.health) - healthOrder.indexOf(other.health) ||
    compareKeys(one.nameKey, other.nameKey, 1) ||
    compareKeys(one.id, other.id, 1)
  );
}
