import type { PraRunView, Readiness } from "../../../shared/pra.ts";
import { clockStart } from "../../../shared/pra-clock.ts";
import type { PraPlan } from "../../../shared/pra-plan.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { RunState } from "../../../shared/run.ts";
import type { LocalText } from "../../../shared/text.ts";
import { longestRto, type PlanState, tiersOf, titleOf } from "../plan-state.ts";
import { type Expected, expectedEnds } from "./expected-ends.ts";
import { gateOf } from "./gate.ts";
import { nextOf } from "./next.ts";
import { secondOf } from "./second.ts";
import { answersThere, type SeenServing, servedOf } from "./served.ts";
import { stepsOf } from "./serving.ts";
import { isThrough, standingOf, type ViewedStep, viewedSteps } from "./steps.ts";
import { undoOf } from "./undo.ts";

/** What is known beside a run itself; `plan` is null for one that goes through no plan of the estate in force. */
export interface RunViewParts {
  plan: {
    id: string;
    plan: PraPlan;
    state: PlanState;
    from: string;
    to: string;
    readiness: Pick<Readiness, "checks" | "figure" | "evaluatedAt">;
  } | null;
  /** Data losses that the journal has as accepted, by application. */
  losses: ReadonlyMap<string, number>;
  /** When applications were seen to serve at the other side, as the journal has it. */
  served: SeenServing;
  get(resource: string): Resource | null;
  /** How often the plan of the run has become another one. */
  edition: number;
  progressOf(task: string): { text: LocalText | null; fraction: number | null } | null;
  now: number;
}

/** What a run says to whoever follows it: a fold of what is handed in and of nothing else. */
export function runView(run: RunState, parts: RunViewParts): PraRunView {
  const steps = viewedSteps(run);
  const expected = expectedEnds(run, parts.now);
  const { plan: _plan, steps: _steps, ...frame } = run;
  const { plan } = parts;
  const applications = applicationsOf(run, steps, parts);
  const tiers = plan ? tierViews(plan.plan, applications, steps, expected) : [];
  const next = nextOf(run, steps);
  const byNode = new Map(run.steps.map((step) => [step.node, step]));
  const served = applications.length > 0 && applications.every(({ servedAt }) => servedAt !== null);
  return {
    run: { ...frame, planEdition: parts.edition },
    plan: plan && { id: plan.id, title: titleOf(plan.plan.title, plan.id) },
    mode: run.pra?.mode ?? null,
    direction: run.pra?.direction ?? null,
    from: plan?.from ?? null,
    to: plan?.to ?? null,
    leader: run.leader ?? run.actor,
    second: secondOf(run, steps),
    phases: phasesOf(run, steps, expected),
    clock: {
      ...clockStart(run, (node) => byNode.get(node)),
      endedAt: served ? Math.max(...applications.map(({ servedAt }) => servedAt ?? 0)) : run.endedAt,
      rto: plan ? longestRto(plan.plan) : null,
    },
    forecastEnd: run.endedAt === null && run.forecast !== null ? parts.now + run.forecast : null,
    tiers,
    applications,
    side: plan?.state.side ?? "unknown",
    now: nowOf(steps, parts),
    next,
    undo: undoOf(run),
    gate: plan && gateOf(run, next, plan.readiness),
    commit: commitOf(steps),
  };
}

function phasesOf(
  run: RunState,
  steps: readonly ViewedStep[],
  expected: ReadonlyMap<string, Expected>,
): PraRunView["phases"] {
  return (run.plan.phases ?? []).map(({ id, title }) => {
    const own = steps.filter(({ node }) => node.phase === id);
    const begun = own.flatMap(({ step }) => step.startedAt ?? []);
    const state = standingOf(own);
    const over = state === "done" || state === "done-with-skips";
    const ends = own.map(({ step }) => step.endedAt ?? step.since);
    return {
      id,
      title,
      state,
      done: own.filter(({ step }) => isThrough(step)).length,
      total: own.length,
      startedAt: begun.length > 0 ? Math.min(...begun) : null,
      endedAt: over && ends.length > 0 ? Math.max(...ends) : null,
      forecast: spanOf(own, expected),
    };
  });
}

/** How long steps take together, from the beginning of the first to the end of the last. */
function spanOf(steps: readonly ViewedStep[], expected: ReadonlyMap<string, Expected>): number | null {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { node } of steps) {
    const one = expected.get(node.id);
    if (!one || one.end === null) return null;
    first = Math.min(first, one.begin);
    last = Math.max(last, one.end);
  }
  return steps.length === 0 ? null : Math.max(0, last - first);
}

function applicationsOf(
  run: RunState,
  steps: readonly ViewedStep[],
  { plan, losses, served, get }: RunViewParts,
): PraRunView["applications"] {
  return (plan?.state.applications ?? []).map((application) => {
    const own = stepsOf(steps, application.id);
    const declared = plan?.plan.applications[application.id];
    const answers = declared && run.pra ? answersThere(declared, run.pra.direction, get) : null;
    return {
      ...application,
      state: standingOf(own),
      lost: losses.get(application.id) ?? null,
      ...servedOf(run, own, served.get(application.id), answers),
    };
  });
}

function tierViews(
  plan: PraPlan,
  applications: PraRunView["applications"],
  steps: readonly ViewedStep[],
  expected: ReadonlyMap<string, Expected>,
): PraRunView["tiers"] {
  return tiersOf(plan).map((tier) => {
    const own = applications.filter((one) => one.tier === tier.id);
    const times = own.map(({ servedAt }) => servedAt);
    const all = own.length > 0 && times.every((time) => time !== null);
    const ends = own.flatMap(({ id }) =>
      stepsOf(steps, id).map(({ node }) => expected.get(node.id)?.end ?? null),
    );
    const told = ends.length > 0 && ends.every((end) => end !== null);
    return {
      ...tier,
      applications: own.length,
      serving: times.filter((time) => time !== null).length,
      servedAt: all ? Math.max(...times.map((time) => time ?? 0)) : null,
      forecastAt: told ? Math.max(...ends.map((end) => end ?? 0)) : null,
    };
  });
}

function nowOf(steps: readonly ViewedStep[], { progressOf }: RunViewParts): PraRunView["now"] {
  return steps
    .filter(({ step }) => step.state === "running" || step.state === "waiting")
    .map(({ node, step }) => {
      const progress = step.task === null ? null : progressOf(step.task);
      return {
        node: node.id,
        title: node.title,
        target: targetOf(node),
        since: step.startedAt ?? step.since,
        text: progress?.text ?? step.blockedBy?.text ?? null,
        fraction: progress?.fraction ?? null,
        forecast: step.forecast,
      };
    })
    .sort((one, other) => one.since - other.since);
}

function targetOf(node: ViewedStep["node"]): string | null {
  if (node.kind === "action") return node.action.target.name;
  return node.kind === "wait" && node.wait.kind === "until" ? node.wait.resource.name : null;
}

/** The gate that confirms all that was done, with its window once that is open. */
function commitOf(steps: readonly ViewedStep[]): PraRunView["commit"] {
  const found = steps.find(
    ({ node, step }) => node.kind === "gate" && node.gate.commit && step.skippedBy === null,
  );
  if (found?.node.kind !== "gate") return null;
  const opensAt = found.step.startedAt;
  return {
    node: found.node.id,
    opensAt,
    endsAt: opensAt === null ? null : opensAt + found.node.gate.expires,
  };
}
