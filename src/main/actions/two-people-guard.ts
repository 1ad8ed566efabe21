import { type LocalText, text } from "../../shared/text.ts";
import type { Guard } from "./action.ts";

/** On whose word an action is done: two people have opened a gate, one has broken the glass, or the console ends what was agreed. */
export type Decision = "two-people" | "break-glass" | "console";

/**
 * Refuses what two people decide upon where nobody else has decided with whoever asks; no reason opens that. `decided` tells
 * on whose word the present call acts, null for one person's own.
 */
export function twoPeopleGuard(decided: () => Decision | null): Guard {
  return {
    id: "two-people",
    concerns: ({ decidedIn }) => decidedIn !== undefined,
    check: ({ decidedIn = "" }) => {
      const decision = decided();
      return {
        guard: "two-people",
        allowed: decision !== null,
        text: decision === null ? needed(decidedIn) : words[decision],
      };
    },
  };
}

const words: Record<Decision, LocalText> = {
  "two-people": text(
    "Two people decide it at a gate of the procedure.",
    "Deux personnes en décident à une validation de la procédure.",
  ),
  "break-glass": text(
    "One person decides it alone, by break-glass.",
    "Une seule personne en décide, par bris de glace.",
  ),
  console: text(
    "It was decided upon beforehand; the console only carries it out.",
    "Cela a été décidé d'avance ; la console ne fait que l'exécuter.",
  ),
};

function needed(procedure: string): LocalText {
  return text(
    `Two people decide this: begin the procedure “${procedure}”, at whose gate the second one signs.`,
    `Deux personnes en décident : lancez la procédure « ${procedure} », à la validation de laquelle la seconde signe.`,
  );
}
