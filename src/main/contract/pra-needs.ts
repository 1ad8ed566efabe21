import type { Overview } from "../../shared/overview.ts";
import type { PraSummary } from "../../shared/pra.ts";
import { type LocalText, text } from "../../shared/text.ts";

type Need = Overview["needs"][number];

/** What of PRA plans needs a person: production that serves at both sites, and plans that could not be carried out now. */
export function praNeeds(plans: readonly Pick<PraSummary, "id" | "title" | "side" | "readiness">[]): Need[] {
  return plans.flatMap(({ id, title, side, readiness }) => {
    const needs: Need[] = [];
    if (side === "split-brain")
      needs.push(
        need(
          `pra-side:${id}`,
          "critical",
          title,
          text(
            "applications serve at both sites; nobody can say which data is the right one.",
            "des applications servent sur les deux sites ; nul ne peut dire quelles données sont les bonnes.",
          ),
        ),
      );
    const blocked = readiness.counts.blocked;
    if (blocked > 0)
      needs.push(
        need(
          `pra-readiness:${id}`,
          "warning",
          title,
          blocked === 1
            ? text("one thing is in the way of the plan.", "un obstacle au plan.")
            : text(`${blocked} things are in the way of the plan.`, `${blocked} obstacles au plan.`),
        ),
      );
    return needs;
  });
}

function need(key: string, health: Need["health"], title: LocalText, words: LocalText): Need {
  return {
    key,
    health,
    text: text(`${title.en}: ${words.en}`, `${title.fr} : ${words.fr}`),
    resource: null,
    page: "pra",
    action: null,
  };
}
