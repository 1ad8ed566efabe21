import { z } from "zod";
import { praDirectionSchema, praModeSchema, praOriginSchema } from "./pra-plan.ts";
import { planAnswerSchema, runFrameSchema, startRunSchema } from "./procedure-calls.ts";
import { runStatusSchema } from "./run.ts";
import { localTextSchema } from "./text.ts";

export { type PraDirection, type PraMode, praDirections } from "./pra-plan.ts";

/* Times are epoch milliseconds, durations milliseconds. */

/** Where production is by what serves now. `split-brain`: an application serves at both sites. */
export const praSideSchema = z.enum([
  "production",
  "recovery",
  "both-in-part",
  "split-brain",
  "none",
  "unknown",
]);
export type PraSide = z.infer<typeof praSideSchema>;

export const readinessKinds = [
  "plan",
  "reachability",
  "credentials",
  "rights",
  "capacity",
  "backup",
  "replication",
  "dns",
  "certificate",
  "quorum",
  "drift",
  "people",
  "bundle",
  "rehearsal",
  "step",
  "service",
] as const;
export const readinessStates = ["blocked", "unknown", "warning", "ready"] as const;

/** One thing that a plan needs: whether it is there, how that is known, since when, and what mends it. */
export const readinessCheckSchema = z.object({
  /** The same from one evaluation to the next. */
  id: z.string(),
  kind: z.enum(readinessKinds),
  state: z.enum(readinessStates),
  direction: praDirectionSchema.nullable(),
  /** The step of the plan that needs it, and what that is called. */
  node: z.string().nullable(),
  title: localTextSchema,
  resource: z.string().nullable(),
  resourceName: z.string().nullable(),
  /** What was found, with its figures. */
  text: localTextSchema,
  /** When it was last proven; null: never. */
  provenAt: z.number().nullable(),
  /** What a person can do about it; `place` is a page of the window to go to (`resource`, `procedures` …). */
  mend: z
    .object({ text: localTextSchema, resource: z.string().nullable(), action: z.string().nullable() })
    .nullable(),
});
export type ReadinessCheck = z.infer<typeof readinessCheckSchema>;

/** `figure`: how many of a hundred checks are ready, those that only warn counted half; null before the first time. */
export const readinessSchema = z.object({
  figure: z.number().min(0).max(100).nullable(),
  evaluatedAt: z.number().nullable(),
  /** What the evaluation took. */
  took: z.number().nullable(),
  counts: z.record(z.enum(readinessStates), z.int()),
  /** The worst first. */
  checks: z.array(readinessCheckSchema),
  history: z.array(z.object({ at: z.number(), figure: z.number() })),
});
export type Readiness = z.infer<typeof readinessSchema>;

/** One application of a plan as it stands. */
export const praApplicationViewSchema = z.object({
  id: z.string(),
  title: localTextSchema,
  tier: z.string(),
  needs: z.array(z.string()),
  side: praSideSchema,
  /** The last moment whose data could be brought back now, and what that is known by; null: none is known. */
  lastGood: z.object({ at: z.number(), by: z.string(), name: z.string() }).nullable(),
  /** What would be lost if its source were gone now; null where that is not known. */
  dataAtRisk: z.number().nullable(),
  rpo: z.number(),
  rto: z.number(),
});
export type PraApplicationView = z.infer<typeof praApplicationViewSchema>;

/** The ways that a plan is rehearsed: with its source there, or without. */
export const praWaySchema = praModeSchema.extract(["planned", "disaster"]);
export type PraWay = z.infer<typeof praWaySchema>;

/** An earlier time that the plan was gone through, newest first. `run` is null for a rehearsal, which has no run. */
export const praPassageSchema = z.object({
  id: z.string(),
  run: z.string().nullable(),
  mode: praModeSchema,
  /** Of a rehearsal: which way was rehearsed. */
  way: praWaySchema.optional(),
  direction: praDirectionSchema,
  actor: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  status: runStatusSchema,
  /** Of a rehearsal: the figure of its readiness. */
  figure: z.number().nullable(),
  /** The longest time until all applications of a tier served, by tier; left out for one that never did. */
  served: z.record(z.string(), z.number()),
});
export type PraPassage = z.infer<typeof praPassageSchema>;

export const praSummarySchema = z.object({
  id: z.string(),
  title: localTextSchema,
  production: z.string(),
  recovery: z.string(),
  side: praSideSchema,
  readiness: readinessSchema.pick({ figure: true, evaluatedAt: true, counts: true }),
  /** The worst of its applications against what they may lose. */
  dataAtRisk: z.object({ value: z.number().nullable(), rpo: z.number() }),
  /** What a bascule took at the median of those there were, beside the longest RTO. */
  forecast: z.object({ value: z.number().nullable(), rto: z.number() }),
  /** The run that is under way, if there is one. */
  running: z.object({ run: z.string(), mode: praModeSchema, direction: praDirectionSchema }).nullable(),
});
export type PraSummary = z.infer<typeof praSummarySchema>;

export const praViewSchema = praSummarySchema.extend({
  description: localTextSchema.nullable(),
  readiness: readinessSchema,
  tiers: z.array(z.object({ id: z.string(), title: localTextSchema, rto: z.number(), rpo: z.number() })),
  applications: z.array(praApplicationViewSchema),
  passages: z.array(praPassageSchema),
  /** What can be begun now, and why something cannot. */
  modes: z.array(
    z.object({
      mode: praModeSchema,
      direction: praDirectionSchema,
      unavailable: localTextSchema.nullable(),
      /** What has to be known before it is begun, such as a source that still serves and is to be fenced. */
      warning: localTextSchema.nullable(),
    }),
  ),
  procedures: z.record(praDirectionSchema, z.string()),
  /** The procedure that ends a split brain, where the plan names one. */
  splitBrain: z.string().optional(),
});
export type PraView = z.infer<typeof praViewSchema>;

