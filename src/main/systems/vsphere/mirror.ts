import type { ObjectUpdate } from "./client/collector.ts";
import type { Reference } from "./client/values.ts";
import { showLoad } from "./load.ts";
import { isLoad, takeProperty } from "./properties.ts";
import { emptyHeld, type Held } from "./records.ts";

/** What a set of updates has changed, by identifier. */
export interface MirrorChange {
  changed: Set<string>;
  removed: Map<string, Held>;
  /** A name or place that others are described with is another one. */
  renamed: boolean;
  /** Objects of which a part was told that was not asked for by itself: they are to be read whole. */
  unread: Reference[];
}

/** The inventory of one vCenter as its PropertyCollector tells it. */
export class Mirror {
  readonly #held = new Map<string, Held>();

  get(id: string | null): Held | undefined {
    return id === null ? undefined : this.#held.get(id);
  }

  all(): Iterable<Held> {
    return this.#held.values();
  }

  get size(): number {
    return this.#held.size;
  }

  /**
   * Takes in updates. What changes of an object that is not known is the beginning of knowing it; what leaves without
   * having been known is passed over.
   */
  apply(updates: readonly ObjectUpdate[]): MirrorChange {
    const change: MirrorChange = { changed: new Set(), removed: new Map(), renamed: false, unread: [] };
    for (const { kind, object, changes, refused } of updates) {
      const before = this.#held.get(object.id);
      if (kind === "leave") {
        if (!before) continue;
        this.#held.delete(object.id);
        change.changed.delete(object.id);
        change.removed.set(object.id, before);
        continue;
      }
      // An object that enters is told whole.
      const held = before && kind === "modify" ? before : emptyHeld(object);
      this.#held.set(object.id, held);
      let whole = true;
      let isTold = held !== before;
      for (const { name, value } of changes) {
        whole = takeProperty(held, name, value) && whole;
        isTold ||= !isLoad(name);
        if (held.is !== "vm" && (name === "name" || name === "parent")) change.renamed = true;
      }
      isTold = takeRefused(held, changes, refused) || isTold;
      if (!whole) change.unread.push(object);
      isTold = showLoad(held) || isTold;
      if (!isTold) continue;
      change.changed.add(object.id);
      change.removed.delete(object.id);
    }
    return change;
  }
}

/** Takes in what may not be read, and what may again. True when that has changed. */
function takeRefused(
  held: Held,
  changes: ObjectUpdate["changes"],
  refused: ObjectUpdate["refused"],
): boolean {
  if (refused.length === 0 && held.refused.length === 0) return false;
  const names = new Set(held.refused);
  for (const { name } of changes) names.delete(name);
  for (const name of refused) names.add(name);
  const before = held.refused;
  held.refused = [...names].sort();
  return held.refused.join() !== before.join();
}
