import type { Plan } from "./plan.ts";

/** What the clock of a run reads of a step. */
interface ClockStep {
  state: string;
  endedAt: number | null;
}

/** Since when the RTO counts, in epoch milliseconds, and by what. */
export interface ClockStart {
  startedAt: number;
  /** `declared`: since the outage was declared; `undeclared`: that is still to come; `run`: since the run began. */
  since: "declared" | "undeclared" | "run";
}

/** The gate whose approval declares the outage: the first one of a plan's first phase. Null where that has none. */
export function declaringGate({ phases, nodes }: Pick<Plan, "phases" | "nodes">): string | null {
  const first = phases?.at(0)?.id;
  if (first === undefined) return null;
  return nodes.find(({ kind, phase }) => kind === "gate" && phase === first)?.id ?? null;
}

/**
 * When the clock of a run started: with the approval of the gate that declares the outage, else with the run. `stepOf`
 * tells how a node of the plan stands. A declaration that was skipped, or is only to come, starts nothing.
 */
export function clockStart(
  run: { startedAt: number; plan: Pick<Plan, "phases" | "nodes"> },
  stepOf: (node: string) => ClockStep | undefined,
): ClockStart {
  const gate = declaringGate(run.plan);
  const step = gate === null ? undefined : stepOf(gate);
  if (step === undefined || step.state === "skipped") return { startedAt: run.startedAt, since: "run" };
  if (step.state !== "verified" || step.endedAt === null)
    return { startedAt: run.startedAt, since: "undeclared" };
  return { startedAt: step.endedAt, since: "declared" };
}
