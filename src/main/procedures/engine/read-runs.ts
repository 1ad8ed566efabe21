import type { JournalEvent } from "../../../shared/journal.ts";
import type { EngineClock } from "./engine-clock.ts";
import type { FoldedRun } from "./folded-run.ts";
import type { RunJournal } from "./parts.ts";
import { runEventTypes } from "./run-events.ts";
import { foldRun } from "./run-fold.ts";

const bookmarkName = "runs";
/** How long ended runs stay listed, and teach how long steps take: ninety days. */
const kept = 90 * 86_400_000;

/**
 * Folds what the journal has of runs, oldest first, without those that ended too long ago; the clock goes on from the
 * newest of their events. A bookmark saves reading again what holds nothing but such.
 */
export function readRuns(journal: RunJournal, clock: EngineClock): FoldedRun[] {
  const byRun = new Map<string, JournalEvent[]>();
  for (const event of journal.ofTypes(runEventTypes, journal.bookmark(bookmarkName) ?? 1)) {
    if (event.task === null) continue;
    const known = byRun.get(event.task);
    if (known === undefined) byRun.set(event.task, [event]);
    else known.push(event);
  }
  const runs: FoldedRun[] = [];
  let first = journal.head + 1;
  for (const own of byRun.values()) {
    const run = foldRun(own);
    if (run === null) continue;
    if (run.end !== null && run.time < clock.now() - kept) continue;
    runs.push(run);
    clock.notBefore(run.time);
    first = Math.min(first, own[0]?.sequence ?? first);
  }
  try {
    journal.setBookmark(bookmarkName, first);
  } catch {
    // Without it everything is read again.
  }
  return runs;
}
