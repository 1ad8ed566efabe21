import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `bundle.${code}`, system: "bundle", message, hint, cause });
}

export function cannotOpen(cause?: unknown): OpsError {
  return fault(
    "cannot-open",
    text(
      "The bundle cannot be opened with this identity or passphrase.",
      "Le lot scellé ne s'ouvre pas avec cette identité ou cette phrase de passe.",
    ),
    text(
      "Take the identity of one of its recipients, or an older bundle.",
      "Prenez l'identité d'un de ses destinataires, ou un lot plus ancien.",
    ),
    cause,
  );
}

export function damaged(cause?: unknown): OpsError {
  return fault(
    "damaged",
    text(
      "The bundle is damaged: it is not whole, or not one of this console.",
      "Le lot scellé est endommagé : il est incomplet, ou n'est pas d'une console comme celle-ci.",
    ),
    text("Take another copy of it, or an older one.", "Prenez-en une autre copie, ou un plus ancien."),
    cause,
  );
}

export function cannotRead(file: string, cause: unknown): OpsError {
  return fault(
    "cannot-read",
    text(`${file} cannot be read.`, `${file} est illisible.`),
    text(
      "Check that the file exists and that you may read it.",
      "Vérifiez que le fichier existe et que vous pouvez le lire.",
    ),
    cause,
  );
}

export function notAnIdentity(file: string): OpsError {
  return fault(
    "not-an-identity",
    text(`${file} holds no identity of age.`, `${file} ne contient pas d'identité age.`),
    text(
      "Give the file that age-keygen has made, with a line AGE-SECRET-KEY-1….",
      "Donnez le fichier produit par age-keygen, avec une ligne AGE-SECRET-KEY-1….",
    ),
  );
}

export function cannotWrite(folder: string, cause: unknown): OpsError {
  return fault(
    "cannot-write",
    text(
      `The bundle could not be written to ${folder}; those that were there are kept.`,
      `Le lot scellé n'a pas pu être écrit dans ${folder} ; ceux qui y étaient sont gardés.`,
    ),
    text(
      "Make room there, or make the folder writable; it is tried again within the hour.",
      "Libérez de la place, ou rendez le dossier accessible en écriture ; un nouvel essai a lieu dans l'heure.",
    ),
    cause,
  );
}

export function noRules(): OpsError {
  return fault(
    "not-wanted",
    text("The estate asks for no sealed bundle.", "Le parc ne demande pas de lot scellé."),
    text(
      'Name its recipients under "bundle" of the estate file.',
      "Nommez ses destinataires sous « bundle » du fichier de parc.",
    ),
  );
}
