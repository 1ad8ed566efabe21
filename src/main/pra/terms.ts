import type { PraDirection, PraPlan } from "../../shared/pra-plan.ts";
import type { PraTerms } from "../../shared/pra-terms.ts";
import { tiersOf, titleOf } from "./plan-state.ts";

/** What a run of a plan is measured against, as the plan stands now. */
export function termsOf(
  id: string,
  plan: PraPlan,
  direction: PraDirection,
  siteName: (site: string) => string,
): PraTerms {
  const back = direction === "return";
  return {
    title: titleOf(plan.title, id),
    from: siteName(back ? plan.recovery : plan.production),
    to: siteName(back ? plan.production : plan.recovery),
    tiers: tiersOf(plan),
    applications: Object.entries(plan.applications).map(([application, { title, tier }]) => ({
      id: application,
      title: titleOf(title, application),
      tier,
    })),
  };
}
