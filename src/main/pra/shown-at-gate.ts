import type { PlanNodeOf } from "../../shared/plan.ts";
import type { Readiness, ReadinessCheck } from "../../shared/pra.ts";
import type { PraDirection } from "../../shared/pra-plan.ts";
import type { PlanState } from "./plan-state.ts";

/** The checks that a gate shows; null where it does not show such. */
interface GateChecks {
  capacity: ReadinessCheck[] | null;
  /** What is in the way of its direction. */
  blocked: ReadinessCheck[] | null;
}

/** The checks that a gate shows, by what was found last: those that are put before people are those that they sign. */
export function checksAtGate(
  { gate }: PlanNodeOf<"gate">,
  direction: PraDirection,
  { checks }: Pick<Readiness, "checks">,
): GateChecks {
  const own = checks.filter((check) => check.direction === null || check.direction === direction);
  return {
    capacity: gate.shows?.includes("capacity") ? own.filter(({ kind }) => kind === "capacity") : null,
    blocked: gate.shows?.includes("readiness") ? own.filter(({ state }) => state === "blocked") : null,
  };
}

/**
 * What a gate shows as it stands now, as plain data that an approval is bound to: which moment each application would be
 * brought back to, where it serves, whether there is room, and what is in the way. Ages are left out: they change by
 * themselves, and an approval is not to go stale by that. Checks count by their state alone.
 */
export function shownAtGate(
  node: PlanNodeOf<"gate">,
  direction: PraDirection,
  { applications }: PlanState,
  readiness: Pick<Readiness, "checks">,
): Record<string, unknown> {
  const { gate } = node;
  const { capacity, blocked } = checksAtGate(node, direction, readiness);
  const standing = (of: readonly ReadinessCheck[] | null) =>
    (of ?? []).map(({ id, state }) => `${id} ${state}`).sort();
  const shown: Record<NonNullable<typeof gate.shows>[number], () => unknown> = {
    "data-loss": () =>
      applications.map(({ id, lastGood }) => ({ id, at: lastGood?.at ?? null, by: lastGood?.by ?? null })),
    services: () => applications.map(({ id, side }) => ({ id, side })),
    capacity: () => standing(capacity),
    readiness: () => standing(blocked),
  };
  return Object.fromEntries((gate.shows ?? []).map((key) => [key, shown[key]()]));
}
