import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { JournalEvent, JournalFilter } from "../../shared/journal.ts";
import { eventsOfTask, pageOfEvents } from "./event-query.ts";
import { noJournal } from "./faults.ts";
import { databaseName } from "./verify.ts";

/**
 * The newest events of a data folder's journal that the filter lets through, newest first, without opening the
 * journal for writing: also while a console runs. Throws OpsError `journal.not-found`.
 */
export function readJournal(folder: string, filter: JournalFilter): JournalEvent[] {
  return withJournal(folder, (database) => pageOfEvents({ database }, filter));
}

/** The events of one task or run, oldest first, in the same way. Throws OpsError `journal.not-found`. */
export function readTaskEvents(folder: string, task: string): JournalEvent[] {
  return withJournal(folder, (database) => eventsOfTask({ database }, task));
}

function withJournal<Result>(folder: string, read: (database: DatabaseSync) => Result): Result {
  const path = join(folder, databaseName);
  if (!existsSync(path)) throw noJournal();
  const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
