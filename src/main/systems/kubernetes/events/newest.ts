/** The newest of many, kept without keeping them all. */
export class Newest<Item extends { uid: string; at: number }> {
  readonly #most: number;
  #items = new Map<string, Item>();
  #dropped = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether older ones were left out. */
  get cut(): boolean {
    return this.#dropped;
  }

  /** Takes in one that is new or changed. Every so often those that are too many are dropped, the oldest first. */
  put(item: Item): void {
    this.#items.set(item.uid, item);
    if (this.#items.size < this.#most * 2) return;
    const kept = this.list();
    this.#dropped ||= this.#items.size > kept.length;
    this.#items = new Map(kept.map((each) => [each.uid, each]));
  }

  /** An object that went: an event expires after an hour as a rule, and is no longer told then. */
  remove(uid: string): void {
    this.#items.delete(uid);
  }

  clear(): void {
    this.#items.clear();
    this.#dropped = false;
  }

  /** The newest, newest first. */
  list(): Item[] {
    const all = [...this.#items.values()].sort((one, other) => other.at - one.at);
    if (all.length > this.#most) this.#dropped = true;
    return all.slice(0, this.#most);
  }
}
