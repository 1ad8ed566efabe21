import { z } from "zod";

/** That a resource, or what it stands on, was put into maintenance: since and until when, by whom and why. */
export const maintenanceSchema = z.object({
  since: z.number(),
  /** When it was to be over; past that it is overdue, and nothing is kept quiet any more. */
  until: z.number(),
  by: z.string(),
  reason: z.string(),
  overdue: z.boolean(),
  /** The resource that was marked, where it is not this one but one that holds it. */
  through: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;

/** A mark as it is kept: what `through` and `overdue` are worked out of when it is shown. */
export type MaintenanceMark = Pick<Maintenance, "since" | "until" | "by" | "reason">;
