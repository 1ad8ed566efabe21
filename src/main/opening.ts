import { toOpsError } from "../shared/errors.ts";
import type { JournalWriter } from "../shared/journal.ts";

/** What an event of a console says; nothing that was typed or shown. */
export type ConsoleFigures = Parameters<JournalWriter["write"]>[0]["data"];

/** The journal of one console on one resource: `terminal.opening`, `screen.ended` … */
export interface ConsoleJournal {
  /** Tells of what is about to happen. Throws OpsError `journal.cannot-write`. */
  record(what: string, figures?: ConsoleFigures): void;
  /** Tells of what has happened already, if that can be: the journal's own state shows that it cannot. */
  recordAfterwards(what: string, figures?: ConsoleFigures): void;
}

export function consoleJournal(
  journal: JournalWriter,
  area: "terminal" | "screen",
  resource: string,
): ConsoleJournal {
  const record = (what: string, figures: ConsoleFigures = {}) =>
    void journal.write({ type: `${area}.${what}`, subject: resource, task: null, data: figures });
  return {
    record,
    recordAfterwards(what, figures) {
      try {
        record(what, figures);
      } catch {
        return;
      }
    },
  };
}

/**
 * Opens a console, journalled before and after; it is closed again when the journal cannot be told. `limit` is how
 * long that may take, in milliseconds. Passes on what `open` throws.
 */
export async function openJournalled<Opened extends { close(): void }>(
  { record, recordAfterwards }: ConsoleJournal,
  limit: number,
  signal: AbortSignal | undefined,
  open: (signal: AbortSignal) => Promise<Opened>,
): Promise<Opened> {
  const deadline = AbortSignal.timeout(limit);
  record("opening");
  let opened: Opened | null = null;
  try {
    opened = await open(signal ? AbortSignal.any([signal, deadline]) : deadline);
    record("opened");
    return opened;
  } catch (thrown) {
    opened?.close();
    recordAfterwards("failed", { code: toOpsError(thrown, "console").code });
    throw thrown;
  }
}
