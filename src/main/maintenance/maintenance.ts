import type { JournalEvent, JournalWriter } from "../../shared/journal.ts";
import type { MaintenanceMark } from "../../shared/maintenance.ts";
import { begun, ended, foldMark, maintenanceEvents } from "./events.ts";

/** As long as a timer can be set, in milliseconds. */
const longestTimer = 2_147_483_647;

export interface MaintenanceParts {
  /** Where marks are written, secrets withheld. */
  record: JournalWriter;
  journal: { ofTypes(types: readonly string[], from: number): JournalEvent[] };
  /** Epoch milliseconds. */
  now(): number;
  /** Told of all marks, and which of them are overdue, whenever either changes. */
  onChange(marks: ReadonlyMap<string, MaintenanceMark>, overdue: ReadonlySet<string>): void;
}

/**
 * What is in maintenance. The marks are the fold of the journal's events, so that they survive a restart; one is over
 * only when somebody ends it, for a machine that still lies open is not well because an hour has passed.
 */
export class MaintenanceMarks {
  readonly #parts: MaintenanceParts;
  readonly #marks = new Map<string, MaintenanceMark>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    for (const event of parts.journal.ofTypes(maintenanceEvents, 0)) foldMark(this.#marks, event);
    this.#tell();
  }

  of(resource: string): MaintenanceMark | null {
    return this.#marks.get(resource) ?? null;
  }

  /** The marks that should have been ended by now, the longest overdue first. */
  overdue(): { resource: string; mark: MaintenanceMark }[] {
    return [...this.#marks]
      .filter(([, mark]) => this.#isOver(mark))
      .map(([resource, mark]) => ({ resource, mark }))
      .sort((one, other) => one.mark.until - other.mark.until);
  }

  /** Marks a resource, or prolongs its mark, which keeps its beginning. Throws OpsError `journal.cannot-write`. */
  begin(resource: string, { until, reason }: Pick<MaintenanceMark, "until" | "reason">): void {
    const before = this.of(resource);
    this.#write(begun, resource, {
      until,
      reason,
      ...(before === null ? {} : { since: before.since, by: before.by }),
    });
  }

  /** Puts a mark back as it was before it was ended or changed. Throws OpsError `journal.cannot-write`. */
  restore(resource: string, mark: MaintenanceMark): void {
    this.#write(begun, resource, { ...mark });
  }

  /** Ends a mark. Throws OpsError `journal.cannot-write`. */
  end(resource: string): void {
    this.#write(ended, resource, {});
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #write(type: string, subject: string, data: JournalEvent["data"]): void {
    foldMark(this.#marks, this.#parts.record.write({ type, subject, task: null, data }));
    this.#tell();
  }

  #isOver({ until }: MaintenanceMark): boolean {
    return until <= this.#parts.now();
  }

  #tell(): void {
    this.close();
    const overdue = new Set(this.overdue().map(({ resource }) => resource));
    this.#parts.onChange(this.#marks, overdue);
    const ahead = [...this.#marks.values()].filter((mark) => !this.#isOver(mark)).map(({ until }) => until);
    if (ahead.length === 0) return;
    const wait = Math.min(...ahead) - this.#parts.now();
    this.#timer = setTimeout(() => this.#tell(), Math.min(Math.max(wait, 1), longestTimer));
    this.#timer.unref();
  }
}
