import { z } from "zod";
import type { JournalEvent } from "../../shared/journal.ts";
import type { MaintenanceMark } from "../../shared/maintenance.ts";

export const begun = "maintenance.begun";
export const ended = "maintenance.ended";
/** The types of event that marks are folded from. */
export const maintenanceEvents = [begun, ended] as const;

/** What `maintenance.begun` holds; `by` and `since` are the event's own, or those of the mark that it prolongs. */
export const begunSchema = z.object({
  until: z.number(),
  reason: z.string(),
  since: z.number().optional(),
  by: z.string().optional(),
});

/** Takes one event into the marks, by resource. What is no such event, or cannot be read, changes nothing. */
export function foldMark(
  marks: Map<string, MaintenanceMark>,
  { type, subject, at, actor, data }: JournalEvent,
): void {
  if (subject === null) return;
  if (type === ended) marks.delete(subject);
  if (type !== begun) return;
  const parsed = begunSchema.safeParse(data);
  if (!parsed.success) return;
  const { until, reason, since = at, by = actor } = parsed.data;
  marks.set(subject, { since, until, by, reason });
}
