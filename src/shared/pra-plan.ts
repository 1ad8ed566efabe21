import { z } from "zod";
import { durationSchema, identifierSchema } from "./estate-words.ts";
import { stepWordsSchema, variableValuesSchema } from "./procedure.ts";

/*
 * What the estate file says of a disaster-recovery plan (PRA). What is done stands in ordinary procedures, one for each
 * direction; here stands what they are for, and what they are measured against.
 */

/** `bascule`: to the recovery site; `return`: back to normal. */
export const praDirections = ["bascule", "return"] as const;
export const praDirectionSchema = z.enum(praDirections);
export type PraDirection = z.infer<typeof praDirectionSchema>;

/**
 * How a plan is gone through. `rehearsal` reads alone; `drill` runs on the lab or on a copy of the estate in it;
 * `planned` stops the source first, so that nothing is lost; `disaster` takes the source for gone and fences it.
 */
export const praModes = ["rehearsal", "drill", "planned", "disaster"] as const;
export const praModeSchema = z.enum(praModes);
export type PraMode = z.infer<typeof praModeSchema>;

/** What a run was begun for. */
export const praOriginSchema = z.object({
  plan: z.string(),
  mode: praModeSchema,
  direction: praDirectionSchema,
});
export type PraOrigin = z.infer<typeof praOriginSchema>;

/** The identifier of a resource, as everywhere in the estate file. */
const resourceReference = z.string().min(1).max(700);
const resourceReferences = z.array(resourceReference).max(200).default([]);

const tierSchema = z.strictObject({
  title: stepWordsSchema.optional(),
  /** The longest outage (DMIA) and the most data that may be lost (PDMA) of its applications. */
  rto: durationSchema,
  rpo: durationSchema,
});

const applicationSchema = z.strictObject({
  title: stepWordsSchema.optional(),
  tier: identifierSchema,
  /** The applications that it cannot run without. */
  needs: z.array(identifierSchema).max(50).default([]),
  /** Where its data is in normal times: what backups and replications protect (namespaces, VMs, databases, volumes). */
  protects: resourceReferences,
  /** The replications that carry its data to the recovery site without a restore. */
  replicatedBy: resourceReferences,
  /** The services by which it is seen to serve: at either site by itself, and from outside, as its users come. */
  serves: z
    .strictObject({
      production: resourceReferences,
      recovery: resourceReferences,
      outside: resourceReferences,
    })
    .default({ production: [], recovery: [], outside: [] }),
});

const directionSchema = z.strictObject({
  procedure: identifierSchema,
  /** Values of the procedure's variables; `mode` and `direction` are given besides where it has such. */
  with: variableValuesSchema.default({}),
});

/** One plan, under the estate's key `plans`. */
export const praPlanSchema = z.strictObject({
  title: stepWordsSchema,
  description: stepWordsSchema.optional(),
  /** The sites that production is carried from and to. */
  production: identifierSchema,
  recovery: identifierSchema,
  tiers: z.record(identifierSchema, tierSchema),
  applications: z.record(identifierSchema, applicationSchema),
  directions: z.strictObject({ bascule: directionSchema, return: directionSchema }),
  /** The procedure that leaves one site serving when an application serves at both (split brain). */
  splitBrain: identifierSchema.optional(),
  /** After this much time a rehearsal or drill is too old. */
  rehearseEvery: durationSchema.default("2160h"),
  /** What the plan needs besides what its steps show by themselves. */
  readiness: z
    .strictObject({
      /** The longest time to live of a record that is changed. */
      ttl: durationSchema.default("5m"),
      /** Certificates must still hold for so long. */
      certificates: durationSchema.default("720h"),
      /** Nothing that is known of a step may be older. */
      freshness: durationSchema.default("15m"),
      /** How far a replication may be behind; by the tier's `rpo` where it is left out. */
      lag: durationSchema.optional(),
      /** Further resources that must be well. */
      well: resourceReferences,
    })
    .prefault({}),
});
export type PraPlan = z.infer<typeof praPlanSchema>;

export const praPlansSchema = z.record(identifierSchema, praPlanSchema);
