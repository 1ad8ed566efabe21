import { z } from "zod";
import { praOriginSchema } from "./pra-plan.ts";
import { localTextSchema } from "./text.ts";

/* Durations are milliseconds. */

/** What a run of a PRA plan is measured against, as the estate had it when the run began. Sites are named, not identified. */
export const praTermsSchema = z.object({
  title: localTextSchema,
  from: z.string(),
  to: z.string(),
  tiers: z.array(z.object({ id: z.string(), title: localTextSchema, rto: z.number(), rpo: z.number() })),
  applications: z.array(z.object({ id: z.string(), title: localTextSchema, tier: z.string() })),
});
export type PraTerms = z.infer<typeof praTermsSchema>;

/** What a run was begun for, as its journal keeps it: a plan that is edited later is not what it is judged by. */
export const pinnedPraSchema = praOriginSchema.extend({ terms: praTermsSchema.optional() });
export type PinnedPra = z.infer<typeof pinnedPraSchema>;
