import { z } from "zod";
import type { PraPassage } from "../../shared/pra.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import { praDirectionSchema } from "../../shared/pra-plan.ts";
import type { RunSummary } from "../../shared/procedure-calls.ts";
import type { RunState } from "../../shared/run.ts";
import { servedAt } from "./run-view/serving.ts";

export const rehearsedType = "pra.rehearsed";

/** What a rehearsal leaves in the journal; `steps` is what drift is told by: each step with what it does to what. */
export const rehearsedSchema = z.object({
  direction: praDirectionSchema,
  startedAt: z.number(),
  endedAt: z.number(),
  figure: z.number().min(0).max(100),
  planHash: z.string(),
  steps: z.record(z.string(), z.string()),
  findings: z.array(
    z.object({
      node: z.string(),
      state: z.enum(["ready", "warning", "blocked", "unknown"]),
      code: z.string(),
    }),
  ),
});
export type Rehearsed = z.infer<typeof rehearsedSchema> & { id: string; plan: string; actor: string };

/** A run of a plan as one of its passages. */
export function passageOfRun(run: RunSummary, plan: PraPlan, stateOf: () => RunState): PraPassage | null {
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
    served: servedByTier(plan, stateOf()),
  };
}

/** A rehearsal as one of its plan's passages. */
export function passageOfRehearsal(rehearsed: Rehearsed): PraPassage {
  const { id, direction, actor, startedAt, endedAt, figure } = rehearsed;
  return {
    id,
    run: null,
    mode: "rehearsal",
    direction,
    actor,
    startedAt,
    endedAt,
    status: "completed",
    figure,
    served: {},
  };
}

/** How long it took from the start of a run until all applications of a tier served; a tier that never did is left out. */
function servedByTier(plan: PraPlan, run: RunState): Record<string, number> {
  const served: Record<string, number> = {};
  for (const tier of Object.keys(plan.tiers)) {
    const applications = Object.keys(plan.applications).filter((id) => plan.applications[id]?.tier === tier);
    const times = applications.map((id) => servedAt(run, id));
    if (times.length === 0 || times.includes(null)) continue;
    served[tier] = Math.max(...times.map((time) => (time ?? 0) - run.startedAt));
  }
  return served;
}
