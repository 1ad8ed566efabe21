import type { JournalEvent, JournalFilter } from "../../../shared/journal.ts";
import type { FoldedRun } from "../engine/folded-run.ts";
import { foldRun } from "../engine/run-fold.ts";

/** What the journal is asked for of runs; `Journal` and the reading of a data folder both can. */
export interface RunJournal {
  /** The events of one task or run, oldest first. */
  eventsOf(task: string): JournalEvent[];
  /** At most 25 beginnings of runs with a lower number in the journal, newest first. */
  startsBefore(sequence: number): JournalEvent[];
}

const startsAtOnce = 25;

/** What a console's journal tells of runs. */
export function runJournal(journal: {
  forTask(task: string): JournalEvent[];
  page(filter: JournalFilter): { events: JournalEvent[] };
}): RunJournal {
  return {
    eventsOf: (task) => journal.forTask(task),
    startsBefore: (sequence) => journal.page(startsFilter(sequence)).events,
  };
}

/** What a journal is asked by for the beginnings of runs. */
export function startsFilter(before: number): JournalFilter {
  return { text: "", types: ["run.started"], subject: null, task: null, before, limit: startsAtOnce };
}

/** How many beginnings are looked at, and how many runs are taken: a report must not read a journal of years. */
const mostLookedAt = 200;
const mostTaken = 10;

/** The runs of a procedure that had ended by `at`, newest first, of those that began before a number in the journal. */
export function earlierRuns(
  { eventsOf, startsBefore }: RunJournal,
  { procedure, sequence, at }: { procedure: string; sequence: number; at: number },
): FoldedRun[] {
  const found: FoldedRun[] = [];
  let before = sequence;
  for (let looked = 0; looked < mostLookedAt && found.length < mostTaken; ) {
    const starts = startsBefore(before);
    for (const { task, data, sequence: own } of starts) {
      before = Math.min(before, own);
      const plan: unknown = data.plan;
      if (task === null || typeof plan !== "object" || plan === null) continue;
      if (!("procedure" in plan) || plan.procedure !== procedure) continue;
      const run = foldRun(eventsOf(task));
      if (run?.end && run.end.at <= at) found.push(run);
      if (found.length >= mostTaken) break;
    }
    looked += starts.length;
    if (starts.length === 0) break;
  }
  return found;
}

/** The middle of some figures; null where there are none. */
export function median(figures: readonly number[]): number | null {
  if (figures.length === 0) return null;
  const sorted = [...figures].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle - 0.5)] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
