import { randomUUID } from "node:crypto";
import { type OpsError, toOpsError } from "../../../shared/errors.ts";
import { abortable, abortFault, pause } from "../../reach/abort.ts";
import type { Replication, Side } from "./replication.ts";

/** What a small object showed of the way from one end to the other. */
export interface Measured {
  from: string;
  to: string;
  /** Milliseconds from the write at the source until it was seen at the target, or until nobody waited any longer. */
  lag: number;
  arrived: boolean;
  /** When it was known, epoch milliseconds. */
  at: number;
}

/** Milliseconds between two looks at the target: the tenth part of what was waited, within these. */
const shortestLook = 500;
const longestLook = 5000;
/** Objects of earlier measurements that nobody cleaned away, by a console that ended in the middle, go after so long. */
const forgottenAfter = 86_400_000;
const cleaningTime = 10_000;

/** Measures how far the target of one replication is behind, by objects of its own; one at a time and way. */
export class Canary {
  readonly #replication: Replication;
  readonly #now: () => number;
  readonly #running = new Map<string, Promise<Measured>>();
  readonly #closing = new AbortController();
  #last: Measured | null = null;
  #lastArrived: Measured | null = null;
  #failure: OpsError | null = null;

  constructor(replication: Replication, now: () => number) {
    this.#replication = replication;
    this.#now = now;
  }

  /** What was measured last, whichever way. */
  get last(): Measured | null {
    return this.#last;
  }

  /** The last one that arrived, whichever way. */
  get lastArrived(): Measured | null {
    return this.#lastArrived;
  }

  /** Why the last measurement came to nothing; null where it came to something. */
  get failure(): OpsError | null {
    return this.#failure;
  }

  /**
   * Puts a small object at `from` and waits for it at `to`, then cleans it away at both. Whoever asks for what is being measured
   * gets that. Throws OpsErrors of either end; an object that does not arrive is no error.
   */
  async measure(from: Side, to: Side, signal: AbortSignal): Promise<Measured> {
    const way = `${from.end}/${from.container}`;
    if (signal.aborted) throw abortFault(signal);
    const running = this.#running.get(way) ?? this.#begin(way, from, to);
    return abortable(running, signal);
  }

  close(): void {
    this.#closing.abort();
  }

  #begin(way: string, from: Side, to: Side): Promise<Measured> {
    const begun = this.#measure(from, to, this.#closing.signal).finally(() => this.#running.delete(way));
    this.#running.set(way, begun);
    // Whoever waited may be gone by then.
    begun.then(
      () => {
        this.#failure = null;
      },
      (error: unknown) => {
        this.#failure = toOpsError(error, "swift");
      },
    );
    return begun;
  }

  async #measure(from: Side, to: Side, signal: AbortSignal): Promise<Measured> {
    const object = `${this.#prefix}${this.#now()}-${randomUUID()}`;
    await this.#forget(from, signal);
    const putAt = this.#now();
    try {
      const etag = await from.account.put(from.container, object, `${object}\n`, signal);
      for (;;) {
        const arrived = (await to.account.etag(to.container, object, signal)) === etag;
        const at = this.#now();
        const waited = Math.max(0, at - putAt);
        if (arrived || waited >= this.#replication.patience) {
          this.#last = { from: from.end, to: to.end, lag: waited, arrived, at };
          if (arrived) this.#lastArrived = this.#last;
          return this.#last;
        }
        await pause(Math.min(longestLook, Math.max(shortestLook, waited / 10)), signal);
      }
    } finally {
      await this.#clean([from, to], object);
    }
  }

  get #prefix(): string {
    return `.passerelle-canary/${this.#replication.id}/`;
  }

  /** What cannot be cleaned away now goes with a later measurement. */
  async #clean(sides: readonly Side[], object: string): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(cleaningTime)]);
    await Promise.allSettled(
      sides.map(({ account, container }) => account.remove(container, object, signal)),
    );
  }

  async #forget({ account, container }: Side, signal: AbortSignal): Promise<void> {
    for (const name of await account.names(container, this.#prefix, signal)) {
      const madeAt = Number(/^(\d{1,15})-/.exec(name.slice(this.#prefix.length))?.[1] ?? Number.NaN);
      if (madeAt < this.#now() - forgottenAfter) await account.remove(container, name, signal);
    }
  }
}
