import type { LocalText } from "../../shared/text.ts";

/** Who has signed in at one window, or at the windows of one browser session. Times are epoch milliseconds. */
export interface Seat {
  operator: string | null;
  /** How they proved who they are: `kept`, `key`, `agent`, `keychain`, `signature`, `provider` or `account`. */
  way: string;
  at: number;
  /** The fingerprint of the key that they proved it by; null where it was no key. */
  fingerprint: string | null;
  lastInput: number;
  locked: boolean;
  /** Why whoever was there is not any more. */
  ended: LocalText | null;
  /** Whether somebody has signed out here: then nobody is signed in by itself again. */
  left: boolean;
}

/** Windows that are remembered; each takes some hundred bytes, and forgetting one signs it out. */
const mostSeats = 200;

/** The seats of a console, by the name that its shell gives each. */
export class Seats {
  readonly #seats = new Map<string, Seat>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  of(name: string): Seat {
    const known = this.#seats.get(name);
    if (known !== undefined) {
      // The one that was used longest ago is forgotten first.
      this.#seats.delete(name);
      this.#seats.set(name, known);
      return known;
    }
    const seat: Seat = { ...empty, lastInput: this.#now() };
    this.#seats.set(name, seat);
    for (const oldest of this.#seats.keys()) {
      if (this.#seats.size <= mostSeats) break;
      this.#seats.delete(oldest);
    }
    return seat;
  }

  all(): Iterable<[name: string, seat: Seat]> {
    return this.#seats.entries();
  }

  sit(name: string, operator: string, way: string, fingerprint: string | null): void {
    const now = this.#now();
    Object.assign(this.of(name), { ...empty, operator, way, fingerprint, at: now, lastInput: now });
    this.#tell();
  }

  /** Nobody is there any more; `because` is told at the window. */
  leave(name: string, because: LocalText | null): void {
    Object.assign(this.of(name), { ...empty, lastInput: this.#now(), ended: because, left: true });
    this.#tell();
  }

  lock(name: string): void {
    this.of(name).locked = true;
    this.#tell();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const empty: Seat = {
  operator: null,
  way: "",
  at: 0,
  fingerprint: null,
  lastInput: 0,
  locked: false,
  ended: null,
  left: false,
};
