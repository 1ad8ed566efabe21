import type { Plan, PlanNodeOf } from "../../../shared/plan.ts";
import type {
  PraApplicationView,
  PraDirection,
  PraPassage,
  PraRunView,
  PraSide,
  PraSummary,
  ReadinessCheck,
} from "../../../shared/pra.ts";

/** How grave a figure is, as the colours of marks.css name it. */
export type Tone = "ok" | "warning" | "critical" | "unknown";

/** How far a length of time is of its limit: beyond it critical, from four fifths on a warning; unknown without it. */
export function toneOf(value: number | null, limit: number): Tone {
  if (value === null) return "unknown";
  if (value > limit) return "critical";
  return value > limit * 0.8 ? "warning" : "ok";
}

/** How grave a readiness is: something in the way is critical, anything else that is not ready a warning. */
export function readinessTone({ figure, counts }: PraSummary["readiness"]): Tone {
  if (figure === null) return "unknown";
  if (counts.blocked > 0) return "critical";
  return figure < 100 ? "warning" : "ok";
}

/** How grave it is that something serves there, when it belongs to the side `wanted`. */
export function sideTone(side: PraSide, wanted: PraSide = "production"): Tone {
  if (side === "split-brain" || side === "none") return "critical";
  if (side === "unknown") return "unknown";
  return side === wanted ? "ok" : "warning";
}

/** Applications, those first of which nobody knows what they would lose, then by the share of what they may. */
export function worstFirst<Application extends PraApplicationView>(
  applications: readonly Application[],
): Application[] {
  const share = ({ dataAtRisk, rpo }: Application) =>
    dataAtRisk === null ? Number.POSITIVE_INFINITY : dataAtRisk / Math.max(rpo, 1);
  return [...applications].sort((a, b) => (share(a) === share(b) ? 0 : share(b) - share(a)));
}

export interface CheckFilter {
  state: ReadinessCheck["state"] | null;
  kind: ReadinessCheck["kind"] | null;
  direction: PraDirection | null;
}

/** Whether a check fits a filter; one for both directions fits either. */
export function fits(check: ReadinessCheck, { state, kind, direction }: CheckFilter): boolean {
  return (
    (state === null || check.state === state) &&
    (kind === null || check.kind === kind) &&
    (direction === null || check.direction === null || check.direction === direction)
  );
}

/** How many checks fit each value of one facet while the others are kept. */
export function facetCounts<Facet extends keyof CheckFilter>(
  checks: readonly ReadinessCheck[],
  filter: CheckFilter,
  facet: Facet,
): ReadonlyMap<ReadinessCheck[Facet], number> {
  const counts = new Map<ReadinessCheck[Facet], number>();
  for (const check of checks) {
    if (!fits(check, { ...filter, [facet]: null })) continue;
    counts.set(check[facet], (counts.get(check[facet]) ?? 0) + 1);
  }
  return counts;
}

/** A run's clock against its RTO at a moment, in milliseconds. */
export interface Clock {
  elapsed: number;
  /** Until the RTO; below zero once it is over. Null without one. */
  left: number | null;
  /** Until the end, by earlier runs. Null where none tells, or when it is over. */
  untilEnd: number | null;
  /** How much after the RTO it is forecast to end, or ended; null where it is kept or nothing tells. */
  beyond: number | null;
}

export function readClock(
  { clock, forecastEnd }: { clock: Omit<PraRunView["clock"], "since"> } & Pick<PraRunView, "forecastEnd">,
  now: number,
): Clock {
  const { startedAt, endedAt, rto } = clock;
  const elapsed = Math.max(0, (endedAt ?? now) - startedAt);
  const end = endedAt ?? forecastEnd;
  const beyond = rto === null || end === null ? null : end - startedAt - rto;
  return {
    elapsed,
    left: rto === null ? null : rto - elapsed,
    untilEnd: endedAt !== null || forecastEnd === null ? null : Math.max(0, forecastEnd - now),
    beyond: beyond !== null && beyond > 0 ? beyond : null,
  };
}

/** The steps of a plan by its phases, in their order; those of none are last, under null. */
export function stepsByPhase(plan: Plan) {
  const phases: { id: string | null; title: Plan["title"] | null; nodes: Plan["nodes"] }[] = (
    plan.phases ?? []
  ).map(({ id, title }) => ({ id, title, nodes: plan.nodes.filter(({ phase }) => phase === id) }));
  const known = new Set(phases.map(({ id }) => id));
  const others = plan.nodes.filter(({ phase }) => phase === undefined || !known.has(phase));
  return others.length === 0 ? phases : [...phases, { id: null, title: null, nodes: others }];
}

/** The gates of a plan, at which it waits for people. */
export function gatesOf(plan: Plan): PlanNodeOf<"gate">[] {
  return plan.nodes.filter((node) => node.kind === "gate");
}

/** The plan whose figure the navigation shows: the least ready; one never evaluated is worse than any. */
export function worstOf(plans: readonly PraSummary[]): PraSummary | null {
  const figure = (plan: PraSummary) => plan.readiness.figure ?? -1;
  return plans.reduce<PraSummary | null>(
    (worst, plan) => (worst === null || figure(plan) < figure(worst) ? plan : worst),
    null,
  );
}

/** How long a passage took, in milliseconds; null while it is under way. */
export function lengthOf({ startedAt, endedAt }: PraPassage): number | null {
  return endedAt === null ? null : endedAt - startedAt;
}
