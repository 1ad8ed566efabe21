import { z } from "zod";
import { durationSchema, identifierSchema } from "./estate-words.ts";

/** The sealed bundle, under the estate's key `bundle`: what the console needs on the day that all else is gone. */
export const bundleSchema = z.strictObject({
  /** Who can open it: public keys of age (`age1…`), each under a name. */
  recipients: z
    .record(
      identifierSchema,
      z.string().regex(/^age1[02-9ac-hj-np-z]{50,4000}$/, "an age recipient such as age1…"),
    )
    .refine((recipients) => Object.keys(recipients).length > 0, "at least one recipient"),
  /** It is older than wanted after twice as long. */
  every: durationSchema.default("24h"),
  /** How many bundles are kept. */
  keep: z.int().min(1).max(1000).default(7),
  /** Where they are kept: a folder, such as one that is carried elsewhere; the data folder's `bundles` when left out. */
  folder: z.string().min(1).max(1000).optional(),
});
