import { readJournal, readTaskEvents } from "../journal/read-only.ts";
import { type RunJournal, startsFilter } from "../procedures/report/earlier-runs.ts";

/** What the journal of a data folder tells of runs, read without opening it for writing. */
export function readRunJournal(folder: string): RunJournal {
  return {
    eventsOf: (task) => readTaskEvents(folder, task),
    startsBefore: (sequence) => readJournal(folder, startsFilter(sequence)),
  };
}
