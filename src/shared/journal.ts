import { z } from "zod";

/**
 * One line of the journal. `hash` is the SHA-256 over the canonical JSON of everything else, `previousHash`
 * included, so that a changed, missing or reordered line is found. Times are epoch milliseconds.
 */
export const journalEventSchema = z.object({
  sequence: z.int().positive(),
  at: z.number(),
  actor: z.string(),
  workstation: z.string(),
  /** `area.what`, for example `action.intent`, `host-key.accepted`, `secret.used`, `console.started`. */
  type: z.string(),
  /** The resource or other thing that the event is about. */
  subject: z.string().nullable(),
  /** The task (or, later, run) that the event belongs to. */
  task: z.string().nullable(),
  data: z.record(z.string(), z.json()),
  previousHash: z.string(),
  hash: z.string(),
});
export type JournalEvent = z.infer<typeof journalEventSchema>;

/** What a caller hands in; the store adds sequence, time, actor, workstation and hashes. */
export type NewJournalEvent = Pick<JournalEvent, "type" | "subject" | "task" | "data"> & {
  /** Who does it, where that is known before it is written; whoever is meant at that moment when left out. */
  actor?: string;
};

/** The one thing that most of main needs of the journal: write, flushed, before going on. */
export interface JournalWriter {
  /** Appends and flushes to disk; throws OpsError `journal.cannot-write` when that fails (nothing may start then). */
  write(event: NewJournalEvent): JournalEvent;
}

export const journalFilterSchema = z.object({
  text: z.string().max(200).default(""),
  types: z.array(z.string().max(100)).max(50).default([]),
  subject: z.string().max(700).nullable().default(null),
  task: z.string().max(1500).nullable().default(null),
  /** Events with a sequence below this one; null starts at the newest. */
  before: z.int().nullable().default(null),
  limit: z.int().min(1).max(500).default(100),
});
export type JournalFilter = z.infer<typeof journalFilterSchema>;

export const journalVerdictSchema = z.object({
  intact: z.boolean(),
  events: z.int(),
  lastHash: z.string(),
  /** The first sequence where the chain does not hold, and how. */
  brokenAt: z.int().nullable(),
  fault: z.enum(["changed", "missing", "reordered", "unreadable", "truncated"]).nullable(),
});
export type JournalVerdict = z.infer<typeof journalVerdictSchema>;
