import { randomUUID } from "node:crypto";
import type { JournalEvent, JournalWriter } from "../../shared/journal.ts";
import type { Pass, PassRequest } from "../../shared/sign-in.ts";
import * as faults from "./faults.ts";

export interface PassParts {
  record: JournalWriter;
  journal: { ofTypes(types: readonly string[], from: number): JournalEvent[] };
  /** Epoch milliseconds that never go back: a clock that is set back makes nothing last longer. */
  now(): number;
}

type Kept = Omit<Pass, "active"> & { ended: boolean };

const types = ["break-glass.taken", "break-glass.used", "break-glass.ended", "break-glass.reviewed"] as const;
/** Passes that are shown; those that nobody has reviewed are always. */
const mostShown = 20;
/** Things done under one pass that are named with it. */
const mostTouched = 200;

/**
 * Rights that operators have taken for a while: the fold of the journal, so that neither a restart nor a journal that cannot
 * be written makes one that nobody can see.
 */
export class Passes {
  readonly #parts: PassParts;
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: PassParts) {
    this.#parts = parts;
    for (const event of parts.journal.ofTypes(types, 0)) this.#apply(event);
    this.#watch();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Newest first. */
  list(): Pass[] {
    const all = [...this.#kept.values()].reverse();
    return all
      .filter((one, index) => index < mostShown || one.review === null)
      .map(({ ended: _ended, ...one }) => ({ ...one, active: this.#isActive(one.id) }));
  }

  /** The pass that an operator has now. */
  of(operator: string): Pass | null {
    return this.list().find((one) => one.operator === operator && one.active) ?? null;
  }

  /** Writes it down, and only then it is in force. Throws the journal's OpsError. */
  take(request: PassRequest, signature: string): Pass {
    const { operator, reason, at, until } = request;
    const id = randomUUID();
    const data = { id, operator, reason, from: at, until, request: { ...request }, signature };
    this.#write("break-glass.taken", data, null);
    const taken = this.list().find((one) => one.id === id);
    if (taken === undefined) throw faults.noSuchPass();
    return taken;
  }

  /** Says what was done under it; `task` is the run or task. */
  used(id: string, what: string, task: string | null): void {
    const one = this.#kept.get(id);
    if (one === undefined) return;
    const { operator, reason, until } = one;
    this.#write("break-glass.used", { id, operator, reason, until, what }, task);
  }

  /** Gives the rights back before their time. Throws OpsError `people.no-such-pass` or the journal's. */
  end(id: string, by: string): void {
    if (!this.#isActive(id)) throw faults.noSuchPass();
    this.#write("break-glass.ended", { id, by, because: "returned", at: this.#parts.now() }, null);
  }

  /** Throws OpsError `people.no-such-pass`, `people.own-review` or the journal's. */
  review(id: string, by: string, words: string): void {
    const one = this.#kept.get(id);
    if (one === undefined || one.review !== null || this.#isActive(id)) throw faults.noSuchPass();
    if (one.operator === by) throw faults.ownReview();
    this.#write("break-glass.reviewed", { id, by, words, at: this.#parts.now() }, null);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #isActive(id: string): boolean {
    const one = this.#kept.get(id);
    return one !== undefined && !one.ended && this.#parts.now() < one.until;
  }

  #write(type: (typeof types)[number], data: JournalEvent["data"], task: string | null): void {
    this.#apply(this.#parts.record.write({ type, subject: null, task, data }));
    this.#watch();
    for (const listener of [...this.#listeners]) listener();
  }

  #apply({ type, data, task, actor }: JournalEvent): void {
    const { id, operator, reason, from, until, words, by, at, what } = data;
    if (typeof id !== "string") return;
    const one = this.#kept.get(id);
    if (type === "break-glass.taken" && one === undefined) {
      if (typeof operator !== "string" || typeof reason !== "string") return;
      if (typeof from !== "number" || typeof until !== "number") return;
      this.#kept.set(id, { id, operator, reason, from, until, ended: false, touched: [], review: null });
    }
    if (one === undefined) return;
    if (type === "break-glass.ended") {
      one.ended = true;
      if (typeof at === "number") one.until = Math.min(one.until, at);
    }
    if (type === "break-glass.used") {
      one.touched = [...new Set([...one.touched, task ?? String(what)])].slice(-mostTouched);
    }
    if (type === "break-glass.reviewed" && typeof words === "string" && typeof at === "number") {
      one.review = { by: typeof by === "string" ? by : actor, at, words };
    }
  }

  /** Tells of the next end when it comes, and writes it down; what is in force goes by the time alone. */
  #watch(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const now = this.#parts.now();
    const open = [...this.#kept.values()].filter(({ ended }) => !ended);
    const [next] = open.map(({ until }) => until).sort((one, other) => one - other);
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#tellEnds(), Math.min(Math.max(next - now, 0), 2 ** 30));
    this.#timer.unref();
  }

  #tellEnds(): void {
    const now = this.#parts.now();
    for (const one of this.#kept.values()) {
      if (one.ended || now < one.until) continue;
      one.ended = true;
      try {
        const data = { id: one.id, by: one.operator, because: "time", at: one.until };
        this.#parts.record.write({ type: "break-glass.ended", subject: null, task: null, data });
      } catch {
        // It has ended all the same: its time stands where it was taken.
      }
    }
    for (const listener of [...this.#listeners]) listener();
    this.#watch();
  }
}
