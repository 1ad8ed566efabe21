import { z } from "zod";
import { handOverStateSchema } from "./hand-over.ts";
import { type PlanNode, planSchema } from "./plan.ts";
import { praOriginSchema } from "./pra-plan.ts";
import { variableValuesSchema } from "./procedure.ts";
import type { Grant } from "./roles.ts";
import { localTextSchema } from "./text.ts";

/**
 * How a run stands. `waiting`: nothing can go on before a person decides. The last five are ends; `unknown-effect` may
 * be left again, by settling what is unknown.
 */
export const runStatuses = [
  "running",
  "paused",
  "waiting",
  "completed",
  "completed-with-skips",
  "rolled-back",
  "failed",
  "unknown-effect",
] as const;
export const runStatusSchema = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** How one step stands. */
export const stepStateSchema = z.enum([
  "pending",
  "blocked",
  "running",
  "waiting",
  "verified",
  "skipped",
  "failed",
  "unknown-effect",
  "compensated",
]);
export type StepState = z.infer<typeof stepStateSchema>;

/** What keeps a step from starting or ending; `nodes` are the steps of the plan that it waits for. */
export const blockSchema = z.object({
  kind: z.enum([
    "needs",
    "parallel",
    "lock",
    "condition",
    "gate",
    "fact",
    "time",
    "paused",
    "retry",
    "person",
  ]),
  text: localTextSchema,
  nodes: z.array(z.string()),
});
export type Block = z.infer<typeof blockSchema>;

/** One node of the plan in a run. Times are epoch milliseconds. */
export const stepStatusSchema = z.object({
  node: z.string(),
  state: stepStateSchema,
  /** Since when it stands so. */
  since: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  attempts: z.int().min(0),
  /** The task of the last attempt, for its progress and output. */
  task: z.string().nullable(),
  /** Proof of the effect, the reason of a skip, or why it has none. */
  reason: localTextSchema.nullable(),
  skippedBy: z.enum(["condition", "person"]).nullable(),
  blockedBy: blockSchema.nullable(),
  /** True of a compensated step of which nobody knows whether it had happened itself: it is not tried again. */
  untold: z.boolean().optional(),
  /** Of a gate that was put to somebody else: who asked whom last (null: anybody), when, and until when it can be signed. */
  asked: z
    .object({ by: z.string(), to: z.string().nullable(), at: z.number(), expiresAt: z.number() })
    .optional(),
  /** Of a gate: who has approved it, this time. Left out while nobody has. */
  approvedBy: z.array(z.string()).optional(),
  /** How long it took in earlier runs, in milliseconds; null where there was none. */
  forecast: z.number().nullable(),
});
export type StepStatus = z.infer<typeof stepStatusSchema>;

/** A run as the fold of its journal events gives it. */
export const runStateSchema = z.object({
  id: z.string(),
  procedure: z.string(),
  title: localTextSchema,
  planHash: z.string(),
  /** The PRA plan that it goes through; left out for any other run. */
  pra: praOriginSchema.optional(),
  variables: variableValuesSchema,
  actor: z.string(),
  /** Who leads it since it was handed over; left out: whoever started it. */
  leader: z.string().optional(),
  /** How it was handed over last; left out where it never was. */
  handOver: handOverStateSchema.optional(),
  status: runStatusSchema,
  /** Whether compensations are being run, in reverse order of what was verified. */
  rollingBack: z.boolean(),
  /** The point of no return that has begun, and when: the run is not rolled back any more. */
  pastNoReturn: z.object({ node: z.string(), at: z.number() }).optional(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  reason: localTextSchema.nullable(),
  plan: planSchema,
  steps: z.array(stepStatusSchema),
  /** Milliseconds that the rest will take by earlier runs; null where that is not known. */
  forecast: z.number().nullable(),
});
export type RunState = z.infer<typeof runStateSchema>;

/** What is left of a run, and who answers for it. */
export interface AnsweredRun {
  answers: { by: string; at: number };
  /** What it was begun with; left out where rights were not told by roles then. */
  rights?: readonly Grant[];
  /** The nodes that have not ended. */
  left: readonly PlanNode[];
}
