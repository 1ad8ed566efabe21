import type { Overview } from "../../shared/overview.ts";
import type { Pass } from "../../shared/sign-in.ts";
import { text } from "../../shared/text.ts";

/** Rights that somebody has taken, while they have them and until somebody else has reviewed it. */
export function peopleNeeds(passes: readonly Pass[]): Overview["needs"] {
  return passes
    .filter(({ active, review }) => active || review === null)
    .map(({ id, operator, active, reason }) => ({
      key: `break-glass:${id}`,
      health: active ? "critical" : "warning",
      text: active
        ? text(
            `Break-glass: ${operator} has taken every right. Reason: ${reason}`,
            `Bris de glace : ${operator} a pris tous les droits. Motif : ${reason}`,
          )
        : text(
            `The rights that ${operator} had taken by break-glass wait for a review by somebody else.`,
            `Les droits que ${operator} avait pris par bris de glace attendent la relecture d'un autre opérateur.`,
          ),
      resource: null,
      page: "people",
      action: null,
    }));
}
