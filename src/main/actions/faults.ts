import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

const system = "actions";

export function unknownAction(action: string): OpsError {
  return new OpsError({
    code: "action.unknown",
    system,
    message: text(`There is no action "${action}".`, `Il n'existe pas d'action « ${action} ».`),
    hint: text(
      "Choose one of the actions that the resource's page offers.",
      "Choisissez l'une des actions que propose la page de la ressource.",
    ),
  });
}

export function unknownResource(resource: string): OpsError {
  return new OpsError({
    code: "action.unknown-resource",
    system,
    message: text(
      `The estate declares no resource "${resource}".`,
      `Le parc ne déclare aucune ressource « ${resource} ».`,
    ),
    hint: text(
      "Check the identifier, or declare the resource in the estate file.",
      "Vérifiez l'identifiant, ou déclarez la ressource dans le fichier du parc.",
    ),
  });
}

export function unknownTask(): OpsError {
  return new OpsError({
    code: "action.unknown-task",
    system,
    message: text("This task is not listed any more.", "Cette tâche n'est plus dans la liste."),
    hint: text("Look it up in the journal.", "Retrouvez-la dans le journal."),
  });
}

export function badInput(fields: string): OpsError {
  return new OpsError({
    code: "action.bad-input",
    system,
    message: text(
      `The input of the action is not valid: ${fields}.`,
      `La saisie de l'action n'est pas valide : ${fields}.`,
    ),
    hint: text(
      "Correct the named fields and start it again.",
      "Corrigez les champs indiqués et relancez l'action.",
    ),
  });
}

export function notOffered(name: string): OpsError {
  return new OpsError({
    code: "action.not-offered",
    system,
    message: text(`${name} does not have this action.`, `${name} n'a pas cette action.`),
    hint: text(
      "Choose one of the actions that its page offers.",
      "Choisissez l'une des actions que propose sa page.",
    ),
  });
}

export function notForSeveral(): OpsError {
  return new OpsError({
    code: "action.not-for-several",
    system,
    message: text(
      "This action cannot be run on several resources at once.",
      "Cette action ne peut pas être lancée sur plusieurs ressources à la fois.",
    ),
    hint: text("Run it on one resource after the other.", "Lancez-la sur une ressource après l'autre."),
  });
}

export function unavailable(reason: LocalText): OpsError {
  return new OpsError({
    code: "action.unavailable",
    system,
    message: reason,
    hint: text(
      "Mend what stands in the way, then start the action again.",
      "Levez l'obstacle, puis relancez l'action.",
    ),
  });
}

export function notConfirmed(expected: string): OpsError {
  return new OpsError({
    code: "action.not-confirmed",
    system,
    message: text(
      `A destructive action starts only when "${expected}" is typed to confirm it.`,
      `Une action destructrice ne démarre que si « ${expected} » est saisi pour la confirmer.`,
    ),
    hint: text(
      "Check that it is the right resource, type the words exactly and start again.",
      "Vérifiez que c'est la bonne ressource, saisissez exactement ces mots et relancez.",
    ),
  });
}

/** A guard said no; its own words are the message. */
export function guarded(guard: string, words: LocalText, opensWithReason: boolean): OpsError {
  return new OpsError({
    code: `action.guard-${guard}`,
    system,
    message: words,
    hint: opensWithReason
      ? text(
          "Wait until it is allowed, or start the action again and give a reason.",
          "Attendez que ce soit permis, ou relancez l'action en donnant une raison.",
        )
      : text(
          "Mend what the guard names, then start the action again.",
          "Corrigez ce que le garde-fou signale, puis relancez l'action.",
        ),
  });
}

/** The probe found that the action cannot work; its words are the message. */
export function impossible(words: LocalText): OpsError {
  return new OpsError({
    code: "action.impossible",
    system,
    message: words,
    hint: text(
      "Look at the resource's page for what it reports, then decide again.",
      "Consultez la page de la ressource pour voir ce qu'elle rapporte, puis décidez à nouveau.",
    ),
  });
}

export function cancelled(): OpsError {
  return new OpsError({
    code: "action.cancelled",
    system,
    message: text("The action was cancelled.", "L'action a été annulée."),
    hint: text("Start it again when you are ready.", "Relancez-la quand vous êtes prêt."),
  });
}

export function deadlinePassed(milliseconds: number): OpsError {
  const seconds = Math.round(milliseconds / 1000);
  return new OpsError({
    code: "action.deadline-passed",
    system,
    message: text(
      `The action did not end within its deadline of ${seconds} s.`,
      `L'action ne s'est pas terminée dans le délai de ${seconds} s.`,
    ),
    hint: text(
      "Look at how the resource stands now; start again with a longer deadline if it needs more time.",
      "Regardez l'état actuel de la ressource ; relancez avec un délai plus long s'il lui en faut davantage.",
    ),
  });
}

export function consoleClosing(): OpsError {
  return new OpsError({
    code: "action.console-closing",
    system,
    message: text(
      "The console was closed while the action ran.",
      "La console a été fermée pendant l'exécution de l'action.",
    ),
    hint: text(
      "Open the console again; it finds out what became of the action.",
      "Rouvrez la console ; elle détermine ce qu'il est advenu de l'action.",
    ),
  });
}

export function notUndoable(): OpsError {
  return new OpsError({
    code: "action.not-undoable",
    system,
    message: text("This task cannot be undone.", "Cette tâche ne peut pas être annulée après coup."),
    hint: text(
      "Start an action that brings the resource back to where it should be.",
      "Lancez une action qui ramène la ressource à l'état voulu.",
    ),
  });
}

export function notUnsettled(): OpsError {
  return new OpsError({
    code: "action.not-unsettled",
    system,
    message: text(
      "The effect of this task is known already, or is being found out right now.",
      "L'effet de cette tâche est déjà connu, ou est en cours de détermination.",
    ),
    hint: text("Look at the task's outcome.", "Regardez le résultat de la tâche."),
  });
}

export function askedBefore(): OpsError {
  return new OpsError({
    code: "action.asked-before",
    system,
    message: text(
      "This attempt at the step was made before; it is not made again.",
      "Cette tentative de l'étape a déjà eu lieu ; elle n'est pas refaite.",
    ),
    hint: text(
      "Look at how it ended, then retry the step from its run.",
      "Regardez comment elle s'est terminée, puis relancez l'étape depuis son exécution.",
    ),
  });
}
