import { type JournalEvent, type JournalFilter, journalEventSchema } from "../../shared/journal.ts";
import { parseLine } from "./chain.ts";
import type { SqliteStore } from "./sqlite-store.ts";

/** The stream that holds the journal's lines. */
export const journalStream = "journal";

/**
 * The newest events that a filter lets through, newest first. The text is looked for, without regard to case, in
 * everything that a person wrote or reads: type, subject, task, actor, workstation and the values in the data.
 * Lines that are no longer events are passed over: `verifyJournal` is who speaks of them.
 */
export function pageOfEvents(store: Pick<SqliteStore, "database">, filter: JournalFilter): JournalEvent[] {
  const conditions = ["stream = ?"];
  const values: (string | number)[] = [journalStream];
  const add = (condition: string, ...more: (string | number)[]) => {
    conditions.push(condition);
    values.push(...more);
  };
  if (filter.before !== null) add("revision < ?", filter.before);
  if (filter.types.length > 0) add(`type IN (${filter.types.map(() => "?").join(", ")})`, ...filter.types);
  if (filter.subject !== null) add("subject = ?", filter.subject);
  if (filter.task !== null) add("task = ?", filter.task);
  const words = filter.text.trim();
  if (words !== "") add("value LIKE ? ESCAPE '!'", roughPattern(words));
  const rows = store.database
    .prepare(`SELECT value FROM entries WHERE ${conditions.join(" AND ")} ORDER BY revision DESC`)
    .iterate(...values);
  const events: JournalEvent[] = [];
  for (const row of rows) {
    const event = readEvent(String(row.value));
    if (event === null || (words !== "" && !mentions(event, words.toLocaleLowerCase()))) continue;
    events.push(event);
    if (events.length >= filter.limit) break;
  }
  return events;
}

/** The events of some types from a sequence on, oldest first. */
export function eventsOfTypes(store: SqliteStore, types: readonly string[], from: number): JournalEvent[] {
  const rows = store.database
    .prepare(
      `SELECT value FROM entries INDEXED BY entries_by_type WHERE stream = ? AND revision >= ? AND type IN (${types.map(() => "?").join(", ")}) ORDER BY revision`,
    )
    .all(journalStream, from, ...types);
  return rows.flatMap((row) => readEvent(String(row.value)) ?? []);
}

/** The events of one task, oldest first. The planner, which has no statistics, would go through the whole stream. */
export function eventsOfTask(store: Pick<SqliteStore, "database">, task: string): JournalEvent[] {
  const rows = store.database
    .prepare(
      "SELECT value FROM entries INDEXED BY entries_by_task WHERE stream = ? AND task = ? AND task IS NOT NULL ORDER BY revision",
    )
    .all(journalStream, task);
  return rows.flatMap((row) => readEvent(String(row.value)) ?? []);
}

/** Every type that occurs, sorted; steps through the index instead of the rows. */
export function typesOfEvents(store: SqliteStore): string[] {
  const rows = store.database
    .prepare(
      `WITH RECURSIVE found (type) AS (
         SELECT min(type) FROM entries WHERE stream = :stream
         UNION ALL
         SELECT (SELECT min(type) FROM entries WHERE stream = :stream AND type > found.type)
         FROM found WHERE found.type IS NOT NULL
       ) SELECT type FROM found WHERE type IS NOT NULL`,
    )
    .all({ stream: journalStream });
  return rows.map((row) => String(row.type));
}

/** A stored line as an event; null when it is not one. */
export function readEvent(line: string): JournalEvent | null {
  const parsed = journalEventSchema.safeParse(parseLine(line));
  return parsed.success ? parsed.data : null;
}

/**
 * A pattern that SQLite can match over whole lines quickly and that lets through all that `mentions` would: LIKE
 * folds the case of ASCII only, and JSON writes quotes, backslashes and control characters in its own way.
 */
function roughPattern(words: string): string {
  const pattern = [...words].map((character) => {
    if (/[!%_]/.test(character)) return `!${character}`;
    return /[\x20-\x7e]/.test(character) && character !== '"' && character !== "\\" ? character : "%";
  });
  return `%${pattern.join("")}%`;
}

function mentions(event: JournalEvent, words: string): boolean {
  const { type, subject, task, actor, workstation, data } = event;
  return [type, subject, task, actor, workstation].some((value) => holds(value, words)) || holds(data, words);
}

function holds(value: unknown, words: string): boolean {
  if (typeof value === "string") return value.toLocaleLowerCase().includes(words);
  if (typeof value === "number" || typeof value === "boolean") return String(value) === words;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((member) => holds(member, words));
}
