import { z } from "zod";
import type { JournalEvent } from "../../shared/journal.ts";
import type { PraPassage, Readiness } from "../../shared/pra.ts";
import type { PraJournal } from "./parts.ts";
import {
  broughtBackSchema,
  broughtBackType,
  type Rehearsed,
  rehearsedSchema,
  rehearsedType,
} from "./passages.ts";

export const lossType = "pra.data-loss";
export const servedType = "pra.served";
export const readinessType = "pra.readiness";
const lossSchema = z.object({ application: z.string(), lost: z.number() });
const servedSchema = z.object({ application: z.string(), servedAt: z.number().nullable() });
const figureSchema = z.object({ figure: z.number().min(0).max(100) });

const bookmarkName = "pra";
/** How long the book goes back, besides the last rehearsal of each direction: ninety days. */
const kept = 90 * 86_400_000;
const mostRehearsals = 50;
const mostFigures = 500;

/** What the journal has of PRA plans beside their runs: rehearsals, figures of readiness, and what runs lost and served. */
export class PraBook {
  readonly #rehearsals = new Map<string, Rehearsed[]>();
  readonly #drills = new Map<string, PraPassage[]>();
  readonly #figures = new Map<string, Readiness["history"]>();
  readonly #losses = new Map<string, Map<string, number>>();
  readonly #served = new Map<string, Map<string, number | null>>();

  /** Reads what there is; a bookmark saves reading again what is too old. */
  constructor(journal: PraJournal, now: number) {
    let first = journal.head + 1;
    const types = [rehearsedType, broughtBackType, readinessType, lossType, servedType];
    const lastRehearsals = new Map<string, number>();
    const lasting = new Set([rehearsedType, broughtBackType]);
    for (const event of journal.ofTypes(types, journal.bookmark(bookmarkName) ?? 1)) {
      this.learn(event);
      if (lasting.has(event.type)) lastRehearsals.set(rehearsalKey(event), event.sequence);
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
    } else if (event.type === broughtBackType && subject !== null) {
      const parsed = broughtBackSchema.safeParse(data);
      if (!parsed.success) return;
      const { passage } = parsed.data;
      // A run that went on after it had ended is told of again.
      const others = this.drills(subject).filter(({ id }) => id !== passage.id);
      this.#drills.set(subject, [passage, ...others].slice(0, mostRehearsals));
    } else if (event.type === readinessType && subject !== null) {
      const parsed = figureSchema.safeParse(data);
      if (!parsed.success) return;
      this.#figures.set(subject, [...this.figures(subject), { at, ...parsed.data }].slice(-mostFigures));
    } else if (event.type === lossType && task !== null) {
      const parsed = lossSchema.safeParse(data);
      if (!parsed.success) return;
      // It was said when the restore was passed.
      firstWord(this.#losses, task, parsed.data.application, parsed.data.lost);
    } else if (event.type === servedType && task !== null) {
      const parsed = servedSchema.safeParse(data);
      if (parsed.success) firstWord(this.#served, task, parsed.data.application, parsed.data.servedAt);
    }
  }

  /** The rehearsals of a plan, newest first. */
  rehearsals(plan: string): readonly Rehearsed[] {
    return this.#rehearsals.get(plan) ?? [];
  }

  /** What drills of a plan have brought back, newest first. */
  drills(plan: string): readonly PraPassage[] {
    return this.#drills.get(plan) ?? [];
  }

  /** The figures of a plan's readiness, oldest first. */
  figures(plan: string): Readiness["history"] {
    return this.#figures.get(plan) ?? [];
  }

  /** What each application of a run has lost, in milliseconds, as far as that is fixed. */
  losses(run: string): ReadonlyMap<string, number> {
    return this.#losses.get(run) ?? new Map();
  }

  /** When each application of a run was seen to serve at the other side; null where the run ended without that. */
  served(run: string): ReadonlyMap<string, number | null> {
    return this.#served.get(run) ?? new Map();
  }
}

/** Of what is said twice about an application of a run, the first word counts. */
function firstWord<Value>(
  words: Map<string, Map<string, Value>>,
  run: string,
  application: string,
  value: Value,
): void {
  const known = words.get(run) ?? new Map<string, Value>();
  if (!known.has(application)) known.set(application, value);
  words.set(run, known);
}

function rehearsalKey({ type, subject, data }: JournalEvent): string {
  const { passage } = data;
  const isDrill = typeof passage === "object" && passage !== null && "direction" in passage;
  return `${type} ${subject} ${String(isDrill ? passage.direction : data.direction)}`;
}
