import { z } from "zod";
import { signedHandOverSchema } from "./hand-over.ts";
import { journalVerdictSchema } from "./journal.ts";
import { runNoteSchema, signedApprovalSchema } from "./people.ts";
import { praOriginSchema } from "./pra-plan.ts";
import { runStatusSchema, stepStateSchema } from "./run.ts";
import { localTextSchema } from "./text.ts";

/*
 * The evidence of a run as data, for other programs and for later. Moments are epoch milliseconds of the run's own
 * clock, durations milliseconds; what is not known, or has not happened, is null. Keys are added under the same
 * version; one that means something else, or is gone, is a new version.
 */

const moment = z.number().nullable();
const duration = z.number().min(0).nullable();
/** null: not known (yet). */
const kept = z.boolean().nullable();
const span = { startedAt: moment, endedAt: moment, took: duration };

/** What was promised beside what was measured; `took` is counted from the start of the clock until all of it served. */
const measured = {
  rto: z.number(),
  rpo: z.number(),
  servedAt: moment,
  took: duration,
  withinRto: kept,
  lost: duration,
  withinRpo: kept,
};

/** `earlier` is the median of earlier runs of the same procedure, `last` what the newest of them took. */
const usual = { earlier: duration, last: duration };

export const evidenceTierSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  applications: z.int(),
  ...measured,
});
export const evidenceApplicationSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  tier: z.string(),
  ...measured,
  /** The moment whose data was brought back, and the restore point or replication that had it. */
  broughtBack: z.object({ at: z.number(), by: z.string(), name: z.string() }).nullable(),
});
export const evidencePhaseSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  ...span,
  ...usual,
});
export const evidenceStepSchema = z.object({
  /** Unique in the run: `round[tower-a]/reboot`; `step` is the same without the items. */
  node: z.string(),
  step: z.string(),
  title: localTextSchema,
  kind: z.enum(["action", "wait", "gate", "forEach", "procedure"]),
  phase: z.string().nullable(),
  application: z.string().nullable(),
  pointOfNoReturn: z.boolean(),
  action: z.string().nullable(),
  target: z.object({ id: z.string(), name: z.string() }).nullable(),
  state: stepStateSchema,
  ...span,
  ...usual,
  attempts: z.int(),
  skippedBy: z.enum(["condition", "person"]).nullable(),
  /** The proof of its effect, the reason of a skip, or why it has none. */
  reason: localTextSchema.nullable(),
  /** Its taking back, where that was begun. */
  takenBack: z
    .object({ state: z.string(), startedAt: moment, endedAt: moment, reason: localTextSchema.nullable() })
    .nullable(),
});
export type EvidenceStep = z.infer<typeof evidenceStepSchema>;

export const evidenceSchema = z.object({
  format: z.literal("passerelle-evidence"),
  version: z.literal(1),
  builtAt: z.number(),
  run: z.object({
    id: z.string(),
    procedure: z.string(),
    title: localTextSchema,
    planHash: z.string(),
    status: z.enum([...runStatusSchema.options, "open"]),
    outcome: localTextSchema.nullable(),
    startedBy: z.string(),
    workstation: z.string(),
    ledBy: z.string(),
    reason: z.string(),
    variables: z.record(z.string(), z.json()),
    ...span,
  }),
  /** Null for a run that goes through no PRA plan. */
  pra: praOriginSchema
    .extend({
      title: localTextSchema.nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      /** Since when the RTO counts: since the outage was declared, or, where it was not (yet), since the run began. */
      clock: z.object({ startedAt: z.number(), since: z.enum(["declared", "undeclared", "run"]) }),
      /** Who opened the gates that showed what would be lost; nobody where there is no such gate. */
      lossAcceptedBy: z.array(
        z.object({ by: z.string(), at: z.number(), node: z.string(), signature: z.string().nullable() }),
      ),
    })
    .nullable(),
  tiers: z.array(evidenceTierSchema),
  applications: z.array(evidenceApplicationSchema),
  phases: z.array(evidencePhaseSchema),
  steps: z.array(evidenceStepSchema),
  /** Steps of the procedure that the plan had left out beforehand. */
  leftOut: z.array(z.object({ node: z.string(), title: localTextSchema, because: localTextSchema })),
  decisions: z.array(
    z.object({
      at: z.number(),
      by: z.string(),
      workstation: z.string(),
      decision: z.string(),
      node: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  /** Each time that it was handed over, and the signature of whoever took it; null: they have not signed. */
  handOvers: z
    .array(
      z.object({
        at: z.number(),
        by: z.string(),
        to: z.string(),
        reason: z.string(),
        countersigned: signedHandOverSchema.extend({ at: z.number(), text: z.string() }).nullable(),
      }),
    )
    .default([]),
  /** `namespace` and `signed` are what `ssh-keygen -Y verify` needs besides signature and key. */
  approvals: z.array(
    z.object({
      at: z.number(),
      verdict: z.enum(["approve", "refuse"]),
      namespace: z.string(),
      signed: z.string(),
      approval: signedApprovalSchema,
    }),
  ),
  notes: z.array(runNoteSchema),
  /** Earlier runs of the same procedure that the figures are compared with, newest first. */
  earlier: z.array(z.object({ run: z.string(), status: z.string(), mode: z.string().nullable(), ...span })),
  journal: z.object({
    verdict: journalVerdictSchema,
    events: z.array(
      z.object({
        sequence: z.int(),
        at: z.number(),
        actor: z.string(),
        type: z.string(),
        subject: z.string().nullable(),
        hash: z.string(),
      }),
    ),
  }),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** `says` is its proof, why it failed or was skipped, or what a rehearsal found; `took` of a rehearsal is that of the asking. */
const side = z.object({ state: z.string(), took: duration, says: localTextSchema.nullable() }).nullable();
/** How something of the second passage stands beside the first. `failed`: in the second, and not in the first. */
export const differences = [
  "failed",
  "gone",
  "new",
  "skipped",
  "longer",
  "shorter",
  "mended",
  "other-state",
  "same",
] as const;
const compared = z.object({
  id: z.string(),
  title: localTextSchema,
  difference: z.enum(differences),
  one: side,
  other: side,
});
export type Compared = z.infer<typeof compared>;

const passage = z.object({
  id: z.string(),
  title: localTextSchema,
  mode: z.string().nullable(),
  direction: z.string().nullable(),
  actor: z.string(),
  status: z.string(),
  planHash: z.string(),
  ...span,
});

/** Two times that a plan was gone through, side by side; the earlier one is `one`. */
export const comparisonSchema = z.object({
  format: z.literal("passerelle-comparison"),
  version: z.literal(1),
  one: passage,
  other: passage,
  /** The time until each tier served, and whether that was in time (`within`, `beyond`, `unknown`). */
  tiers: z.array(compared),
  /** What each application lost. */
  losses: z.array(compared),
  phases: z.array(compared),
  /** In the order of the second passage, those that are gone at the end. */
  steps: z.array(compared),
});
export type Comparison = z.infer<typeof comparisonSchema>;
