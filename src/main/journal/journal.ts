import { join } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import type {
  JournalEvent,
  JournalFilter,
  JournalVerdict,
  JournalWriter,
  NewJournalEvent,
} from "../../shared/journal.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { eventHash, genesisHash, sealEvent } from "./chain.ts";
import {
  eventsOfTask,
  eventsOfTypes,
  journalStream,
  pageOfEvents,
  readEvent,
  typesOfEvents,
} from "./event-query.ts";
import { cannotOpen, cannotWrite, damaged, eventTooLarge } from "./faults.ts";
import { type Anchor, HeadFile } from "./head-file.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { SteadyClock, type Tick } from "./steady-clock.ts";
import type { Lease } from "./store.ts";
import { databaseName, headName, verifyJournal } from "./verify.ts";

const clockJumped = "clock.jumped-back";
/** Bytes of one stored line; a larger one is a mistake of its writer. */
const largestLine = 4 * 1024 * 1024;

export interface JournalOptions {
  /** The console's data folder; the caller holds its lock. */
  folder: string;
  actor: string;
  workstation: string;
  /** The wall clock, epoch milliseconds. */
  now?: () => number;
}

type NamedEvent = NewJournalEvent & { actor: string };

/** How the journal stands, as the masthead shows it. */
export interface JournalState {
  state: "writing" | "failed";
  events: number;
  text: LocalText;
}

/**
 * The append-only, hash-chained log of this console. What `write` has returned is on disk. A failed write leaves
 * nothing behind and may be tried again; a journal whose end was tampered with is read but never added to.
 */
export class Journal implements JournalWriter {
  readonly #options: JournalOptions;
  readonly #store: SqliteStore;
  readonly #headFile: HeadFile;
  readonly #types: Set<string>;
  readonly #listeners = new Set<(head: number) => void>();
  #clock: SteadyClock;
  #head: Anchor;
  #anchored: boolean;
  #damaged: boolean;
  #failure: OpsError | null = null;

