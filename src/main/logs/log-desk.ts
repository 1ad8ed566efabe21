import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { LogPattern, LogRequest, LogSearch, LogWindow } from "../../shared/logs.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { type ConsoleJournal, consoleJournal, openJournalled } from "../opening.ts";
import { Deadline } from "../reach/abort.ts";
import type { Logs } from "../systems/system.ts";
import { searchTimedOut, spoolUnwritable, tooManyLogs, unknownLog } from "./faults.ts";
import { HeldLog } from "./held-log.ts";
import { LineStore, type StoreLimits } from "./line-store.ts";
import { LogReading } from "./log-reading.ts";
import { findLine, pieceOf, type TextPiece } from "./log-search.ts";
import { LogView } from "./log-view.ts";

/** Logs that may be open at once. */
export const mostLogs = 12;
const openLimit = 60_000;
/** A log that nobody has looked at for so many milliseconds is closed: its window is gone. */
const forgottenAfter = 600_000;
const lookEvery = 30_000;
const searchLimit = 120_000;

export interface LogDeskParts {
  /** A folder of its own; what is in it is removed at the start and at the end. */
  folder: string;
  /** The logs of a resource; null when it has none. */
  logs(resource: string): Logs | null;
  journal: JournalWriter;
  now(): number;
  limits?: StoreLimits;
  free?: (folder: string) => Promise<number>;
}

interface Open {
  log: HeldLog;
  events: ConsoleJournal;
  views: number;
  lookedAt: number;
}

/** The logs that are open: read, held for those who look at them, forgotten when nobody does. What they say is not journalled. */
export class LogDesk {
  readonly #parts: LogDeskParts;
  readonly #open = new Map<string, Open>();
  #opening = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: LogDeskParts) {
    this.#parts = parts;
  }

  /** Removes what a console that was killed has left behind. */
  async start(): Promise<void> {
    await rm(this.#parts.folder, { recursive: true, force: true });
    this.#timer = setInterval(() => void this.#closeForgotten(), lookEvery);
    this.#timer.unref();
  }

  /** Begins to read and gives the log's name. Throws `log.none`, `.too-many-open`, `journal.cannot-write` and what reading meets. */
  async open(request: LogRequest, signal: AbortSignal | undefined): Promise<string> {
    if (this.#open.size + this.#opening >= mostLogs) throw tooManyLogs(mostLogs);
    const id = randomUUID();
    const events = consoleJournal(this.#parts.journal, "log", request.resources[0] ?? "", {
      log: id,
      resources: request.resources.length,
      previous: request.previous,
    });
    this.#opening += 1;
    try {
      const log = await openJournalled(events, openLimit, signal, async (either) => {
        const made = await this.#make(id, request);
        try {
          await made.start(either);
          return made;
        } catch (thrown) {
          await made.close();
          throw thrown;
        }
      });
      this.#open.set(id, { log, events, views: 0, lookedAt: this.#parts.now() });
      return id;
    } finally {
      this.#opening -= 1;
    }
  }

  /** A window on it, to be closed. Throws `log.gone`, `.expression-broken`. */
  view({ log: id, ...window }: LogWindow): LogView {
    const open = this.#get(id);
    const view = new LogView(open.log, window);
    open.views += 1;
    const close = view.close.bind(view);
    view.close = () => {
      close();
      open.views -= 1;
      open.lookedAt = this.#parts.now();
    };
    return view;
  }

  /** See findLine. Throws `log.gone` besides. */
  async find({ log, ...search }: LogSearch, signal: AbortSignal | undefined): Promise<number | null> {
    const open = this.#get(log);
    return limited(signal, (either) => findLine(open.log, search, either));
  }

  /** See pieceOf. Throws `log.gone` besides. */
  async piece(
    id: string,
    only: LogPattern | null,
    offset: number,
    signal: AbortSignal | undefined,
  ): Promise<TextPiece> {
    const open = this.#get(id);
    return limited(signal, (either) => pieceOf(open.log, only, offset, either));
  }

  /** False when it is not open (any more). */
  async end(id: string): Promise<boolean> {
    const open = this.#open.get(id);
    if (!open) return false;
    this.#open.delete(id);
    const { store } = open.log;
    const figures = { lines: store.end, dropped: store.first, sources: open.log.sources().length };
    await open.log.close();
    open.events.recordAfterwards("ended", figures);
    return true;
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await Promise.all([...this.#open.keys()].map((id) => this.end(id)));
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  async #make(id: string, request: LogRequest): Promise<HeldLog> {
    const { folder, limits, free, logs } = this.#parts;
    try {
      makePrivateFolder(folder);
      const store = await LineStore.open({ folder: join(folder, id), ...(limits && { limits }), free });
      return new HeldLog(store, (onChange) => new LogReading({ request, logs, store, onChange }));
    } catch (error) {
      throw error instanceof OpsError ? error : spoolUnwritable(error);
    }
  }

  #get(id: string): Open {
    const open = this.#open.get(id);
    if (!open) throw unknownLog();
    open.lookedAt = this.#parts.now();
    return open;
  }

  async #closeForgotten(): Promise<void> {
    const before = this.#parts.now() - forgottenAfter;
    const forgotten = [...this.#open].filter(([, { views, lookedAt }]) => views === 0 && lookedAt < before);
    for (const [id] of forgotten) await this.end(id).catch(() => undefined);
  }
}

/** Gives work a limited time; what goes beyond it ends with `log.search-timed-out`. */
async function limited<Result>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const outer = signal ?? new AbortController().signal;
  const deadline = new Deadline(searchLimit, outer, () => searchTimedOut(searchLimit / 1000));
  try {
    return await work(deadline.signal);
  } finally {
    deadline.end();
  }
}
