import { spanOf, standingOf, startsEnding } from "../../shared/roles.ts";
import type { Roster } from "./roster.ts";

export interface RoleTimeParts {
  /** The operators of the estate in force. */
  roster(): Roster;
  /** Epoch milliseconds by the clock that rights are judged by. */
  now(): number;
}

/** Milliseconds between two looks while a role is to begin or to end: a clock that is set forward moves no timer. */
const lookEvery = 5000;

/** Tells when a role begins, is about to end, or has ended. Rights themselves are judged by the time whenever they are asked for. */
export class RoleTimes {
  readonly #parts: RoleTimeParts;
  readonly #listeners = new Set<() => void>();
  #standings: string;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: RoleTimeParts) {
    this.#parts = parts;
    this.#standings = this.#read();
    this.#watch();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Looks how all roles stand, and at what is next: also when the estate became another one. */
  look(): void {
    const standings = this.#read();
    const changed = standings !== this.#standings;
    this.#standings = standings;
    this.#watch();
    if (!changed) return;
    for (const listener of [...this.#listeners]) listener();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #read(): string {
    const { roster, now } = this.#parts;
    const at = now();
    const all = roster().all();
    return JSON.stringify(all.map(({ id, roles }) => [id, roles.map((grant) => standingOf(grant, at))]));
  }

  #watch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { roster, now } = this.#parts;
    const at = now();
    const moments = roster()
      .all()
      .flatMap(({ roles }) =>
        roles.flatMap((grant) => [...Object.values(spanOf(grant)), startsEnding(grant)]),
      );
    const next = Math.min(...moments.filter((moment) => moment > at));
    if (!Number.isFinite(next)) return;
    this.#timer = setTimeout(() => this.look(), Math.min(next - at, lookEvery)).unref();
  }
}
