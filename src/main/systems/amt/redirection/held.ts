import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { abortable, abortFault, Deadline } from "../../../reach/abort.ts";
import { powerUnderWay } from "./faults.ts";
import type { SessionKind } from "./messages.ts";

/** A session that is open. */
export interface HeldSession {
  /** Closes it; `why` names the power change that this is for, after which it may be opened again. */
  closeFor(why: LocalText | null): void;
  /** Calls the listener once, when it is over. */
  onOver(listener: () => void): void;
}

export interface HeldParts {
  /** Resolves when the firmware counts a machine's sessions as over, or when it has taken too long. */
  letGo(machine: string, kinds: readonly SessionKind[], signal: AbortSignal): Promise<void>;
  times?: Partial<HeldTimes>;
}

/** All in milliseconds. */
export interface HeldTimes {
  /** For sessions to be over once they are closed. */
  over: number;
  /** After a power request was answered, before sessions may open again. */
  after: number;
  /** How long a new session waits for a power request. */
  patience: number;
  /** How long the firmware may take a session that is over for one that is open, and between two tries meanwhile. */
  lingering: number;
  again: number;
}

const usualTimes: HeldTimes = {
  over: 5000,
  after: 1000,
  patience: 60_000,
  lingering: 15_000,
  again: 1000,
};

const powerFirst = text("a power change", "un changement d'alimentation");

interface Entry {
  kind: SessionKind;
  close(why: LocalText | null): void;
  over: Promise<void>;
}

/**
 * The sessions of each machine, and the right of way of power: AMT refuses to switch a machine off or to restart it
 * while a screen, serial or storage session is open. Source: IG, "Change System Power State".
 */
export class HeldSessions {
  readonly #letGo: HeldParts["letGo"];
  readonly #times: HeldTimes;
  readonly #entries = new Map<string, Set<Entry>>();
  /** Power requests under way by machine, and who waits for the last one. */
  readonly #power = new Map<string, { count: number; over: PromiseWithResolvers<void> }>();
  /** By machine, until when its firmware may still count a session that was closed here; as performance.now(). */
  readonly #lingering = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #closed = new AbortController();

  constructor(parts: HeldParts) {
    this.#letGo = parts.letGo;
    this.#times = { ...usualTimes, ...parts.times };
  }

  /** How many sessions of a machine are open or opening. */
  count(machine: string): number {
    return this.#entries.get(machine)?.size ?? 0;
  }

  /**
   * Opens a session once no power request is under way. One that a power request meets while it is opening is given up
   * and opened again afterwards. One that the firmware refuses as busy is tried again for some seconds where that may be
   * because of a session that was closed here, for it needs a moment to let go of it. Throws what `open` throws, `amt.power-under-way`, or the reason of the signal.
   */
  async open<Session extends HeldSession>(
    machine: { id: string; name: string },
    kind: SessionKind,
    signal: AbortSignal,
    open: (signal: AbortSignal) => Promise<Session>,
  ): Promise<Session> {
    const either = AbortSignal.any([signal, this.#closed.signal]);
    for (;;) {
      await this.#rightOfWay(machine, kind, either);
      const stepAside = new AbortController();
      const gone = Promise.withResolvers<void>();
      const entry: Entry = { kind, close: () => stepAside.abort(), over: gone.promise };
      const entries = this.#entries.get(machine.id) ?? new Set();
      this.#entries.set(machine.id, entries.add(entry));
      const leave = () => {
        entries.delete(entry);
        if (entries.size === 0 && this.#entries.get(machine.id) === entries) this.#entries.delete(machine.id);
        gone.resolve();
      };
      try {
        const session = await open(AbortSignal.any([either, stepAside.signal]));
        entry.close = (why) => session.closeFor(why);
        session.onOver(() => {
          this.#lingers(machine.id);
          leave();
        });
        if (!stepAside.signal.aborted) return session;
        session.closeFor(powerFirst);
      } catch (error) {
        leave();
        if (either.aborted) throw error;
        if (stepAside.signal.aborted) continue;
        if (!isBusy(error, kind) || !this.#mayLinger(machine.id)) throw error;
        await this.#atMost(this.#times.again, new Promise(() => undefined), either);
      }
    }
  }

  /**
   * Closes the sessions of a machine, waits until the firmware has let go of them, does `work` once, and lets new
   * sessions wait meanwhile. `onClosing` is called when there is something to close. An abort before `work` leaves it
   * undone.
   */
  async closedFor<Result>(
    machine: string,
    options: { why: LocalText; signal: AbortSignal; onClosing?(): void },
    work: () => Promise<Result>,
  ): Promise<Result> {
    const { why, signal } = options;
    const power = this.#power.get(machine) ?? { count: 0, over: Promise.withResolvers<void>() };
    power.count += 1;
    this.#power.set(machine, power);
    let closed = false;
    try {
      const entries = [...(this.#entries.get(machine) ?? [])];
      closed = entries.length > 0;
      if (closed) {
        options.onClosing?.();
        for (const entry of entries) entry.close(why);
        await this.#atMost(this.#times.over, Promise.all(entries.map(({ over }) => over)), signal);
        const kinds = [...new Set(entries.map(({ kind }) => kind))];
        await this.#letGo(machine, kinds, signal);
      }
      return await work();
    } finally {
      if (closed) this.#after(this.#times.after, () => this.#powerOver(machine, power));
      else this.#powerOver(machine, power);
    }
  }

  /** Ends every session, and those that wait. */
  close(): void {
    this.#closed.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const power of this.#power.values()) power.over.resolve();
    this.#power.clear();
    for (const entries of [...this.#entries.values()]) {
      for (const entry of [...entries]) entry.close(null);
    }
  }

  async #rightOfWay(
    machine: { id: string; name: string },
    kind: SessionKind,
    signal: AbortSignal,
  ): Promise<void> {
    const deadline = new Deadline(this.#times.patience, signal, () => powerUnderWay(machine.name, kind));
    try {
      for (let power = this.#power.get(machine.id); power; power = this.#power.get(machine.id)) {
        await abortable(power.over.promise, deadline.signal);
      }
      if (signal.aborted) throw abortFault(signal);
    } finally {
      deadline.end();
    }
  }

  #powerOver(machine: string, power: { count: number; over: PromiseWithResolvers<void> }): void {
    power.count -= 1;
    if (this.#lingering.has(machine)) this.#lingers(machine);
    if (power.count > 0) return;
    if (this.#power.get(machine) === power) this.#power.delete(machine);
    power.over.resolve();
  }

  #lingers(machine: string): void {
    this.#lingering.set(machine, performance.now() + this.#times.lingering);
  }

  #mayLinger(machine: string): boolean {
    const may = performance.now() < (this.#lingering.get(machine) ?? 0);
    if (!may) this.#lingering.delete(machine);
    return may;
  }

  #after(milliseconds: number, then: () => void): void {
    if (this.#closed.signal.aborted) {
      then();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, milliseconds);
    this.#timers.add(timer);
  }

  async #atMost(milliseconds: number, work: Promise<unknown>, signal: AbortSignal): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, milliseconds);
    await abortable(Promise.race([work, late.promise]), signal).finally(() => clearTimeout(timer));
  }
}

/** Whether the firmware says that such a session is open already. */
function isBusy(error: unknown, kind: SessionKind): boolean {
  return error instanceof OpsError && error.code === `amt.${kind}-busy`;
}
