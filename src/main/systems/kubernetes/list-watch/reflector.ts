import { setTimeout as sleep } from "node:timers/promises";
import { type OpsError, toOpsError } from "../../../../shared/errors.ts";
import { abortable } from "../../../reach/abort.ts";
import type { KubernetesApi } from "../client/api.ts";
import { Refusal } from "../client/refusal.ts";
import { BackOff } from "./back-off.ts";
import { type Item, keyOf } from "./items.ts";
import { type Collection, listAll } from "./pages.ts";
import { usualWatchTimes, type WatchEvent, type WatchTimes, watch } from "./watch.ts";

/** What changed in a collection: `whole` when it was listed anew, and `items` holds all that there is. */
export interface Change<T> {
  whole: boolean;
  set: ReadonlyMap<string, T>;
  removed: ReadonlyMap<string, T>;
}

export interface ReflectorParts<T> {
  api: Pick<KubernetesApi, "ask" | "stream" | "cluster">;
  collection: Collection;
  /** What is kept of an item; null: nothing. */
  read(item: Item): T | null;
  onChange(change: Change<T>): void;
  /** Why it cannot be read now; null when it can again. */
  onState(error: OpsError | null): void;
  /** Epoch milliseconds. */
  now(): number;
  wait?(milliseconds: number, signal: AbortSignal): Promise<void>;
  random?(): number;
  times?: WatchTimes;
}

/** A watch that lived so long, in milliseconds, was a good one: the next failure is the first again. */
const goodLife = 30_000;

/**
 * Mirrors one collection: lists it, follows it while somebody looks, goes on from the last version when they look
 * again, and lists anew when that version is too old (410) or nothing of before can be trusted.
 */
export class Reflector<T> {
  readonly items = new Map<string, T>();
  readonly #parts: ReflectorParts<T>;
  readonly #closing = new AbortController();
  readonly #random: () => number;
  readonly #wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  #version: string | null = null;
  #listing: Promise<void> | null = null;
  #following: { done: Promise<void>; stop: AbortController } | null = null;
  #until = 0;
  #expiry: NodeJS.Timeout | null = null;
  #heardAt: number | null = null;
  #live = false;
  /** Ends the pause before the next try. */
  #pause: AbortController | null = null;
  readonly #backOff: BackOff;

  constructor(parts: ReflectorParts<T>) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    this.#backOff = new BackOff(this.#random);
    this.#wait = parts.wait ?? ((milliseconds, signal) => sleep(milliseconds, undefined, { signal }));
  }

  /** When the server was last heard of this collection, epoch milliseconds; null: never. */
  get heardAt(): number | null {
    return this.#heardAt;
  }

  /** Whether what is held is being kept up to date right now. */
  get live(): boolean {
    return this.#live;
  }

  /** Follows the collection for so many milliseconds from now on. */
  follow(milliseconds: number): void {
    if (this.#closing.signal.aborted) return;
    this.#until = Math.max(this.#until, this.#parts.now() + milliseconds);
    if (this.#expiry) clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#following?.stop.abort(), milliseconds).unref();
    if (this.#following) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    const done = this.#follow(signal).finally(() => {
      this.#following = null;
      this.#live = false;
    });
    this.#following = { done, stop };
  }

  /** Reads the collection whole, unless it is being followed and was heard of. Throws what KubernetesApi throws. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (this.#live) return;
    await this.#list(signal);
  }

  /** The server was heard again: whoever pauses before the next try tries at once. */
  hurry(): void {
    this.#backOff.reset();
    this.#pause?.abort();
  }

  /** Nothing of before is trusted: the watch is cut and everything listed anew. */
  distrust(): void {
    this.#version = null;
    this.#live = false;
    const left = this.#until - this.#parts.now();
    const following = this.#following;
    if (!following) return;
    following.stop.abort();
    void following.done.then(() => {
      if (left > 0) this.follow(left);
    });
  }

  /** Ends everything; resolves when nothing is under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#expiry) clearTimeout(this.#expiry);
    await this.#following?.done;
    await this.#listing?.catch(() => undefined);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.#backOff.reset();
    while (!signal.aborted) {
      const began = this.#parts.now();
      try {
        if (this.#version === null) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#live = false;
        if (error instanceof Refusal && error.status === 410) this.#version = null;
        else this.#parts.onState(toOpsError(error, "kubernetes"));
      }
      if (signal.aborted) return;
      if (this.#parts.now() - began >= goodLife) this.#backOff.reset();
      this.#pause = new AbortController();
      const pause = AbortSignal.any([signal, this.#pause.signal]);
      await this.#wait(this.#backOff.next(), pause).catch(() => undefined);
      this.#pause = null;
    }
  }

  /** Everybody who wants a list gets the one that is under way. */
  async #list(signal: AbortSignal): Promise<void> {
    this.#listing ??= this.#listNow().finally(() => {
      this.#listing = null;
    });
    await abortable(this.#listing, signal);
  }

  async #listNow(): Promise<void> {
    const { api, collection, read, now } = this.#parts;
    const { items, version } = await listAll(api, collection, this.#closing.signal);
    this.#closing.signal.throwIfAborted();
    const found = new Map<string, T>();
    for (const item of items) {
      const kept = read(item);
      if (kept !== null) found.set(keyOf(item.metadata), kept);
    }
    const removed = new Map([...this.items].filter(([key]) => !found.has(key)));
    this.items.clear();
    for (const [key, kept] of found) this.items.set(key, kept);
    this.#version = version;
    this.#heardAt = now();
    this.#parts.onState(null);
    this.#parts.onChange({ whole: true, set: found, removed });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, collection, now } = this.#parts;
    if (this.#version === null) return;
    const options = {
      signal,
      times: this.#parts.times ?? usualWatchTimes,
      random: this.#random,
      onHeard: () => {
        this.#heardAt = now();
        this.#live = true;
        this.#parts.onState(null);
      },
    };
    for await (const events of watch(api, collection, this.#version, options)) this.#take(events);
  }

  #take(events: readonly WatchEvent[]): void {
    const set = new Map<string, T>();
    const removed = new Map<string, T>();
    for (const event of events) {
      if (event.version !== null) this.#version = event.version;
      if (event.type === "bookmark") continue;
      const key = keyOf(event.item.metadata);
      const kept = event.type === "set" ? this.#parts.read(event.item) : null;
      if (kept === null) {
        const before = this.items.get(key);
        if (before !== undefined && this.items.delete(key)) removed.set(key, before);
        set.delete(key);
      } else {
        this.items.set(key, kept);
        set.set(key, kept);
        removed.delete(key);
      }
    }
    if (set.size > 0 || removed.size > 0) this.#parts.onChange({ whole: false, set, removed });
  }
}
