import type { VaultAccess } from "./access.ts";
import type { LifeClock } from "./clock.ts";
import { readReference } from "./reference.ts";
import { lookForReference, type ReferenceGap } from "./reference-look.ts";

/** Milliseconds between two rounds, and after a change until the next. */
const every = 600_000;
const soon = 2_000;
/** Milliseconds for one reference, and how many are looked at in a round. */
const lookTime = 20_000;
const most = 2_000;

/** A `vault:` reference of the estate that leads to nothing. */
export interface LostReference {
  reference: string;
  usedBy: readonly string[];
  why: ReferenceGap;
  /** The system of the Vault, and its name. */
  vault: string;
  vaultName: string;
  /** When it was looked for, in epoch milliseconds. */
  at: number;
}

export interface ReferenceWatchParts {
  /** The Vault that references are read from, while somebody is signed in to it. */
  access(): VaultAccess | null;
  /** The references of the estate in force, and what uses each. */
  declared(): readonly { reference: string; usedBy: readonly string[] }[];
  /** Each calls its listener when one of these may have changed; returns how to stop. */
  feeds: readonly ((changed: () => void) => () => void)[];
  clock: LifeClock;
}

/**
 * Sees every ten minutes whether the `vault:` references of the estate lead to something, while somebody is signed in; no
 * value is read. What could not be looked at for a fault stays as it was last seen.
 */
export class ReferenceWatch {
  readonly #parts: ReferenceWatchParts;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #stops: (() => void)[];
  #lost: readonly LostReference[] = [];
  /** What was looked at last: the log-in and the references. */
  #seen = "";
  /** Ends the wait for the next round, and for a change to be considered. */
  #cancel: (() => void) | null = null;
  #considering: (() => void) | null = null;
  #round: Promise<void> | null = null;

  constructor(parts: ReferenceWatchParts) {
    this.#parts = parts;
    this.#stops = parts.feeds.map((feed) => feed(() => this.#changed()));
    this.#changed();
  }

  /** Those that led to nothing at the last look. */
  get lost(): readonly LostReference[] {
    return this.#lost;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at all of them now; resolves when that is over. Never throws. */
  look(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    this.#round ??= this.#look().finally(() => {
      this.#round = null;
      if (this.#closing.signal.aborted) return;
      this.#cancel = this.#parts.clock.after(every, () => void this.look());
      // What has changed meanwhile was not looked at.
      this.#changed();
    });
    return this.#round;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancel?.();
    this.#considering?.();
    this.#listeners.clear();
    await this.#round;
  }

  #references() {
    return this.#parts.declared().filter(({ reference }) => reference.startsWith("vault:"));
  }

  #state(): string {
    const access = this.#parts.access();
    if (!access) return "";
    const names = this.#references().map(({ reference, usedBy }) => [reference, ...usedBy]);
    return JSON.stringify([access.id, access.standing.since, names]);
  }

  #changed(): void {
    if (this.#closing.signal.aborted) return;
    this.#considering ??= this.#parts.clock.after(soon, () => {
      this.#considering = null;
      const state = this.#state();
      if (this.#round !== null || state === "" || state === this.#seen) return;
      this.#seen = state;
      void this.look();
    });
  }

  async #look(): Promise<void> {
    const access = this.#parts.access();
    if (!access) return;
    const before = new Map(this.#lost.map((each) => [each.reference, each]));
    const lost: LostReference[] = [];
    let isAway = false;
    for (const { reference, usedBy } of this.#references().slice(0, most)) {
      const wanted = readReference(reference);
      const known = before.get(reference);
      if (!wanted) continue;
      if (isAway) {
        if (known) lost.push({ ...known, usedBy });
        continue;
      }
      const at = this.#parts.clock.now();
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(lookTime)]);
      try {
        const why = await lookForReference(access, wanted, at, signal);
        if (why) lost.push({ reference, usedBy, why, vault: access.id, vaultName: access.name, at });
      } catch {
        // The Vault tells of itself what is wrong with it.
        isAway = true;
        if (known) lost.push({ ...known, usedBy });
      }
    }
    if (this.#closing.signal.aborted) return;
    const isSame = JSON.stringify(lost.map(plain)) === JSON.stringify(this.#lost.map(plain));
    this.#lost = lost;
    if (!isSame) for (const listener of [...this.#listeners]) listener();
  }
}

function plain({ reference, usedBy, why, vault }: LostReference) {
  return [reference, usedBy, why, vault];
}
