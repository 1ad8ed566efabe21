import { z } from "zod";
import type { JournalEvent } from "../../shared/journal.ts";
import type { Readiness } from "../../shared/pra.ts";
import type { PraJournal } from "./parts.ts";
import { type Rehearsed, rehearsedSchema, rehearsedType } from "./passages.ts";

export const lossType = "pra.data-loss";
export const readinessType = "pra.readiness";
const lossSchema = z.object({ application: z.string(), lost: z.number() });
const figureSchema = z.object({ figure: z.number().min(0).max(100) });

const bookmarkName = "pra";
/** How long the book goes back, besides the last rehearsal of each direction: ninety days. */
const kept = 90 * 86_400_000;
const mostRehearsals = 50;
const mostFigures = 500;

/** What the journal has of PRA plans beside their runs: rehearsals, figures of readiness, and data losses of runs. */
export class PraBook {
  readonly #rehearsals = new Map<string, Rehearsed[]>();
  readonly #figures = new Map<string, Readiness["history"]>();
  readonly #losses = new Map<string, Map<string, number>>();

  /** Reads what there is; a bookmark saves reading again what is too old. */
  constructor(journal: PraJournal, now: number) {
    let first = journal.head + 1;
    const types = [rehearsedType, readinessType, lossType];
    const lastRehearsals = new Map<string, number>();
    for (const event of journal.ofTypes(types, journal.bookmark(bookmarkName) ?? 1)) {
      this.learn(event);
      if (event.type === rehearsedType) lastRehearsals.set(rehearsalKey(event), event.sequence);
      if (event.at >= now - kept) first = Math.min(first, event.sequence);
    }
    try {
      journal.setBookmark(bookmarkName, Math.min(first, ...lastRehearsals.values()));
    } catch {
      // Without it everything is read again.
    }
  }

  /** Takes in one event; one that cannot be read is passed over. */
  learn(event: JournalEvent): void {
    const { subject, task, at, actor, data } = event;
    if (event.type === rehearsedType && subject !== null) {
      const parsed = rehearsedSchema.safeParse(data);
      if (!parsed.success || task === null) return;
      const one = { ...parsed.data, id: task, plan: subject, actor };
      this.#rehearsals.set(subject, [one, ...this.rehearsals(subject)].slice(0, mostRehearsals));
    } else if (event.type === readinessType && subject !== null) {
      const parsed = figureSchema.safeParse(data);
      if (!parsed.success) return;
      this.#figures.set(subject, [...this.figures(subject), { at, ...parsed.data }].slice(-mostFigures));
    } else if (event.type === lossType && task !== null) {
      const parsed = lossSchema.safeParse(data);
      if (!parsed.success) return;
      const known = this.#losses.get(task) ?? new Map<string, number>();
      // The first word counts: it was said when the restore was passed.
      if (!known.has(parsed.data.application)) known.set(parsed.data.application, parsed.data.lost);
      this.#losses.set(task, known);
    }
  }

  /** The rehearsals of a plan, newest first. */
  rehearsals(plan: string): readonly Rehearsed[] {
    return this.#rehearsals.get(plan) ?? [];
  }

  /** The figures of a plan's readiness, oldest first. */
  figures(plan: string): Readiness["history"] {
    return this.#figures.get(plan) ?? [];
  }

  /** What each application of a run has lost, in milliseconds, as far as that is fixed. */
  losses(run: string): ReadonlyMap<string, number> {
    return this.#losses.get(run) ?? new Map();
  }
}

function rehearsalKey({ subject, data }: JournalEvent): string {
  return `${subject} ${String(data.direction)}`;
}
