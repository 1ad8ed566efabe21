import { z } from "zod";
import { drillPassageSchema, drillPlaceSchema } from "../../shared/drill.ts";
import { type PraPassage, praWaySchema } from "../../shared/pra.ts";
import { clockStart } from "../../shared/pra-clock.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import { praDirectionSchema } from "../../shared/pra-plan.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { RunState } from "../../shared/run.ts";
import { localTextSchema } from "../../shared/text.ts";
import { type SeenServing, servedOf } from "./run-view/served.ts";
import { stepsOf } from "./run-view/serving.ts";
import { viewedSteps } from "./run-view/steps.ts";

export const rehearsedType = "pra.rehearsed";
export const broughtBackType = "pra.passage";

/** What a drill leaves in the journal of the estate that it was for: each of its runs, as a passage of the plan. */
export const broughtBackSchema = z.object({ passage: drillPassageSchema, on: drillPlaceSchema });
export type BroughtBack = z.infer<typeof broughtBackSchema>;

/** What a rehearsal leaves in the journal; `steps` is what drift is told by: each step with what it does to what. */
export const rehearsedSchema = z.object({
  direction: praDirectionSchema,
  /** One that does not say so went the planned way. */
  way: praWaySchema.default("planned"),
  startedAt: z.number(),
  endedAt: z.number(),
  figure: z.number().min(0).max(100),
  planHash: z.string(),
  steps: z.record(z.string(), z.string()),
  /** What the steps are called, and below what was found of each and how long asking took, in milliseconds: for who compares. */
  titles: z.record(z.string(), localTextSchema).optional(),
  findings: z.array(
    z.object({
      node: z.string(),
      state: z.enum(["ready", "warning", "blocked", "unknown"]),
      code: z.string(),
      found: localTextSchema.optional(),
      took: z.number().min(0).optional(),
    }),
  ),
});
export type Rehearsed = z.infer<typeof rehearsedSchema> & { id: string; plan: string; actor: string };

/** A run of a plan as one of its passages; `answers` tells of an application whether it is seen to answer at the other side. */
export function passageOfRun(
  run: RunSummary,
  plan: PraPlan,
  stateOf: () => RunState,
  seen: SeenServing,
  answers: (application: PraPlan["applications"][string]) => boolean | null,
): PraPassage | null {
  if (!run.pra) return null;
  return {
    id: run.id,
    run: run.id,
    mode: run.pra.mode,
    direction: run.pra.direction,
    actor: run.actor,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    status: run.status,
    figure: null,
    served: servedByTier(plan, stateOf(), seen, answers),
  };
}

/** A rehearsal as one of its plan's passages. */
export function passageOfRehearsal(rehearsed: Rehearsed): PraPassage {
  const { id, direction, way, actor, startedAt, endedAt, figure } = rehearsed;
  return {
    id,
    run: null,
    mode: "rehearsal",
    way,
    direction,
    actor,
    startedAt,
    endedAt,
    status: "completed",
    figure,
    served: {},
  };
}

/** How long it took by the clock of a run until all applications of a tier served; a tier that never did is left out. */
function servedByTier(
  plan: PraPlan,
  run: RunState,
  seen: SeenServing,
  answers: (application: PraPlan["applications"][string]) => boolean | null,
): Record<string, number> {
  const served: Record<string, number> = {};
  const steps = viewedSteps(run);
  const byNode = new Map(run.steps.map((step) => [step.node, step]));
  const { startedAt } = clockStart(run, (node) => byNode.get(node));
  for (const tier of Object.keys(plan.tiers)) {
    const times = Object.entries(plan.applications).flatMap(([id, application]) =>
      application.tier === tier
        ? [servedOf(run, stepsOf(steps, id), seen.get(id), answers(application)).servedAt]
        : [],
    );
    if (times.length === 0 || times.includes(null)) continue;
    served[tier] = Math.max(0, ...times.map((time) => (time ?? 0) - startedAt));
  }
  return served;
}
