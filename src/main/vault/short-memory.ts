import type { LifeClock } from "./clock.ts";

/** Secrets of one path by field, as bytes that can be wiped. */
export type Fields = ReadonlyMap<string, Buffer>;

interface Entry {
  fields: Fields;
  cancel: (() => void) | null;
}

/** More are not kept at a time; the oldest goes first. */
const most = 500;

/** Holds what was read for a short time, and overwrites it with zeroes when that is over. */
export class ShortMemory {
  readonly #clock: LifeClock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: LifeClock) {
    this.#clock = clock;
  }

  get(key: string): Fields | null {
    return this.#entries.get(key)?.fields ?? null;
  }

  /** Holds them for so many milliseconds, or until `wipe` for null. */
  hold(key: string, fields: Fields, milliseconds: number | null): void {
    this.wipe(key);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= most && oldest !== undefined) this.wipe(oldest);
    const cancel = milliseconds === null ? null : this.#clock.after(milliseconds, () => this.wipe(key));
    this.#entries.set(key, { fields, cancel });
  }

  wipe(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.cancel?.();
    for (const bytes of entry.fields.values()) bytes.fill(0);
    this.#entries.delete(key);
  }

  wipeAll(): void {
    for (const key of [...this.#entries.keys()]) this.wipe(key);
  }
}
