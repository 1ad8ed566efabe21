import type { PraPassage, Readiness } from "../../../shared/pra.ts";
import type { PraPlan } from "../../../shared/pra-plan.ts";
import type { KnownData } from "../known-data.ts";
import type { PraParts } from "../parts.ts";
import type { Rehearsed } from "../passages.ts";
import { milliseconds, planState } from "../plan-state.ts";
import { bundleChecks } from "./bundle-checks.ts";
import { capacityChecks } from "./capacity-checks.ts";
import type { Context } from "./context.ts";
import { backupChecks, replicationChecks } from "./data-checks.ts";
import { driftChecks } from "./drift-checks.ts";
import { countsOf, Findings, figureOf } from "./findings.ts";
import { clusterChecks, wellChecks } from "./health-checks.ts";
import { peopleChecks } from "./people-checks.ts";
import { planChecks, waysOf } from "./plan-checks.ts";
import { secretChecks } from "./secret-checks.ts";
import { certificateChecks, recordChecks, serviceChecks } from "./service-checks.ts";
import { stepChecks } from "./step-checks.ts";
import { targetChecks } from "./target-checks.ts";

/** What one evaluation has found. */
export interface Evaluation extends Pick<Readiness, "counts" | "checks"> {
  figure: number;
  evaluatedAt: number;
  took: number;
  /** Milliseconds that the bascule will take by earlier runs of its steps. */
  forecast: number | null;
}

export interface EvaluationSubject {
  id: string;
  plan: PraPlan;
  rehearsals: readonly Rehearsed[];
  drills?: readonly PraPassage[];
  known: KnownData;
}

/**
 * Everything that a plan needs, checked by what is known now and by reading probes of the steps that could be begun. Works
 * in slices, so that a plan over thousands of resources holds nobody up. Rejects when `signal` is aborted.
 */
export async function evaluate(
  parts: PraParts,
  { id, plan, rehearsals, drills = [], known }: EvaluationSubject,
  signal: AbortSignal,
): Promise<Evaluation> {
  signal.throwIfAborted();
  const begun = performance.now();
  const now = parts.now();
  const findings = new Findings();
  const state = planState(plan, known, now);
  const breathe = () => findings.breathe(signal);
  await breathe();
  const ways = await waysOf(parts, plan, state.side === "recovery" ? "return" : "bascule", breathe);
  const freshness = milliseconds(plan.readiness.freshness);
  const context: Context = {
    parts,
    id,
    plan,
    known,
    state,
    ways,
    rehearsals,
    drills,
    findings,
    freshness,
    now,
    signal,
  };
  planChecks(context);
  await targetChecks(context);
  await secretChecks(context);
  await backupChecks(context);
  await replicationChecks(context);
  await serviceChecks(context);
  certificateChecks(context);
  await recordChecks(context);
  wellChecks(context);
  peopleChecks(context);
  bundleChecks(context);
  await breathe();
  driftChecks(context);
  await breathe();
  clusterChecks(context);
  await findings.breathe(signal);
  const all = parts.inventory.all();
  await findings.breathe(signal);
  capacityChecks(context, all);
  await findings.breathe(signal);
  await stepChecks(context);
  await breathe();
  const checks = findings.list();
  const counts = countsOf(checks);
  const bascule = ways.find(({ direction }) => direction === "bascule")?.prepared.at(-1)?.plan ?? null;
  return {
    figure: figureOf(counts),
    evaluatedAt: parts.now(),
    took: performance.now() - begun,
    counts,
    checks,
    forecast: bascule && parts.procedures.engine.forecastOf(bascule),
  };
}
