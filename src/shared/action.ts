import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";
import { localTextSchema } from "./text.ts";

export const riskSchema = z.enum(["safe", "disruptive", "destructive"]);
export type Risk = z.infer<typeof riskSchema>;
export const effectClassSchema = z.enum(["convergent", "once"]);
export type EffectClass = z.infer<typeof effectClassSchema>;

/**
 * What a guard says: allowed or not, in words, with the figures it judged by. Where `opensWithReason` is true a
 * person may go on all the same by giving a reason, which is journalled.
 */
export const guardVerdictSchema = z.object({
  guard: z.string(),
  allowed: z.boolean(),
  text: localTextSchema,
  opensWithReason: z.boolean().optional(),
});
export type GuardVerdict = z.infer<typeof guardVerdictSchema>;

/** One field of an action's input as the preview sheet asks for it. */
export const inputFieldSchema = z.object({
  name: z.string(),
  label: localTextSchema,
  type: z.enum(["text", "multiline", "number", "boolean", "choice"]),
  required: z.boolean(),
  choices: z
    .array(
      z.object({
        value: z.string(),
        label: localTextSchema,
        /** Why this one cannot be chosen here. */
        unavailable: localTextSchema.optional(),
      }),
    )
    .default([]),
  initial: z.union([z.string(), z.number(), z.boolean(), z.null()]).default(null),
});
export type InputField = z.infer<typeof inputFieldSchema>;

/** An action as offered on a resource now; `unavailable` says why its button is grey. */
export const actionOfferSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  /** The verb on the primary button, without the name: "Reboot". */
  verb: localTextSchema,
  risk: riskSchema,
  effect: effectClassSchema,
  fields: z.array(inputFieldSchema),
  bulk: z.boolean(),
  unavailable: localTextSchema.nullable(),
});
export type ActionOffer = z.infer<typeof actionOfferSchema>;

/** Whether an action is needed, already done, or impossible; `observed` is kept in the journal as proof. */
export const probeSchema = z.object({
  state: z.enum(["needed", "done", "impossible"]),
  text: localTextSchema,
  observed: z.record(z.string(), z.json()),
  /** What exactly would be done, where that depends on how the far side stands; in place of the general steps. */
  steps: z.array(localTextSchema).max(50).optional(),
});
export type Probe = z.infer<typeof probeSchema>;

export const previewSchema = z.object({
  resource: z.string(),
  name: z.string(),
  probe: probeSchema,
  steps: z.array(localTextSchema),
  /** What will show afterwards that the effect is real. */
  proof: localTextSchema,
  undo: localTextSchema.nullable(),
  guards: z.array(guardVerdictSchema),
  /** What the person must type before a destructive action; null when one click is enough. */
  typeToConfirm: z.string().nullable(),
});
export type Preview = z.infer<typeof previewSchema>;

export const taskStateSchema = z.enum([
  "running",
  "verified",
  "already-done",
  "refused",
  "failed",
  "cancelled",
  "unknown-effect",
]);
export type TaskState = z.infer<typeof taskStateSchema>;

/** The signs of a power change that hands wait for, in their order. */
export const powerMarks = ["asked", "accepted", "seen-off", "seen-on"] as const;
export const progressMarkSchema = z.enum(powerMarks);
export type ProgressMark = z.infer<typeof progressMarkSchema>;

export const progressSchema = z.object({
  at: z.number(),
  /** Set on the step that such a sign is. */
  mark: progressMarkSchema.optional(),
  text: localTextSchema,
  fraction: z.number().min(0).max(1).nullable(),
});
export type Progress = z.infer<typeof progressSchema>;

/** One action on one resource under way or ended; a bulk is a parent whose `children` counts its tasks. */
export const taskSchema = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  action: z.string(),
  title: localTextSchema,
  resource: z.string().nullable(),
  resourceName: z.string(),
  actor: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  state: taskStateSchema,
  /** Proof of the effect or the reason it has none, once ended. */
  outcome: localTextSchema.nullable(),
  error: wireErrorSchema.nullable(),
  progress: z.array(progressSchema),
  children: z
    .object({ total: z.int(), ended: z.int(), verified: z.int(), failed: z.int(), unknown: z.int() })
    .nullable(),
  cancellable: z.boolean(),
  undoable: z.boolean(),
});
export type Task = z.infer<typeof taskSchema>;

export const startRequestSchema = z.object({
  action: z.string().max(200),
  resources: z.array(z.string().max(700)).min(1).max(10_000),
  input: z.record(z.string(), z.json()).default({}),
  reason: z.string().max(1000).default(""),
  /** What the person typed to confirm a destructive action. */
  confirmation: z.string().max(200).default(""),
  /** For a bulk: how many at once, and how long the whole may take in milliseconds. */
  concurrency: z.int().min(1).max(256).default(16),
  deadline: z.int().min(1000).max(86_400_000).default(7_200_000),
});
export type StartRequest = z.infer<typeof startRequestSchema>;

/** A piece of live output of one task (a command's standard output, for example). */
export const taskOutputSchema = z.object({
  task: z.string(),
  resource: z.string(),
  stream: z.enum(["output", "error"]),
  text: z.string(),
});
export type TaskOutput = z.infer<typeof taskOutputSchema>;
