import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { Item } from "../list-watch/items.ts";
import { readObject } from "./objects.ts";

/** An object that is to be read, by a version that is another one whenever its content may be. */
export interface Wanted {
  version: string;
  path: string;
}

/** How many are fetched in one round. */
const mostFetched = 25;

/** What is taken of objects that are fetched one at a time, once per version, and not kept themselves. */
export class Readings<T, W extends Wanted = Wanted> {
  readonly #access: ClusterAccess;
  readonly #take: (object: Item["object"], wanted: W) => T | null;
  /** By version; null: there is nothing in it that can be read. */
  readonly #taken = new Map<string, T | null>();
  readonly #refused = new Set<string>();

  /** `take` gives what is kept of an object; null for what holds nothing of it. */
  constructor(access: ClusterAccess, take: (object: Item["object"], wanted: W) => T | null) {
    this.#access = access;
    this.#take = take;
  }

  of(version: string): T | null {
    return this.#taken.get(version) ?? null;
  }

  /** How many may not be read. */
  get refused(): number {
    return this.#refused.size;
  }

  /**
   * Reads some of what is not known yet and forgets what is not wanted any more; true where that changed something. What may not
   * be read holds the others up no more than a round. Throws what KubernetesApi throws.
   */
  async next(wanted: readonly W[], signal: AbortSignal): Promise<boolean> {
    const versions = new Set(wanted.map(({ version }) => version));
    for (const version of this.#taken.keys()) if (!versions.has(version)) this.#taken.delete(version);
    for (const version of this.#refused) if (!versions.has(version)) this.#refused.delete(version);
    const unknown = wanted.filter(({ version }) => !this.#taken.has(version));
    const untried = unknown.filter(({ version }) => !this.#refused.has(version));
    const next = (untried.length > 0 ? untried : unknown).slice(0, mostFetched);
    for (const each of next) await this.#read(each, signal);
    return next.length > 0;
  }

  async #read(wanted: W, signal: AbortSignal): Promise<void> {
    const { version, path } = wanted;
    try {
      const object = await readObject(this.#access, path, signal);
      this.#taken.set(version, this.#take(object, wanted));
      this.#refused.delete(version);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 403) throw error;
      this.#refused.add(version);
    }
  }
}
