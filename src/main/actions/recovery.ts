import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import { text } from "../../shared/text.ts";
import { asData, taskEventTypes } from "./action-events.ts";
import { type FoldedTask, foldTasks } from "./task-fold.ts";

const bookmarkName = "actions";
/** How long ended tasks stay in the panel: three days. */
const kept = 3 * 86_400_000;

/** What recovery needs of the journal. */
export interface RecoveryJournal {
  ofTypes(types: readonly string[], from: number): JournalEvent[];
  bookmark(name: string): number | null;
  setBookmark(name: string, sequence: number): void;
  readonly head: number;
}

/** What the runner needs of the journal besides; `Journal` has it. */
export interface RunnerJournal extends RecoveryJournal {
  writeAll(events: readonly NewJournalEvent[]): JournalEvent[];
  forTask(task: string): JournalEvent[];
}

/**
 * Folds the journal into the tasks that the panel shows after a start: those of the last days, and every one whose
 * effect is unknown, however old. `leftovers` are events to be written for what was asked for and never begun.
 */
export function recoverTasks(
  journal: RecoveryJournal,
  now: number,
): { tasks: FoldedTask[]; leftovers: NewJournalEvent[] } {
  const all = foldTasks(journal.ofTypes(taskEventTypes, firstListed(journal)));
  const families = new Map<string, FoldedTask[]>();
  for (const task of all.values()) {
    const top = task.parent !== null && all.has(task.parent) ? task.parent : task.id;
    families.set(top, [...(families.get(top) ?? []), task]);
  }
  const listed = [...families.entries()].filter(([, family]) =>
    family.some((task) => task.state === "unknown-effect" || task.changedAt > now - kept),
  );
  const first = Math.min(journal.head + 1, ...listed.map(([, family]) => family[0]?.firstSequence ?? 1));
  remember(journal, first);
  return {
    tasks: listed.flatMap(([, family]) => family),
    leftovers: listed.flatMap(([top, family]) => leftover(top, family) ?? []),
  };
}

/** Where in the journal the tasks of the last days begin, at the latest. */
export function firstListed(journal: Pick<RecoveryJournal, "bookmark">): number {
  return journal.bookmark(bookmarkName) ?? 1;
}

/** The bookmark only saves reading; without it everything is read. */
function remember(journal: RecoveryJournal, sequence: number): void {
  try {
    journal.setBookmark(bookmarkName, sequence);
  } catch {
    return;
  }
}

function leftover(top: string, family: readonly FoldedTask[]): NewJournalEvent | null {
  const own = family.find((task) => task.id === top);
  const idle = family.filter((task) => task.requested?.bulk !== true && task.state === "running");
  if (own === undefined || idle.length === 0) return null;
  const words = text(
    "The console ended before it began; nothing was changed.",
    "La console s'est arrêtée avant qu'elle ne commence ; rien n'a été modifié.",
  );
  const subject = own.requested?.bulk === true ? null : own.resource;
  return { type: "action.cancelled", subject, task: top, data: asData({ text: words }) };
}
