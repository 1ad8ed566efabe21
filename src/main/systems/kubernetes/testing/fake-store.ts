import type { Stored } from "./objects.ts";

export type EventType = "ADDED" | "MODIFIED" | "DELETED";
export interface StoredEvent {
  type: EventType;
  version: number;
  object: Stored;
}

/** The objects of one resource (`pods`, `nodes` …), their history, and who watches. */
export class FakeCollection {
  readonly objects = new Map<string, Stored>();
  readonly history: StoredEvent[] = [];
  readonly listeners = new Set<(event: StoredEvent) => void>();
}

/** What a cluster holds, by resource name; one resource version for all, as etcd counts. */
export class FakeStore {
  version = 100;
  /** Versions below this are compacted: a watch from there is told 410. */
  oldest = 0;
  readonly #collections = new Map<string, FakeCollection>();

  of(resource: string): FakeCollection {
    const known = this.#collections.get(resource);
    if (known) return known;
    const made = new FakeCollection();
    this.#collections.set(resource, made);
    return made;
  }

  get(resource: string, namespace: string | null, name: string): Stored | undefined {
    return this.of(resource).objects.get(keyOf(namespace, name));
  }

  put(resource: string, object: Stored): Stored {
    const collection = this.of(resource);
    const key = keyOf(object.metadata.namespace ?? null, object.metadata.name);
    const type = collection.objects.has(key) ? "MODIFIED" : "ADDED";
    return this.#happen(collection, type, key, object);
  }

  remove(resource: string, namespace: string | null, name: string): void {
    const collection = this.of(resource);
    const key = keyOf(namespace, name);
    const object = collection.objects.get(key);
    if (object) this.#happen(collection, "DELETED", key, object);
  }

  #happen(collection: FakeCollection, type: EventType, key: string, object: Stored): Stored {
    this.version += 1;
    const versioned = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(this.version) },
    };
    if (type === "DELETED") collection.objects.delete(key);
    else collection.objects.set(key, versioned);
    const event: StoredEvent = { type, version: this.version, object: versioned };
    collection.history.push(event);
    for (const listener of [...collection.listeners]) listener(event);
    return versioned;
  }
}

export function keyOf(namespace: string | null, name: string): string {
  return `${namespace ?? ""}/${name}`;
}
