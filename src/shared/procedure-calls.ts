import { z } from "zod";
import { previewSchema } from "./action.ts";
import { wireErrorSchema } from "./errors.ts";
import { planProblemSchema, planSchema } from "./plan.ts";
import { variableSchema, variableValuesSchema } from "./procedure.ts";
import { runStateSchema, runStatusSchema, stepStatusSchema } from "./run.ts";
import { localTextSchema } from "./text.ts";

/** A procedure that can be chosen. `unavailable` says why it cannot be run in this estate. */
export const listedProcedureSchema = z.object({
  id: z.string(),
  origin: z.enum(["built-in", "estate"]),
  title: localTextSchema,
  description: localTextSchema.nullable(),
  variables: z.record(z.string(), variableSchema),
  /** How many steps it is written with, those inside others included. */
  steps: z.int(),
  unavailable: localTextSchema.nullable(),
  lastRun: z
    .object({
      id: z.string(),
      status: runStatusSchema,
      startedAt: z.number(),
      endedAt: z.number().nullable(),
    })
    .nullable(),
});
export type ListedProcedure = z.infer<typeof listedProcedureSchema>;

/** A procedure with values for its variables. */
export const procedureRequestSchema = z.object({
  procedure: z.string().max(100),
  variables: variableValuesSchema,
});
export type ProcedureRequest = z.infer<typeof procedureRequestSchema>;

/** The plan, or what is in its way. */
export const planAnswerSchema = z.object({
  plan: planSchema.nullable(),
  problems: z.array(planProblemSchema),
  /** What has to be typed before it is run because of destructive steps; null when nothing has. */
  typeToConfirm: z.string().nullable(),
});
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

/** Who has the rights that a plan asks for, where rights are told by roles. */
export const planRightsSchema = z.object({
  /** The steps that whoever asks has no right to, with the reason and who has it. */
  missing: z.array(z.object({ node: z.string(), title: localTextSchema, text: localTextSchema })),
  /** Those who may do every step of it. */
  starters: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Those who may approve at its gates; null where it has none. */
  approvers: z.array(z.object({ id: z.string(), name: z.string() })).nullable(),
});
export type PlanRights = z.infer<typeof planRightsSchema>;

/** A plan as a window is told of it; `rights` is null where everybody may do everything. */
export const judgedPlanSchema = planAnswerSchema.extend({ rights: planRightsSchema.nullable() });
export type JudgedPlan = z.infer<typeof judgedPlanSchema>;

/** What a step's probe says now: a preview, or why it could not be asked; both null where that is known only later. */
export const dryStepSchema = z.object({
  node: z.string(),
  preview: previewSchema.nullable(),
  error: wireErrorSchema.nullable(),
  /** Milliseconds until that was known; absent where it was not asked. */
  took: z.number().min(0).optional(),
});
export type DryStep = z.infer<typeof dryStepSchema>;

export const startRunSchema = procedureRequestSchema.extend({
  /** Of the plan that was looked at: when it is another one now, nothing is started. */
  planHash: z.string().max(200),
  reason: z.string().max(1000).default(""),
  confirmation: z.string().max(200).default(""),
});
export type StartRun = z.infer<typeof startRunSchema>;

/** A run in a list. `done` counts the steps that are verified, skipped or compensated. */
export const runSummarySchema = runStateSchema.omit({ plan: true, steps: true }).extend({
  steps: z.object({ total: z.int(), done: z.int() }),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/**
 * A run as it goes on. Its plan is asked for by itself, and again when `planEdition` has changed: a `forEach` over a
 * query was reached.
 */
export const runFrameSchema = runStateSchema.omit({ plan: true }).extend({ planEdition: z.int() });
export type RunFrame = z.infer<typeof runFrameSchema>;

/**
 * What is told of a run that is followed: all of it first and whenever its steps are others, else itself and the steps
 * that have changed since.
 */
export const runUpdateSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("whole"), run: runFrameSchema }),
  z.object({
    kind: z.literal("changes"),
    run: runFrameSchema.omit({ steps: true }),
    steps: z.array(stepStatusSchema),
  }),
]);
export type RunUpdate = z.infer<typeof runUpdateSchema>;

const id = z.string().max(300);
export const runDecisionSchema = z.object({ id, reason: z.string().max(1000).default("") });
export const stepDecisionSchema = runDecisionSchema.extend({ node: z.string().max(1000) });
export const gateDecisionSchema = stepDecisionSchema.extend({
  accept: z.boolean(),
  planHash: z.string().max(200),
  /** Where somebody else has signed: what `ssh-keygen -Y sign` made of the request, and the operator that it should be. */
  signature: z.string().max(20_000).optional(),
  operator: z.string().max(100).optional(),
});
