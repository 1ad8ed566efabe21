import { z } from "zod";
import { wireErrorSchema } from "../../../shared/errors.ts";
import { signedHandOverSchema } from "../../../shared/hand-over.ts";
import { approvalRequestSchema, runNoteSchema, signedApprovalSchema } from "../../../shared/people.ts";
import { planNodeSchema, planSchema } from "../../../shared/plan.ts";
import { pinnedPraSchema } from "../../../shared/pra-terms.ts";
import { grantSchema } from "../../../shared/roles.ts";
import { localTextSchema } from "../../../shared/text.ts";

/*
 * Every event of a run has the run as its `task` in the journal and the resource, where there is one, as its
 * `subject`. `time` is the engine's own clock in epoch milliseconds: it goes on evenly when the wall clock jumps.
 */
const time = z.number();
const node = z.string();
const why = z.string();
/** `do`: the step itself; `undo`: its compensation while the run is rolled back. */
export const phaseSchema = z.enum(["do", "undo"]);
export type Phase = z.infer<typeof phaseSchema>;

const started = z.object({
  time,
  plan: planSchema,
  reason: why,
  /** Whether the person typed what destructive steps ask for. */
  confirmed: z.boolean(),
  pra: pinnedPraSchema.optional(),
  fence: z.int(),
  /** What whoever began it had the right to, where the estate told rights by roles then. */
  rights: z.array(grantSchema).optional(),
});

/** A console has the run now: by its start, after a crash, or from another one. Fences only grow. */
const taken = z.object({ time, fence: z.int() });

/** A `forEach` over a query was reached: what it holds now, in place of what the plan had shown. */
const expanded = z.object({
  time,
  node,
  items: z.array(z.object({ id: z.string(), name: z.string() })),
  nodes: z.array(planNodeSchema),
  /** Steps of it that will not run for what it holds now. */
  leftOut: planSchema.shape.leftOut.default([]),
});

/** Flushed before the action of a step is asked for; `inputHash` is SHA-256 over the input's canonical JSON. */
const intent = z.object({
  time,
  node,
  phase: phaseSchema,
  attempt: z.int().positive(),
  target: z.string(),
  inputHash: z.string(),
  fence: z.int(),
});

/** A wait, a gate or a container has begun. `until`: when a wait of fixed length is over, or a gate expires. */
const begun = z.object({ time, node, attempt: z.int().positive(), until: z.number().nullable() });

export const stepOutcomes = [
  "verified",
  "already-done",
  /** Its condition does not hold, or a step that it needs was left out. */
  "left-out",
  /** Nothing was changed, or what was done had no effect. */
  "failed",
  "unknown-effect",
  /** Ended by the end of the console before anything was sent, or safe to send again: it is begun anew. */
  "interrupted",
] as const;

const ended = z.object({
  time,
  node,
  phase: phaseSchema,
  attempt: z.int().min(0),
  outcome: z.enum(stepOutcomes),
  text: localTextSchema.nullable(),
  error: wireErrorSchema.nullable(),
  task: z.string().nullable(),
});
export type StepEnded = z.infer<typeof ended>;

/** A gate is put to somebody else; what they sign is the canonical JSON of `request`. `to`: who is asked, null for anybody. */
const asked = z.object({ time, node, request: approvalRequestSchema, to: z.string().nullable() });
const approval = signedApprovalSchema.optional();
/** `pass`: opened alone where two were asked for, by rights that were taken for a while. */
const approved = z.object({
  time,
  node,
  planHash: z.string(),
  by: z.string(),
  approval,
  pass: z.string().optional(),
});
const refused = z.object({ time, node, by: z.string(), reason: why, approval });
const noted = z.object({
  time,
  node: z.string().nullable(),
  by: z.string(),
  text: why,
  attachment: runNoteSchema.shape.attachment,
});
/** Another operator leads the run now. */
const handedOver = z.object({ time, to: z.string(), by: z.string(), reason: why });
/** They have signed that they took it. */
const countersigned = z.object({ time, by: z.string(), signed: signedHandOverSchema });
const decided = z.object({ time, node, reason: why });
const told = z.object({ time, reason: why });
export const finalStatuses = [
  "completed",
  "completed-with-skips",
  "rolled-back",
  "failed",
  "unknown-effect",
] as const;
export type FinalStatus = (typeof finalStatuses)[number];
const over = z.object({ time, status: z.enum(finalStatuses), text: localTextSchema });

/** The schema of each event's data, by its type. */
export const runEventSchemas = {
  "run.started": started,
  "run.taken": taken,
  "run.expanded": expanded,
  "run.step-intent": intent,
  "run.step-begun": begun,
  "run.step-ended": ended,
  "run.approval-asked": asked,
  "run.gate-approved": approved,
  "run.gate-refused": refused,
  /** A person lets a failed step be tried again. */
  "run.retried": decided,
  "run.skipped": decided,
  /** A person has seen that it is done. */
  "run.adopted": decided,
  /** A person has what makes up for one failed or unknown step done, by itself. */
  "run.compensating": decided,
  "run.paused": told,
  "run.resumed": told,
  "run.rolling-back": told,
  /** Nothing more is begun; what is under way is stopped where it can be. */
  "run.cancelled": told,
  "run.noted": noted,
  "run.handed-over": handedOver,
  "run.hand-over-signed": countersigned,
  "run.ended": over,
} as const;
export type RunEventType = keyof typeof runEventSchemas;
export type RunEventData<Type extends RunEventType> = z.infer<(typeof runEventSchemas)[Type]>;
export const runEventTypes = Object.keys(runEventSchemas) as RunEventType[];
