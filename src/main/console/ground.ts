import { hostname, userInfo } from "node:os";
import type { Logger } from "pino";
import type { OpsError } from "../../shared/errors.ts";
import type { JournalWriter } from "../../shared/journal.ts";
import type { BundleContents } from "../bundle/contents.ts";
import { layOut } from "../bundle/lay-out.ts";
import { openDataFolder } from "../journal/data-folder.ts";
import { Journal } from "../journal/journal.ts";
import { installCrashHandlers } from "../log/crash.ts";
import { openLog } from "../log/log.ts";
import { Callers } from "../people/caller.ts";
import { redactedJournal } from "../secrets/redacted-journal.ts";
import { Redaction } from "../secrets/redaction.ts";
import { consoleVersion } from "../version.ts";
import type { Endings } from "./endings.ts";
import type { ConsoleOptions } from "./options.ts";

/** Whoever is meant here: who has asked for what is being done; else the account, as the estate knows it. */
export class Worker {
  readonly account: string;
  readonly callers = new Callers();
  #actor: () => string;

  constructor(account: string) {
    this.account = account;
    this.#actor = () => account;
  }

  /** The name that is written down for what is done here. */
  get actor(): string {
    return this.callers.current?.name ?? this.#actor();
  }

  knownBy(people: { readonly actor: string }): void {
    this.#actor = () => people.actor;
  }
}

/** What every part of a console stands on. */
export interface Ground {
  readonly options: ConsoleOptions;
  /** Whether a window shows this console; a command line observes when it is told to. */
  readonly interactive: boolean;
  readonly workstation: string;
  /** The data folder. */
  readonly folder: string;
  /** Where the estate is read; what a bundle holds of it has been laid out. */
  readonly estatePath: string;
  /** The bundle that this console was started from. */
  readonly opened: BundleContents | null;
  readonly endings: Endings;
  readonly redaction: Redaction;
  readonly logger: Logger;
  readonly journal: Journal;
  /** The journal for writers that are not to be trusted with secrets. */
  readonly record: JournalWriter;
  readonly me: Worker;
  /** Hears of what was not foreseen. */
  report(error: OpsError): void;
  /** Epoch milliseconds. */
  now(): number;
}

/**
 * Locks the data folder, opens log and journal and writes there that the console has started. Throws an OpsError when
 * the folder is in use or the journal cannot be opened; what was opened by then ends with `endings`.
 */
export async function openGround(options: ConsoleOptions, endings: Endings): Promise<Ground> {
  const now = Date.now;
  const me = new Worker(userInfo().username);
  const workstation = hostname();
  const folder = openDataFolder(options.dataFolder);
  endings.add(() => folder.release());
  const opened = typeof options.estate === "string" ? null : options.estate;
  const estatePath =
    typeof options.estate === "string" ? options.estate : await layOut(options.estate, folder.path);

  const redaction = new Redaction();
  const { logger } = endings.closing(openLog({ dataFolder: folder.path, redaction }));
  endings.add(
    installCrashHandlers({
      dataFolder: folder.path,
      redaction,
      logger,
      now,
      close: () => endings.endAll(),
    }),
  );
  endings.onFailed((thrown) => logger.warn({ error: thrown }, "a part of the console did not close well"));

  const journal = endings.closing(
    Journal.open({
      folder: folder.path,
      workstation,
      get actor() {
        return me.actor;
      },
    }),
  );
  const record = redactedJournal(journal, redaction);
  record.write({
    type: "console.started",
    subject: null,
    task: null,
    data: { version: consoleVersion, shell: options.shell },
  });
  endings.add(() => void record.write({ type: "console.stopped", subject: null, task: null, data: {} }));

  return {
    options,
    interactive: options.shell !== "command-line",
    workstation,
    folder: folder.path,
    estatePath,
    opened,
    endings,
    redaction,
    logger,
    journal,
    record,
    me,
    report: (error) => logger.error({ error }, "an error that was not foreseen"),
    now,
  };
}
