/** Longest delay that a timer takes; a later deadline is looked at again then. */
const longestDelay = 2_147_483_647;

interface Tracked<Item> {
  item: Item;
  deadline: number;
}

/**
 * Says when readings grow old. Items that may be equally old stand in one queue, the longest unread first, so a
 * reading costs two steps however many there are, and the one timer looks only at the heads of the queues.
 */
export class Staleness<Item> {
  readonly #now: () => number;
  readonly #onStale: (items: Item[]) => void;
  readonly #queues = new Map<number, Map<Item, Tracked<Item>>>();
  readonly #places = new Map<Item, Map<Item, Tracked<Item>>>();
  #timer: NodeJS.Timeout | null = null;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(now: () => number, onStale: (items: Item[]) => void) {
    this.#now = now;
    this.#onStale = onStale;
  }

  /** The item was read at `seenAt` and is stale `staleAfter` milliseconds later unless it is read again. */
  track(item: Item, seenAt: number, staleAfter: number): void {
    this.forget(item);
    if (!Number.isFinite(staleAfter)) return;
    let queue = this.#queues.get(staleAfter);
    if (!queue) {
      queue = new Map();
      this.#queues.set(staleAfter, queue);
    }
    const deadline = seenAt + staleAfter;
    queue.set(item, { item, deadline });
    this.#places.set(item, queue);
    if (deadline < this.#wakesAt) this.#arm(deadline);
  }

  forget(item: Item): void {
    this.#places.get(item)?.delete(item);
    this.#places.delete(item);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queues.clear();
    this.#places.clear();
  }

  #arm(deadline: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#wakesAt = deadline;
    const delay = Math.min(longestDelay, Math.max(1, Math.ceil(deadline - this.#now())));
    this.#timer = setTimeout(() => this.#wake(), delay);
    this.#timer.unref();
  }

  #wake(): void {
    const now = this.#now();
    const stale: Item[] = [];
    let next = Number.POSITIVE_INFINITY;
    this.#timer = null;
    this.#wakesAt = next;
    for (const [staleAfter, queue] of this.#queues) {
      for (const { item, deadline } of queue.values()) {
        if (deadline > now) {
          next = Math.min(next, deadline);
          break;
        }
        stale.push(item);
      }
      if (queue.size === 0) this.#queues.delete(staleAfter);
    }
    for (const item of stale) this.forget(item);
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
    if (stale.length > 0) this.#onStale(stale);
  }
}
