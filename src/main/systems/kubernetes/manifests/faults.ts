import type { OpsError } from "../../../../shared/errors.ts";
import { text } from "../../../../shared/text.ts";
import { kubernetesFault } from "../client/faults.ts";

/** `kubernetes.manifest-outdated`: somebody or something has changed the object since it was read. */
export function manifestOutdated(name: string): OpsError {
  return kubernetesFault(
    "manifest-outdated",
    text(
      `${name} was changed in the cluster since you read it; nothing was sent.`,
      `${name} a changé dans la grappe depuis votre lecture ; rien n'a été envoyé.`,
    ),
    text(
      "Read it anew and bring your edit into what is there now.",
      "Relisez-le et reportez votre modification dans l'état actuel.",
    ),
  );
}

/** `kubernetes.manifest-refused`: the edit does not pass its checks; the first fault is told. */
export function manifestRefused(name: string, first: { en: string; fr: string }): OpsError {
  return kubernetesFault(
    "manifest-refused",
    text(
      `The edit of ${name} is not accepted. ${first.en}`,
      `La modification de ${name} est refusée. ${first.fr}`,
    ),
    text(
      "Check it in the YAML tab, where each fault has its line.",
      "Vérifiez-la dans l'onglet YAML, où chaque faute a sa ligne.",
    ),
  );
}

/** `kubernetes.manifest-too-large`: larger than what an API server stores. */
export function manifestTooLarge(name: string): OpsError {
  return kubernetesFault(
    "manifest-too-large",
    text(
      `${name} is too large or too deeply nested to be shown as YAML here.`,
      `${name} est trop volumineux ou trop imbriqué pour être affiché ici en YAML.`,
    ),
    text("Look at it with kubectl.", "Consultez-le avec kubectl."),
  );
}

/** `kubernetes.edit-changed-since`: an undo would overwrite what others did. */
export function changedSince(name: string, fields: readonly string[]): OpsError {
  const few = fields.slice(0, 5).join(", ");
  return kubernetesFault(
    "edit-changed-since",
    text(
      `What the edit of ${name} had set was changed again since (${few}); nothing was undone.`,
      `Ce que la modification de ${name} avait posé a changé depuis (${few}) ; rien n'a été défait.`,
    ),
    text("Look at the object, then edit it by hand.", "Examinez l'objet, puis modifiez-le à la main."),
  );
}

/** `kubernetes.edit-not-kept`: what was before is not kept, for it may be secret or is too much. */
export function beforeNotKept(name: string): OpsError {
  return kubernetesFault(
    "edit-not-kept",
    text(
      `What ${name} held before was not kept: it looked like a secret, or was too much.`,
      `L'état antérieur de ${name} n'a pas été conservé : il ressemblait à un secret, ou était trop volumineux.`,
    ),
    text("Edit the object by hand.", "Modifiez l'objet à la main."),
  );
}