export const praRequestSchema = praOriginSchema.extend({ plan: z.string().max(100) });
export type PraRequest = z.infer<typeof praRequestSchema>;

/** The plan of a mode and direction, as it would be run; `variables` are those that it was made with. */
export const praPreparedSchema = planAnswerSchema.extend({
  procedure: z.string(),
  variables: startRunSchema.shape.variables,
});
export type PraPrepared = z.infer<typeof praPreparedSchema>;

export const praStartSchema = praRequestSchema.extend({
  planHash: z.string().max(200),
  reason: z.string().max(1000).default(""),
  confirmation: z.string().max(200).default(""),
});
export type PraStart = z.infer<typeof praStartSchema>;

const standing = z.enum(["pending", "running", "waiting", "done", "done-with-skips", "failed", "left-out"]);

/** What a run of a procedure with phases says to whoever follows it. Steps are those of the run's frame, by node. */
export const praRunViewSchema = z.object({
  run: runFrameSchema.omit({ steps: true }),
  plan: z.object({ id: z.string(), title: localTextSchema }).nullable(),
  mode: praModeSchema.nullable(),
  direction: praDirectionSchema.nullable(),
  /** From site to site, by their names. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  leader: z.string(),
  /** Who else than its leader signed last at a gate for two people, and when; null: nobody yet. */
  second: z.object({ name: z.string(), gate: localTextSchema, at: z.number() }).nullable(),
  phases: z.array(
    z.object({
      id: z.string(),
      title: localTextSchema,
      state: standing,
      done: z.int(),
      total: z.int(),
      startedAt: z.number().nullable(),
      endedAt: z.number().nullable(),
      /** What it took in earlier runs. */
      forecast: z.number().nullable(),
    }),
  ),
  /**
   * The clock that the tiers' RTO runs by: since the outage was declared, or since the run began, where nothing declares it
   * or (`undeclared`) as long as that is to come.
   */
  clock: z.object({
    startedAt: z.number(),
    since: z.enum(["declared", "undeclared", "run"]),
    endedAt: z.number().nullable(),
    rto: z.number().nullable(),
  }),
  /** When the rest will be done, by earlier runs; null where none tells. */
  forecastEnd: z.number().nullable(),
  tiers: z.array(
    z.object({
      id: z.string(),
      title: localTextSchema,
      rto: z.number(),
      rpo: z.number(),
      applications: z.int(),
      serving: z.int(),
      /** When the last of them served at the other side. */
      servedAt: z.number().nullable(),
      forecastAt: z.number().nullable(),
    }),
  ),
  /** What each application loses or would lose: fixed once its last good moment is passed. */
  applications: z.array(
    praApplicationViewSchema.extend({
      state: standing,
      /** The data loss that was accepted at the point of no return. */
      lost: z.number().nullable(),
      servedAt: z.number().nullable(),
      /** What tells that: its service at the other side was seen to answer, or its steps alone had ended well. */
      servedBy: z.enum(["service", "steps"]).nullable(),
    }),
  ),
  side: praSideSchema,
  /** What runs now, the longest first. */
  now: z.array(
    z.object({
      node: z.string(),
      title: localTextSchema,
      target: z.string().nullable(),
      since: z.number(),
      text: localTextSchema.nullable(),
      fraction: z.number().nullable(),
      forecast: z.number().nullable(),
    }),
  ),
  /**
   * The one thing that a person is to do next, the gravest first; null: nothing. `after`: it only comes once these steps
   * are done.
   */
  next: z
    .object({
      kind: z.enum(["settle", "decide", "approve", "resume", "wait"]),
      node: z.string().nullable(),
      title: localTextSchema,
      text: localTextSchema,
      since: z.number().nullable(),
      after: z.array(z.object({ node: z.string(), title: localTextSchema })),
      /** Whom it waits for: anybody, or somebody else than these. */
      notBy: z.array(z.string()),
    })
    .nullable(),
  undo: z.object({
    /** Whether the run may still be rolled back; `until` is the step after which it may not. */
    possible: z.boolean(),
    text: localTextSchema,
    until: z.object({ node: z.string(), title: localTextSchema }).nullable(),
  }),
  /**
   * What the gate that is to be approved next shows besides data and services, as its approval is bound to it: each check by
   * its state. The texts have their figures as of `evaluatedAt`.
   */
  gate: z
    .object({
      node: z.string(),
      evaluatedAt: z.number().nullable(),
      capacity: z.array(readinessCheckSchema).nullable(),
      /** What is blocked, as far as it can be read at a glance, and how many things there are. */
      readiness: z
        .object({
          figure: z.number().nullable(),
          blocked: z.array(readinessCheckSchema),
          count: z.int(),
        })
        .nullable(),
    })
    .nullable(),
  /** The window in which the bascule is to be confirmed, once it is open. */
  commit: z
    .object({ node: z.string(), opensAt: z.number().nullable(), endsAt: z.number().nullable() })
    .nullable(),
});
export type PraRunView = z.infer<typeof praRunViewSchema>;
