import type { KubeObject } from "./object.ts";

/** One change of one object. */
export interface Change {
  revision: number;
  collection: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: KubeObject;
  /** The object before, so that a watch with a selector knows whether it had seen it. */
  before: KubeObject | null;
}

const changesKept = 20_000;

/** The one counter behind all resource versions, and the latest changes, for watches that resume. */
export class History {
  /** The number of the latest change. */
  revision: number;
  /** Changes up to and with this one are forgotten. */
  compacted: number;
  private changes: Change[] = [];
  private readonly watchers = new Map<string, Set<(change: Change) => void>>();

  constructor(revision = 1_000) {
    this.revision = revision;
    this.compacted = revision;
  }

  next(): number {
    this.revision += 1;
    return this.revision;
  }

  add(change: Change): void {
    this.changes.push(change);
    // Cut by halves, so that a change costs nothing to speak of.
    if (this.changes.length >= changesKept * 2) this.forget(this.changes.length - changesKept);
    for (const watcher of [...(this.watchers.get(change.collection) ?? [])]) watcher(change);
  }

  /** Forgets every change so far, as the compaction of etcd does. */
  compact(): void {
    this.changes = [];
    this.compacted = this.revision;
  }

  /** The changes of a collection after a revision; null when some of them are forgotten. */
  since(collection: string, revision: number): Change[] | null {
    if (revision < this.compacted) return null;
    return this.changes.filter((change) => change.revision > revision && change.collection === collection);
  }

  /** Calls `watcher` at every further change of a collection until the function that is returned is called. */
  follow(collection: string, watcher: (change: Change) => void): () => void {
    const watchers = this.watchers.get(collection) ?? new Set();
    this.watchers.set(collection, watchers);
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }

  private forget(count: number): void {
    this.compacted = this.changes[count - 1]?.revision ?? this.compacted;
    this.changes = this.changes.slice(count);
  }
}
