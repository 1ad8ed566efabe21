import { OpsError, toOpsError } from "../shared/errors.ts";
import type { JournalWriter } from "../shared/journal.ts";
import { text } from "../shared/text.ts";

/** What an event says; nothing that was typed or shown. */
export type ConsoleFigures = Parameters<JournalWriter["write"]>[0]["data"];

/** The journal of what is done with one resource: `terminal.opening`, `screen.ended`, `log.opened`, `forward.ended` … */
export interface ConsoleJournal {
  readonly resource: string;
  /** Tells of what is about to happen. Throws OpsError `journal.cannot-write`. */
  record(what: string, figures?: ConsoleFigures): void;
  /** Tells of what has happened already, if that can be: the journal's own state shows that it cannot. */
  recordAfterwards(what: string, figures?: ConsoleFigures): void;
}

export function consoleJournal(
  journal: JournalWriter,
  area: "terminal" | "screen" | "recording" | "log" | "forward",
  resource: string,
  /** What every event of it says besides. */
  always: ConsoleFigures = {},
): ConsoleJournal {
  const record = (what: string, figures: ConsoleFigures = {}) =>
    void journal.write({
      type: `${area}.${what}`,
      subject: resource,
      task: null,
      data: { ...always, ...figures },
    });
  return {
    resource,
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
 * long that may take, in milliseconds. Throws what `open` throws, and OpsError `console.open-timed-out`.
 */
export async function openJournalled<Opened extends { close(): void }>(
  { resource, record, recordAfterwards }: ConsoleJournal,
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
    const late = deadline.aborted && !(thrown instanceof OpsError);
    const error = late ? timedOut(resource, limit, thrown) : thrown;
    recordAfterwards("failed", { code: toOpsError(error, "console").code });
    throw error;
  }
}

function timedOut(resource: string, limit: number, cause: unknown): OpsError {
  const seconds = Math.round(limit / 1000);
  return new OpsError({
    code: "console.open-timed-out",
    system: "console",
    message: text(
      `${resource} could not be opened within ${seconds} seconds.`,
      `${resource} n'a pas pu être ouvert en ${seconds} secondes.`,
    ),
    hint: text(
      "Check that it is running and that its bounce is connected, then try again.",
      "Vérifiez qu'il fonctionne et que son rebond est connecté, puis réessayez.",
    ),
    cause,
  });
}
