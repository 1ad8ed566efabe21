import type { EstateCopy } from "../../../shared/estate-copy.ts";
import type { PraPlan } from "../../../shared/pra-plan.ts";
import type { Procedure, Procedures, Step } from "../../../shared/procedure.ts";

type LeftOutStep = EstateCopy["leftOut"]["steps"][number];

/** Tells whether a copy shows what an identifier names; placeholders and names of another kind are let pass. */
export type IsShown = (reference: string) => boolean;

/** Tells whether a system of a copy has an action. */
export type IsDone = (action: string) => boolean;

/**
 * The procedures without the steps that need what is not shown, or an action that nothing shown has, and those steps. What came after such a step comes after
 * what that one came after; a procedure that has no step left goes with the steps that call it.
 */
export function proceduresShown(
  procedures: Procedures,
  isShown: IsShown,
  isDone: IsDone = () => true,
): { procedures: Procedures; steps: LeftOutStep[] } {
  let left = procedures;
  const steps: LeftOutStep[] = [];
  for (;;) {
    const names = new Set(Object.keys(left));
    const known = new Set(Object.keys(procedures));
    const isLost = (step: Step) =>
      referencesOf(step).some((reference) => !isShown(reference)) ||
      (step.action !== undefined && !isDone(step.action)) ||
      (step.procedure !== undefined && known.has(step.procedure) && !names.has(step.procedure)) ||
      step.forEach?.steps.every(isLost) === true;
    const next: Record<string, Procedure> = {};
    let lost = 0;
    for (const [id, procedure] of Object.entries(left)) {
      const gone: string[] = [];
      const kept = without(procedure.steps, isLost, gone);
      steps.push(...gone.map((step) => ({ procedure: id, step })));
      lost += gone.length;
      if (kept.length > 0) next[id] = { ...procedure, steps: kept };
    }
    if (lost === 0) return { procedures: left, steps };
    left = next;
  }
}

function referencesOf({ on, wait, compensate }: Step): string[] {
  return [on, wait?.until?.resource, compensate?.on].filter((reference) => reference !== undefined);
}

function without(steps: readonly Step[], isLost: (step: Step) => boolean, gone: string[]): Step[] {
  const lost = new Map<string, readonly string[]>();
  const kept: Step[] = [];
  for (const [index, step] of steps.entries()) {
    const needs = step.needs ?? (index > 0 ? [steps[index - 1]?.id ?? ""] : []);
    if (isLost(step)) {
      lost.set(step.id, needs);
      gone.push(step.id);
      continue;
    }
    const before =
      step.needs === undefined ? undefined : [...new Set(step.needs.flatMap((id) => stood(id, lost)))];
    const inside = step.forEach && { ...step.forEach, steps: without(step.forEach.steps, isLost, gone) };
    kept.push({ ...step, ...(before ? { needs: before } : {}), ...(inside ? { forEach: inside } : {}) });
  }
  return kept;
}

/** What stood before a step that is gone, as far back as steps are gone. */
function stood(id: string, lost: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const before = lost.get(id);
  return before === undefined ? [id] : before.flatMap((each) => stood(each, lost));
}

/** A plan without the references to what is not shown, and without a way out of a split brain that is gone. */
export function planShown(plan: PraPlan, isShown: IsShown, procedures: readonly string[]): PraPlan {
  const { splitBrain, ...rest } = plan;
  const applications = Object.entries(plan.applications).map(([id, application]) => {
    const { protects, replicatedBy, serves } = application;
    return [
      id,
      {
        ...application,
        protects: protects.filter(isShown),
        replicatedBy: replicatedBy.filter(isShown),
        serves: {
          production: serves.production.filter(isShown),
          recovery: serves.recovery.filter(isShown),
          outside: serves.outside.filter(isShown),
        },
      },
    ] as const;
  });
  const well = plan.readiness.well.filter(isShown);
  return {
    ...rest,
    ...(splitBrain !== undefined && procedures.includes(splitBrain) ? { splitBrain } : {}),
    applications: Object.fromEntries(applications),
    readiness: { ...plan.readiness, well },
  };
}
