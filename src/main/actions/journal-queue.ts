import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";

interface Waiting {
  event: NewJournalEvent;
  /** Kept until it is written, rather than given up at the first failure. */
  keep: boolean;
  done(written: JournalEvent | null, error: OpsError | null): void;
}

const retryAfter = 3000;

/**
 * Puts the events of all running tasks that come in one turn of the event loop to disk with one flush. What must be
 * on disk before something happens is `record`ed; what tells of something that has happened is `keep`t, in order,
 * until the journal takes it again, and nothing new is recorded past it.
 */
export class JournalQueue {
  readonly #journal: { writeAll(events: readonly NewJournalEvent[]): JournalEvent[] };
  readonly #actor: (() => string) | undefined;
  #waiting: Waiting[] = [];
  #flush: NodeJS.Immediate | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  /** `actor`: who an event is by, asked when it comes and not when it is written; the journal says it when left out. */
  constructor(
    journal: { writeAll(events: readonly NewJournalEvent[]): JournalEvent[] },
    actor?: () => string,
  ) {
    this.#journal = journal;
    this.#actor = actor;
  }

  /** Resolves once the event is on disk; rejects with the journal's OpsError, and then it never will be. */
  record(event: NewJournalEvent): Promise<JournalEvent> {
    return new Promise((resolve, reject) => {
      const done = (written: JournalEvent | null, error: OpsError | null) =>
        written === null ? reject(error) : resolve(written);
      this.#add({ event, keep: false, done });
    });
  }

  /** Resolves after the first try: null when the event is on disk, the journal's OpsError when it is kept for later. */
  keep(event: NewJournalEvent): Promise<OpsError | null> {
    return new Promise((resolve) => {
      this.#add({ event, keep: true, done: (_written, error) => resolve(error) });
    });
  }

  /** Events that could not be written so far. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Writes what waits, now; what still cannot be written is lost to the journal and counted in the answer. */
  close(): number {
    this.#closed = true;
    this.#write();
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    return this.pending;
  }

  #add(waiting: Waiting): void {
    const event = this.#actor ? { ...waiting.event, actor: this.#actor() } : waiting.event;
    this.#waiting.push({ ...waiting, event });
    this.#flush ??= setImmediate(() => this.#write());
  }

  #write(): void {
    if (this.#flush !== null) clearImmediate(this.#flush);
    this.#flush = null;
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    const error = this.#try(batch);
    if (error === null) return;
    if (batch.length > 1 && error.code === "journal.event-too-large") {
      for (const one of batch) {
        const own = this.#try([one]);
        if (own !== null) one.done(null, own);
      }
      return;
    }
    for (const one of batch) one.done(null, error);
    if (error.code !== "journal.event-too-large") this.#waiting = batch.filter((one) => one.keep);
    if (this.#waiting.length > 0 && !this.#closed) {
      this.#retry ??= setTimeout(() => {
        this.#retry = null;
        this.#write();
      }, retryAfter);
      this.#retry.unref();
    }
  }

  #try(batch: readonly Waiting[]): OpsError | null {
    try {
      const written = this.#journal.writeAll(batch.map((one) => one.event));
      for (const [index, one] of batch.entries()) one.done(written[index] ?? null, null);
      return null;
    } catch (thrown) {
      return thrown instanceof OpsError ? thrown : toOpsError(thrown, "journal");
    }
  }
}
