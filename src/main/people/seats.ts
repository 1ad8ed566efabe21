import type { LocalText } from "../../shared/text.ts";

/** Who has signed in at one window, or at the windows of one browser session. Times are epoch milliseconds. */
export interface Seat {
  operator: string | null;
  /** How they proved who they are: `kept`, `key`, `agent`, `keychain`, `signature`, `provider` or `account`. */
  way: string;
  at: number;
  /** The fingerprint of the key that they proved it by; null where it was no key. */
  fingerprint: string | null;
  /** When somebody last typed or clicked there, by the wall clock and by one that never goes back. */
  lastInput: number;
  lastTick: number;
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
  readonly #monotonic: () => number;

  constructor(now: () => number, monotonic: () => number) {
    this.#now = now;
    this.#monotonic = monotonic;
  }

  of(name: string): Seat {
    const known = this.#seats.get(name);
    if (known !== undefined) {
      // The one that was used longest ago is forgotten first.
      this.#seats.delete(name);
      this.#seats.set(name, known);
      return known;
    }
    const seat: Seat = { ...empty, ...this.#input() };
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
    Object.assign(this.of(name), { ...empty, operator, way, fingerprint, at: this.#now(), ...this.#input() });
    this.#tell();
  }

  /** Nobody is there any more; `because` is told at the window. */
  leave(name: string, because: LocalText | null): void {
    Object.assign(this.of(name), { ...empty, ...this.#input(), ended: because, left: true });
    this.#tell();
  }

  /** Somebody has typed or clicked there. */
  touch(name: string): void {
    Object.assign(this.of(name), this.#input());
  }

  /**
   * Milliseconds that nobody has: the longer of what both clocks say. One that is set back makes no window stay open, and
   * the other may stand still while the workstation sleeps.
   */
  idleFor({ lastInput, lastTick }: Seat): number {
    return Math.max(this.#now() - lastInput, this.#monotonic() - lastTick);
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

  #input(): Pick<Seat, "lastInput" | "lastTick"> {
    return { lastInput: this.#now(), lastTick: this.#monotonic() };
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
  lastTick: 0,
  locked: false,
  ended: null,
  left: false,
};