  private constructor(options: JournalOptions, store: SqliteStore, headFile: HeadFile) {
    this.#options = options;
    this.#store = store;
    this.#headFile = headFile;
    const end = readEnd(store);
    const anchor = headFile.newest();
    const untouched = end.sound && end.head.sequence === 0 && anchor === null;
    this.#head = end.head;
    this.#damaged = !untouched && !(end.sound && agrees(store, end.head, anchor));
    this.#anchored = anchor?.sequence === end.head.sequence;
    if (!this.#damaged && !this.#anchored) this.#anchor();
    this.#clock = new SteadyClock(options.now ?? Date.now, end.at);
    this.#types = new Set(typesOfEvents(store));
  }

  /**
   * Opens or begins the journal in a data folder. Throws OpsError `journal.cannot-open`, `files.foreign` or
   * `journal.newer-version`; a damaged end is no error here but shows in `state` and at the first `write`.
   */
  static open(options: JournalOptions): Journal {
    let store: SqliteStore | null = null;
    let headFile: HeadFile | null = null;
    try {
      headFile = HeadFile.open(join(options.folder, headName));
      store = SqliteStore.open(join(options.folder, databaseName), options.now);
      return new Journal(options, store, headFile);
    } catch (thrown) {
      headFile?.close();
      store?.close();
      throw thrown instanceof OpsError ? thrown : cannotOpen(thrown, options.folder);
    }
  }

  /** The sequence of the newest event, 0 when there is none. */
  get head(): number {
    return this.#head.sequence;
  }

  write(event: NewJournalEvent): JournalEvent {
    const [written] = this.writeAll([event]);
    if (written === undefined) throw cannotWrite(new Error("nothing was written"), this.#options.folder);
    return written;
  }

  /**
   * Appends several events with one flush: all of them or, when it throws, none. Throws OpsError
   * `journal.cannot-write`, `journal.damaged` or `journal.event-too-large`.
   */
  writeAll(events: readonly NewJournalEvent[]): JournalEvent[] {
    if (this.#damaged) throw damaged();
    if (events.length === 0) return [];
    // Asked before anything is begun: whoever finds out who it is may have something to write down about it.
    const { actor } = this.#options;
    const named = events.map((event) => ({ ...event, actor: event.actor ?? actor }));
    try {
      if (!this.#anchored) this.#anchor();
      const written = this.#append(named) ?? this.#appendAfterReading(named);
      this.#anchor();
      this.#failure = null;
      return written;
    } catch (thrown) {
      if (thrown instanceof OpsError) throw thrown;
      this.#failure = cannotWrite(thrown, this.#options.folder);
      throw this.#failure;
    }
  }

  /** The newest events that the filter lets through, and every type there is to filter by. */
  page(filter: JournalFilter): { events: JournalEvent[]; types: string[] } {
    return { events: pageOfEvents(this.#store, filter), types: [...this.#types].sort() };
  }

  /** The events of one task, oldest first. */
  forTask(task: string): JournalEvent[] {
    return eventsOfTask(this.#store, task);
  }

  /** The events of the given types from a sequence on, oldest first. */
  ofTypes(types: readonly string[], from: number): JournalEvent[] {
    return eventsOfTypes(this.#store, types, from);
  }

  /** Calls the listener with the newest sequence once its event is on disk, until the returned function is called. */
  onHead(listener: (head: number) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  state(): JournalState {
    const events = this.head;
    if (this.#damaged) return { state: "failed", events, text: damaged().text };
    if (this.#failure) return { state: "failed", events, text: this.#failure.text };
    return {
      state: "writing",
      events,
      text: text(`Events on disk: ${events}.`, `Événements sur disque : ${events}.`),
    };
  }

  /** Reads a number that a part of the console keeps beside the journal, null when there is none. Not evidence. */
  bookmark(name: string): number | null {
    const { value } = this.#store.compareAndSet(`bookmark/${name}`, 0, null);
    return value === null ? null : Number(value);
  }

  /** Keeps a number under a name. Throws OpsError `journal.cannot-write`. */
  setBookmark(name: string, sequence: number): void {
    try {
      const key = `bookmark/${name}`;
      const { revision } = this.#store.compareAndSet(key, 0, null);
      this.#store.compareAndSet(key, revision, String(sequence));
    } catch (thrown) {
      throw cannotWrite(thrown, this.#options.folder);
    }
  }

  /**
   * Takes, renews or gives back (`duration` 0) a lease, milliseconds; flushed on return. Throws OpsError
   * `journal.cannot-write`, and then it must be taken as not held.
   */
  lease(name: string, holder: string, duration: number): Lease {
    try {
      return this.#store.lease(name, holder, duration);
    } catch (thrown) {
      throw cannotWrite(thrown, this.#options.folder);
    }
  }

  /** Epoch milliseconds by the chain's own clock, which never goes back: the wall clock, or the newest event's time. */
  steadyNow(): number {
    return this.#clock.fork().tick().at;
  }

  /** Reads the whole chain again from disk; may run while events are written. */
  verify(): Promise<JournalVerdict> {
    return verifyJournal(this.#options.folder);
  }

  close(): void {
    this.#listeners.clear();
    this.#store.close();
    this.#headFile.close();
  }

  /** Appends to where the chain is thought to end; null when it ends elsewhere. */
  #append(events: readonly NamedEvent[]): JournalEvent[] | null {
    const clock = this.#clock.fork();
    const asked = events.flatMap((event) => this.#withClock(event, clock.tick()));
    const chain: { event: JournalEvent; line: string }[] = [];
    let previous = this.#head;
    for (const event of asked) {
      const { workstation } = this.#options;
      const one = sealEvent({
        ...event,
        sequence: previous.sequence + 1,
        workstation,
        previousHash: previous.hash,
      });
      const bytes = Buffer.byteLength(one.line);
      if (bytes > largestLine) throw eventTooLarge(bytes);
      previous = one.event;
      chain.push(one);
    }
    const lines = chain.map((one) => one.line);
    if (!this.#store.append(journalStream, this.#head.sequence, lines).appended) return null;
    this.#clock = clock;
    this.#head = { sequence: previous.sequence, hash: previous.hash };
    this.#anchored = false;
    for (const one of chain) this.#types.add(one.event.type);
    return chain.map((one) => one.event).filter((event) => event.type !== clockJumped);
  }

  /** A commit that was reported as failed may have reached the disk after all: go on from what is there. */
  #appendAfterReading(events: readonly NamedEvent[]): JournalEvent[] {
    const end = readEnd(this.#store);
    this.#damaged = !end.sound || !agrees(this.#store, end.head, this.#headFile.newest());
    if (this.#damaged) throw damaged();
    this.#head = end.head;
    const written = this.#append(events);
    if (written === null) throw new Error("somebody else writes this journal");
    return written;
  }

  #withClock(event: NamedEvent, { at, wallTime, jumpedBackBy }: Tick) {
    const { actor, type, subject, task, data } = event;
    if (wallTime === null) return [{ at, actor, type, subject, task, data }];
    const late = { at, actor, type, subject, task, data: { ...data, wallTime } };
    if (jumpedBackBy === null) return [late];
    const jump = { wallTime, milliseconds: jumpedBackBy };
    return [{ at, actor, type: clockJumped, subject: null, task: null, data: jump }, late];
  }

  #anchor(): void {
    this.#headFile.write(this.#head);
    this.#anchored = true;
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.#head.sequence);
      } catch (thrown) {
        // The event is on disk: what a listener makes of it must not look like a failed write.
        process.emitWarning(
          `a listener of the journal failed: ${thrown instanceof Error ? thrown.name : ""}`,
        );
      }
    }
  }
}

/** The last line and whether it can be built upon. */
function readEnd(store: SqliteStore): { head: Anchor; at: number; sound: boolean } {
  const stream = store.database.prepare("SELECT revision FROM streams WHERE stream = ?").get(journalStream);
  const revision = Number(stream?.revision ?? 0);
  const row = store.database
    .prepare("SELECT revision, value FROM entries WHERE stream = ? ORDER BY revision DESC LIMIT 1")
    .get(journalStream);
  if (row === undefined) {
    return { head: { sequence: 0, hash: genesisHash }, at: 0, sound: revision === 0 };
  }
  const event = readEvent(String(row.value));
  if (event === null) return { head: { sequence: revision, hash: "" }, at: 0, sound: false };
  const sound =
    revision === event.sequence && Number(row.revision) === revision && eventHash(event) === event.hash;
  return { head: { sequence: event.sequence, hash: event.hash }, at: event.at, sound };
}

/** Whether the table still holds what the head file says was written; the file may be behind after a crash. */
function agrees(store: SqliteStore, head: Anchor, anchor: Anchor | null): boolean {
  if (anchor === null) return false;
  if (anchor.sequence >= head.sequence) {
    return anchor.sequence === head.sequence && anchor.hash === head.hash;
  }
  if (anchor.sequence === 0) return true;
  const row = store.database
    .prepare("SELECT value FROM entries WHERE stream = ? AND revision = ?")
    .get(journalStream, anchor.sequence);
  return row !== undefined && readEvent(String(row.value))?.hash === anchor.hash;
}
