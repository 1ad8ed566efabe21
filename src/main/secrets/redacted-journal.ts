import type { JournalWriter } from "../../shared/journal.ts";
import type { Redaction } from "./redaction.ts";

/**
 * The same journal for writers that are not to be trusted with secrets: whatever of a known one is in an event is
 * replaced before the event is hashed and flushed.
 */
export function redactedJournal(journal: JournalWriter, redaction: Redaction): JournalWriter {
  return { write: (event) => journal.write(redaction.data(event)) };
}
