import { z } from "zod";
import { ruleNames } from "./estate-rules.ts";
import { healthSchema, resourceKindSchema } from "./resource.ts";
import { localTextSchema } from "./text.ts";

/*
 * What rules over the inventory have found. Moments are epoch milliseconds.
 */

/** One thing that a finding rests on: what it says, who said so, and when that was read. */
export const evidenceSchema = z.object({
  text: localTextSchema,
  source: z.string(),
  at: z.number().nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** What could be done about it: a procedure, or an action on a resource, each begun by a person through its own sheet. */
export const proposalSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("procedure"), id: z.string() }),
  z.object({ kind: z.literal("action"), id: z.string(), resource: z.string() }),
]);
export type Proposal = z.infer<typeof proposalSchema>;

export const muteSchema = z.object({ until: z.number(), by: z.string(), reason: z.string() });
export type Mute = z.infer<typeof muteSchema>;

export const findingSchema = z.object({
  /** `RULE RESOURCE`, the same for as long as it lasts. */
  key: z.string(),
  rule: z.enum(ruleNames),
  /** What it is about; null: the estate itself. */
  resource: z.object({ id: z.string(), name: z.string(), kind: resourceKindSchema }).nullable(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  health: healthSchema,
  text: localTextSchema,
  evidence: z.array(evidenceSchema),
  /** Since when it has been so, as far as this console knows. */
  since: z.number(),
  proposal: proposalSchema.nullable(),
  mute: muteSchema.nullable(),
});
export type Finding = z.infer<typeof findingSchema>;

/** The largest number of findings that a window is sent; the numbers are of all. */
export const mostFindings = 500;

export const findingsFrameSchema = z.object({
  asOf: z.number(),
  findings: z.array(findingSchema),
  numbers: z.object({ critical: z.int(), warning: z.int(), muted: z.int() }),
  byRule: z.partialRecord(z.enum(ruleNames), z.int()),
  /** The rules that the estate switches off altogether. */
  off: z.array(z.enum(ruleNames)),
  /** The names of sites and environments, by identifier. */
  names: z.record(z.string(), z.string()),
});
export type FindingsFrame = z.infer<typeof findingsFrameSchema>;

export const findingsQuerySchema = z.object({
  /** Findings of this resource alone. */
  resource: z.string().max(700).nullable().default(null),
});
export type FindingsQuery = z.infer<typeof findingsQuerySchema>;

/** Milliseconds that a finding may be muted for at most: ninety days. */
export const longestMute = 90 * 86_400_000;
export const muteRequestSchema = z.object({
  key: z.string().max(800),
  until: z.number(),
  reason: z.string().trim().min(1).max(1000),
});
