import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText): OpsError {
  return new OpsError({ code, system: "pra", message, hint });
}

export function unknownPlan(id: string): OpsError {
  return fault(
    "pra.unknown-plan",
    text(`There is no PRA plan "${id}".`, `Il n'existe pas de plan de PRA « ${id} ».`),
    text("Choose one of the plans of the estate file.", "Choisissez l'un des plans du fichier de parc."),
  );
}

export function notNow(why: LocalText): OpsError {
  return fault(
    "pra.not-available",
    why,
    text(
      "Look at the plan as it stands now, then choose what can be begun.",
      "Regardez le plan tel qu'il est, puis choisissez ce qui peut être lancé.",
    ),
  );
}

export function rehearsalIsNoRun(): OpsError {
  return fault(
    "pra.rehearsal-is-no-run",
    text(
      "A rehearsal only reads: it is no run.",
      "Une répétition ne fait que lire : ce n'est pas une exécution.",
    ),
    text(
      "Ask for the rehearsal itself, or begin a planned or a disaster bascule.",
      "Demandez la répétition elle-même, ou lancez une bascule planifiée ou de sinistre.",
    ),
  );
}

export function rehearsedAlready(): OpsError {
  return fault(
    "pra.being-rehearsed",
    text("The plan is being rehearsed at this moment.", "Le plan est déjà en cours de répétition."),
    text("Wait for the end of that rehearsal.", "Attendez la fin de cette répétition."),
  );
}
