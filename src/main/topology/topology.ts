import type { Topology } from "../../shared/topology.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";
import { Neighbours } from "./neighbours.ts";
import { pictureAround, pictureOfSite } from "./picture.ts";
import { isSame, recordOf } from "./records.ts";

/** Milliseconds between two workings-out at least. */
const interval = 1000;
/** Milliseconds that the inventory is still followed after the last has looked: who walks looks again at once. */
const linger = 30_000;

/**
 * What stands at each site and how it hangs together, by the inventory. It is followed while somebody looks; what
 * changed is gathered, and worked out at most once a second.
 */
export class TopologyDesk {
  readonly #inventory: Pick<Inventory, "follow">;
  readonly #pending = new Set<Followed>();
  readonly #listeners = new Set<() => void>();
  #neighbours = new Neighbours();
  #unfollow: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #leaving: NodeJS.Timeout | null = null;
  #closed = false;

  constructor({ inventory }: { inventory: Pick<Inventory, "follow"> }) {
    this.#inventory = inventory;
  }

  /** A site whole, or what is next to one of its things, as it was worked out last. */
  view(site: string, around: string | null): Topology {
    this.#follow();
    if (this.#listeners.size === 0) this.#leaveSoon();
    return around === null
      ? pictureOfSite(this.#neighbours, site)
      : pictureAround(this.#neighbours, site, around);
  }

  /** Calls the listener when something that stands in topologies changed; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#follow();
    this.#listeners.add(listener);
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#leaving = null;
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#leaveSoon();
    };
  }

  /** Whether the inventory is followed now. */
  get isFollowing(): boolean {
    return this.#unfollow !== null;
  }

  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#leave();
  }

  #follow(): void {
    if (this.#unfollow !== null || this.#closed) return;
    this.#unfollow = this.#inventory.follow({
      mark: (entry) => void this.#pending.add(entry),
      wake: () => {
        if (this.#pending.size > 0) this.#arm();
      },
    });
    this.#settle();
  }

  #leaveSoon(): void {
    if (this.#leaving !== null || this.#closed) return;
    this.#leaving = setTimeout(() => this.#leave(), linger);
    this.#leaving.unref();
  }

  #leave(): void {
    for (const timer of [this.#leaving, this.#timer]) if (timer !== null) clearTimeout(timer);
    this.#leaving = null;
    this.#timer = null;
    this.#unfollow?.();
    this.#unfollow = null;
    this.#pending.clear();
    this.#neighbours = new Neighbours();
  }

  #arm(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => this.#settle(), interval);
    this.#timer.unref();
  }

  #settle(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    let changed = false;
    for (const entry of this.#pending) {
      const record = entry.removed ? null : recordOf(entry);
      if (record === null) {
        changed = this.#neighbours.remove(entry.id) || changed;
        continue;
      }
      const before = this.#neighbours.get(entry.id);
      if (before !== undefined && isSame(before, record)) continue;
      this.#neighbours.put(record);
      changed = true;
    }
    this.#pending.clear();
    if (changed) for (const listener of [...this.#listeners]) listener();
  }
}
