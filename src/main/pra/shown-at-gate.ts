import type { PlanNodeOf } from "../../shared/plan.ts";
import type { Readiness } from "../../shared/pra.ts";
import type { PraDirection } from "../../shared/pra-plan.ts";
import type { PlanState } from "./plan-state.ts";

/**
 * What a gate shows as it stands now, as plain data that an approval is bound to: which moment each application would be
 * brought back to, where it serves, whether there is room, and what is in the way. Ages are left out: they change by
 * themselves, and an approval is not to go stale by that. Checks count by their state alone.
 */
export function shownAtGate(
  { gate }: PlanNodeOf<"gate">,
  direction: PraDirection,
  { applications }: PlanState,
  { checks }: Pick<Readiness, "checks">,
): Record<string, unknown> {
  const own = checks.filter((check) => check.direction === null || check.direction === direction);
  const standing = (of: typeof own) => of.map(({ id, state }) => `${id} ${state}`).sort();
  const shown: Record<NonNullable<typeof gate.shows>[number], () => unknown> = {
    "data-loss": () =>
      applications.map(({ id, lastGood }) => ({ id, at: lastGood?.at ?? null, by: lastGood?.by ?? null })),
    services: () => applications.map(({ id, side }) => ({ id, side })),
    capacity: () => standing(own.filter(({ kind }) => kind === "capacity")),
    readiness: () => standing(own.filter(({ state }) => state === "blocked")),
  };
  return Object.fromEntries((gate.shows ?? []).map((key) => [key, shown[key]()]));
}
