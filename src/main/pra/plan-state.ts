import { parseDuration } from "../../shared/estate-words.ts";
import type { PraApplicationView, PraSide, PraView } from "../../shared/pra.ts";
import type { PraPlan } from "../../shared/pra-plan.ts";
import type { StepWords } from "../../shared/procedure.ts";
import { type LocalText, sameText } from "../../shared/text.ts";
import { dataOf, lastGoodOf } from "./data-at-risk.ts";
import type { KnownData } from "./known-data.ts";
import { sideOfApplication, sideOfPlan } from "./sides.ts";

/** How the applications of a plan stand at one moment. */
export interface PlanState {
  side: PraSide;
  applications: PraApplicationView[];
}

/** Where each application serves, and what of its data could be brought back, by what is known at `now`. */
export function planState(plan: PraPlan, known: KnownData, now: number): PlanState {
  const applications = Object.entries(plan.applications).map(([id, application]): PraApplicationView => {
    const tier = plan.tiers[application.tier];
    const side = sideOfApplication(application, known.get);
    const pieces = dataOf(application, known, side);
    const lastGood = lastGoodOf(pieces);
    return {
      id,
      title: titleOf(application.title, id),
      tier: application.tier,
      needs: application.needs,
      side,
      lastGood,
      // An application of which the plan names no data has none to lose.
      dataAtRisk: lastGood ? Math.max(0, now - lastGood.at) : pieces.length === 0 ? 0 : null,
      rpo: milliseconds(tier?.rpo),
      rto: milliseconds(tier?.rto),
    };
  });
  return { side: sideOfPlan(applications.map(({ side }) => side)), applications };
}

/** The tiers of a plan, the shortest RTO first. */
export function tiersOf(plan: Pick<PraPlan, "tiers">): PraView["tiers"] {
  return Object.entries(plan.tiers)
    .map(([id, { title, rto, rpo }]) => ({
      id,
      title: titleOf(title, id),
      rto: milliseconds(rto),
      rpo: milliseconds(rpo),
    }))
    .sort((one, other) => one.rto - other.rto);
}

/** The longest RTO of the tiers that applications are in, in milliseconds. */
export function longestRto(plan: Pick<PraPlan, "tiers" | "applications">): number {
  const used = new Set(Object.values(plan.applications).map(({ tier }) => tier));
  return Math.max(
    0,
    ...Object.entries(plan.tiers).map(([id, { rto }]) => (used.has(id) ? milliseconds(rto) : 0)),
  );
}

/** The application whose data is the furthest beyond what may be lost; one of which nothing is known is worse still. */
export function worstAtRisk(applications: readonly PraApplicationView[]): {
  value: number | null;
  rpo: number;
} {
  let worst: PraApplicationView | null = null;
  const share = ({ dataAtRisk, rpo }: PraApplicationView) =>
    dataAtRisk === null ? Number.POSITIVE_INFINITY : dataAtRisk - rpo;
  for (const one of applications) if (worst === null || share(one) > share(worst)) worst = one;
  return { value: worst?.dataAtRisk ?? null, rpo: worst?.rpo ?? 0 };
}

/** A duration of a checked estate file in milliseconds. */
export function milliseconds(duration: string | undefined): number {
  return duration === undefined ? 0 : (parseDuration(duration) ?? 0);
}

/** A title as it is written, or the identifier. */
export function titleOf(words: StepWords | undefined, id: string): LocalText {
  if (words === undefined) return sameText(id);
  return typeof words === "string" ? sameText(words) : words;
}
