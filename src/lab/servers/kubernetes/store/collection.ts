import type { Change, History } from "./history.ts";
import { type KubeObject, keyOf } from "./object.ts";

interface Listener<Item> {
  changed(after: Item | null, before: Item | null): void;
}

/**
 * The objects of one resource. They are never changed in place: whoever changes one puts another, so that lists and
 * watches that were begun keep what they saw.
 */
export class Collection<Item extends KubeObject> {
  readonly name: string;
  private readonly history: History;
  private readonly objects = new Map<string, Item>();
  private sorted: Item[] | null = null;
  private readonly listeners: Listener<Item>[] = [];

  /** `name` is the resource with its group: `pods`, `deployments.apps`. */
  constructor(name: string, history: History) {
    this.name = name;
    this.history = history;
  }

  get size(): number {
    return this.objects.size;
  }

  get(namespace: string | undefined, name: string): Item | null {
    return this.objects.get(keyOf(namespace, name)) ?? null;
  }

  /** All objects by namespace and name, as they are now; the list is not changed later. */
  all(): readonly Item[] {
    this.sorted ??= [...this.objects]
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
      .map(([, object]) => object);
    return this.sorted;
  }

  /** Adds or replaces an object and gives it the next resource version. */
  put(object: Item): Item {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const before = this.objects.get(key) ?? null;
    const after = this.stamped(object);
    this.objects.set(key, after);
    this.tell({ type: before ? "MODIFIED" : "ADDED", object: after, before }, after, before);
    return after;
  }

  /** Takes an object away; its last state carries the resource version of its end. */
  remove(namespace: string | undefined, name: string): Item | null {
    const key = keyOf(namespace, name);
    const before = this.objects.get(key);
    if (!before) return null;
    this.objects.delete(key);
    const last = this.stamped(before);
    this.tell({ type: "DELETED", object: last, before }, null, before);
    return last;
  }

  /** Calls `listener` at every change: null is what is no longer, or was not yet, there. */
  onChange(changed: (after: Item | null, before: Item | null) => void): void {
    this.listeners.push({ changed });
  }

  private stamped(object: Item): Item {
    const resourceVersion = String(this.history.next());
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  private tell(
    change: Pick<Change, "type" | "object" | "before">,
    after: Item | null,
    before: Item | null,
  ): void {
    this.sorted = null;
    this.history.add({ ...change, collection: this.name, revision: this.history.revision });
    for (const listener of this.listeners) listener.changed(after, before);
  }
}
