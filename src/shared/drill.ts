import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";
import { durationSchema } from "./estate-words.ts";
import { praPassageSchema } from "./pra.ts";

/*
 * A drill carries a plan out for real, on servers of the lab: in a console of its own, with a journal of its own. Times are
 * epoch milliseconds.
 */

/** What a drill is made on: the lab's own regions, or the copy of the estate. */
export const drillPlaces = ["lab", "copy"] as const;
export const drillPlaceSchema = z.enum(drillPlaces);

/** When a fault comes: with the drill, when a step of a run begins, or so long after the first run has begun. */
const momentSchema = z.discriminatedUnion("at", [
  z.strictObject({ at: z.literal("start") }),
  z.strictObject({ at: z.literal("step"), node: z.string().min(1).max(1000) }),
  z.strictObject({ at: z.literal("after"), time: durationSchema }),
]);

/** A fault in the words of `passerelle lab fault`, such as `["region-dead", "east"]`, and when it comes. */
export const drillFaultSchema = z.strictObject({
  when: momentSchema,
  fault: z.array(z.string().min(1).max(200)).min(1).max(4),
});
export type DrillFault = z.infer<typeof drillFaultSchema>;

export const drillRequestSchema = z.strictObject({
  plan: z.string().min(1).max(100),
  on: drillPlaceSchema,
  faults: z.array(drillFaultSchema).max(100).default([]),
});
export type DrillRequest = z.infer<typeof drillRequestSchema>;

export const drillViewSchema = z.object({
  id: z.string(),
  plan: z.string(),
  on: drillPlaceSchema,
  startedAt: z.number(),
  state: z.enum(["starting", "running", "ending", "ended", "failed"]),
  error: wireErrorSchema.nullable(),
  /** Each with when it was played; null: not yet. `refused`: what the lab had against it. */
  faults: z.array(
    drillFaultSchema.extend({ playedAt: z.number().nullable(), refused: wireErrorSchema.nullable() }),
  ),
  /** The runs that were brought back into the journal. */
  passages: z.int(),
});
export type DrillView = z.infer<typeof drillViewSchema>;

/** What a drill's console is told by a file of its folder. */
export const drillOrderSchema = z.strictObject({
  ...drillRequestSchema.shape,
  /** Of the lab: its estate file, and the file that says how it takes commands. */
  estate: z.string(),
  control: z.string(),
  dataFolder: z.string(),
});
export type DrillOrder = z.infer<typeof drillOrderSchema>;

/** A run of a drill as the journal of the estate keeps it: only the drill's own console knows the run itself. */
export const drillPassageSchema = praPassageSchema.extend({ mode: z.literal("drill"), run: z.null() });
export type DrillPassage = z.infer<typeof drillPassageSchema>;

/** What a drill's console says, a line of JSON each. */
export const drillNewsSchema = z.union([
  z.strictObject({ link: z.string().max(2000) }),
  z.strictObject({
    played: z.strictObject({ index: z.int(), at: z.number(), refused: wireErrorSchema.nullable() }),
  }),
  z.strictObject({ passage: drillPassageSchema }),
  z.strictObject({ error: wireErrorSchema }),
]);
export type DrillNews = z.infer<typeof drillNewsSchema>;
