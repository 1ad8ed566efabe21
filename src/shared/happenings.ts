import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";

/** Something that happened to a thing, as its system recorded it; times in epoch milliseconds. */
export const happeningSchema = z.object({
  key: z.string(),
  at: z.number(),
  firstAt: z.number(),
  count: z.int(),
  grave: z.boolean(),
  /** The system's own word for it, such as "FailedScheduling". */
  reason: z.string(),
  /** What it happened to, in the system's words, and its resource where the console knows it. */
  subject: z.string(),
  resource: z.string().nullable(),
  /** The system's own sentence. */
  text: z.string(),
});
export type Happening = z.infer<typeof happeningSchema>;

/** The newest first; `error` says why they cannot be read, `cut` that there are older ones. */
export const happeningsSchema = z.object({
  happenings: z.array(happeningSchema),
  readAt: z.number().nullable(),
  cut: z.boolean(),
  error: wireErrorSchema.nullable(),
});
export type Happenings = z.infer<typeof happeningsSchema>;
