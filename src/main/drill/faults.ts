import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

function fault(code: string, message: OpsError["text"], hint: OpsError["hint"]): OpsError {
  return new OpsError({ code, system: "drill", message, hint });
}

/** What can be in the way of a drill. */
export const faults = {
  notHere: () =>
    fault(
      "drill.not-here",
      text(
        "A drill cannot be started from this window.",
        "Un exercice ne peut pas être lancé depuis cette fenêtre.",
      ),
      text(
        "Start it in a terminal: `passerelle drill start PLAN --on copy --estate FILE`.",
        "Lancez-le dans un terminal : `passerelle drill start PLAN --on copy --estate FICHIER`.",
      ),
    ),
  unknownPlan: (plan: string) =>
    fault(
      "drill.unknown-plan",
      text(`There is no plan ${plan.slice(0, 100)}.`, `Il n'y a pas de plan ${plan.slice(0, 100)}.`),
      text("Name one of the estate's plans.", "Indiquez l'un des plans du parc."),
    ),
  underWay: () =>
    fault(
      "drill.under-way",
      text("A drill is under way already.", "Un exercice est déjà en cours."),
      text("End it first, then start the other one.", "Terminez-le d'abord, puis lancez l'autre."),
    ),
  planNotCopied: (plan: string) =>
    fault(
      "drill.plan-not-copied",
      text(
        `Nothing of the plan ${plan} can be shown in the lab.`,
        `Rien du plan ${plan} ne peut être montré dans le labo.`,
      ),
      text(
        "See with `passerelle drill copy` what is left out, and drill on the lab's own regions.",
        "Voyez avec `passerelle drill copy` ce qui est laissé de côté, et exercez-vous sur les régions du labo.",
      ),
    ),
  cannotStart: () =>
    fault(
      "drill.cannot-start",
      text("The drill did not start in time.", "L'exercice n'a pas démarré à temps."),
      text(
        "Start it again; `passerelle drill start` in a terminal shows why it does not.",
        "Relancez-le ; `passerelle drill start` dans un terminal montre pourquoi il ne démarre pas.",
      ),
    ),
  notRunning: () =>
    fault(
      "drill.not-running",
      text("This drill does not run.", "Cet exercice n'est pas en cours."),
      text("Start another one.", "Lancez-en un autre."),
    ),
  broken: () =>
    fault(
      "drill.broken-off",
      text(
        "A program of the drill has ended by itself; the other one was ended too.",
        "Un programme de l'exercice s'est arrêté de lui-même ; l'autre a été arrêté aussi.",
      ),
      text(
        "What it had gone through is in the journal; start another drill.",
        "Ce qui a été parcouru est dans le journal ; lancez un autre exercice.",
      ),
    ),
};
