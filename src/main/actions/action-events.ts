import { z } from "zod";
import { effectClassSchema, guardVerdictSchema, probeSchema, riskSchema } from "../../shared/action.ts";
import { wireErrorSchema } from "../../shared/errors.ts";
import { localTextSchema } from "../../shared/text.ts";
import { canonicalJson } from "../journal/chain.ts";

type Plain = Record<string, z.core.util.JSONType>;
const plain = z.record(z.string(), z.json());
const verb = z.enum(["apply", "undo"]);

/** The step of a procedure's run that a task was started by. */
export const originSchema = z.object({ run: z.string(), step: z.string(), attempt: z.int() });
export type Origin = z.infer<typeof originSchema>;

/** Somebody asked for an action; nothing was sent. Tasks of a bulk are `<task>.1`, `<task>.2` … in this order. */
export const requestedSchema = z.object({
  action: z.string(),
  verb,
  title: localTextSchema,
  bulk: z.boolean(),
  resources: z.array(z.object({ id: z.string(), name: z.string(), undoes: z.string().nullable() })),
  input: plain,
  reason: z.string(),
  concurrency: z.int(),
  deadline: z.int(),
  origin: originSchema.nullable().default(null),
});
export type Requested = z.infer<typeof requestedSchema>;

/** Written and flushed before `apply`: from here on the effect must be accounted for. */
export const intentSchema = z.object({
  action: z.string(),
  verb,
  title: localTextSchema,
  resourceName: z.string(),
  /** SHA-256 over the canonical JSON of `input` as it stands here. */
  inputHash: z.string(),
  input: plain,
  /** True when words in the input were withheld: it cannot be sent again from the journal. */
  redacted: z.boolean(),
  risk: riskSchema,
  effect: effectClassSchema,
  probe: probeSchema,
  guards: z.array(guardVerdictSchema),
  reason: z.string(),
  undoes: z.string().nullable(),
});
export type Intent = z.infer<typeof intentSchema>;

/** `applied`: accepted by the far side; `failed` and `cancelled`: nothing was sent; `unknown`: it may have been. */
export const resultSchema = z.object({
  outcome: z.enum(["applied", "failed", "cancelled", "unknown"]),
  data: plain,
  error: wireErrorSchema.nullable(),
});
export type Result = z.infer<typeof resultSchema>;

export const verifiedSchema = z.object({
  proven: z.boolean(),
  disproven: z.boolean().default(false),
  text: localTextSchema,
  data: plain,
});
export const unprovenSchema = z.object({ error: wireErrorSchema });
export const settledSchema = z.object({
  effect: z.enum(["happened", "did-not-happen", "unknown"]),
  text: localTextSchema,
  data: plain,
});
export const refusedSchema = z.object({
  error: wireErrorSchema,
  guards: z.array(guardVerdictSchema),
  probe: probeSchema.nullable(),
});
export const alreadyDoneSchema = z.object({ probe: probeSchema });
/** For the task, or for all of a bulk that had not begun. */
export const cancelledSchema = z.object({ text: localTextSchema });
export const failedSchema = z.object({ error: wireErrorSchema });

/** The types of event that a task's state is folded from. */
export const taskEventTypes = [
  "action.requested",
  "action.intent",
  "action.result",
  "action.verified",
  "action.unproven",
  "action.settled",
  "action.refused",
  "action.already-done",
  "action.cancelled",
  "action.failed",
] as const;

const largestData = 64 * 1024;

/** Data as it may go into the journal: whole up to 64 KiB, else its size and its first words. */
export function bounded(data: Plain): Plain {
  let words: string;
  try {
    words = canonicalJson(data);
  } catch {
    // An action that hands over what is not plain data must not lose the fact that it ran.
    return { unreadable: true };
  }
  if (words.length <= largestData) return data;
  return { shortened: true, length: words.length, begins: words.slice(0, 2000) };
}

/** A schema's own value as plain journal data. */
export function asData(value: object): Plain {
  return JSON.parse(canonicalJson(value)) as Plain;
}
