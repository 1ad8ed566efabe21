import type { Inventory } from "../inventory/inventory.ts";

/** Milliseconds that a look over the whole inventory is taken for. */
const lasts = 30_000;

/**
 * What stands at another site for a resource: the one of its kind and name there, as long as there is just one. Once
 * production was carried, it is its backups that count.
 */
export class Counterparts {
  readonly #inventory: Pick<Inventory, "get" | "all">;
  readonly #now: () => number;
  #places: { at: number; ids: Map<string, string | null> } | null = null;

  constructor(inventory: Pick<Inventory, "get" | "all">, now: () => number) {
    this.#inventory = inventory;
    this.#now = now;
  }

  /** The identifier of what stands at `site` for a resource; null where there is none, or more than one. */
  of(id: string, site: string): string | null {
    const resource = this.#inventory.get(id);
    if (resource === null) return null;
    return this.#known().get(keyOf(resource.kind, resource.name, site)) ?? null;
  }

  #known(): Map<string, string | null> {
    const now = this.#now();
    if (this.#places !== null && now - this.#places.at < lasts) return this.#places.ids;
    const ids = new Map<string, string | null>();
    for (const { id, kind, name, site } of this.#inventory.all()) {
      if (site === null) continue;
      const key = keyOf(kind, name, site);
      ids.set(key, ids.has(key) ? null : id);
    }
    this.#places = { at: now, ids };
    return ids;
  }
}

function keyOf(kind: string, name: string, site: string): string {
  return `${kind}\n${name}\n${site}`;
}
