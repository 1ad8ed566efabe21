import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

function secretError(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `secrets.${code}`, system: "secrets", message, hint, cause });
}

/** Nothing is stored or readable under a reference. */
export function unknownSecret(reference: string): OpsError {
  return secretError(
    "unknown",
    text(`There is no secret under ${reference}.`, `Aucun secret n'est enregistré sous ${reference}.`),
    reference.startsWith("keychain:")
      ? text("Add it on the Secrets page.", "Ajoutez-le dans la page Secrets.")
      : text(
          "Provide it there, or correct the reference in the estate file.",
          "Fournissez-le à cet endroit, ou corrigez la référence dans le fichier du parc.",
        ),
  );
}

/** The passphrase file or the keychain is locked. */
export function secretsLocked(where: "keychain" | "passphrase-file", cause?: unknown): OpsError {
  return where === "keychain"
    ? secretError(
        "locked",
        text("The keychain of this session is locked.", "Le trousseau de cette session est verrouillé."),
        text(
          "Unlock it on your desktop, then try again.",
          "Déverrouillez-le sur votre bureau, puis réessayez.",
        ),
        cause,
      )
    : secretError(
        "locked",
        text("The passphrase file is locked.", "Le fichier protégé par phrase de passe est verrouillé."),
        text(
          "Enter its passphrase on the Secrets page (for scripts: PASSERELLE_PASSPHRASE or PASSERELLE_PASSPHRASE_FILE).",
          "Saisissez la phrase de passe dans la page Secrets (pour les scripts : PASSERELLE_PASSPHRASE ou PASSERELLE_PASSPHRASE_FILE).",
        ),
        cause,
      );
}

/** There is neither a keychain nor a passphrase file. */
export function noSecretStore(): OpsError {
  return secretError(
    "no-store",
    text(
      "There is no keychain here and no passphrase file yet.",
      "Il n'y a ici ni trousseau, ni fichier protégé par phrase de passe.",
    ),
    text(
      "Choose a passphrase on the Secrets page; it creates the file that keeps the secrets.",
      "Choisissez une phrase de passe dans la page Secrets ; elle crée le fichier qui conservera les secrets.",
    ),
  );
}

/** A passphrase was given while the keychain is open. */
export function keychainInUse(): OpsError {
  return secretError(
    "keychain-in-use",
    text(
      "The keychain is open; a passphrase is not needed.",
      "Le trousseau est ouvert ; une phrase de passe n'est pas nécessaire.",
    ),
    text("Add your secrets right away.", "Ajoutez vos secrets directement."),
  );
}

/** The passphrase does not open the file; nothing was changed and any number of further tries is allowed. */
export function wrongPassphrase(): OpsError {
  return secretError(
    "wrong-passphrase",
    text("This passphrase does not open the file.", "Cette phrase de passe n'ouvre pas le fichier."),
    text("Enter it again; nothing was changed.", "Saisissez-la de nouveau ; rien n'a été modifié."),
  );
}

/** The passphrase file is not as it was written. */
export function damagedFile(what: LocalText, cause?: unknown): OpsError {
  return secretError(
    "damaged-file",
    what,
    text(
      "Put back a copy of the file from your backup, or move it away and enter the secrets again.",
      "Remettez une copie du fichier depuis votre sauvegarde, ou déplacez-le et saisissez de nouveau les secrets.",
    ),
    cause,
  );
}

/** A secret is there but cannot be read; `why` completes the sentence and holds no secret. */
export function unreadableSecret(reference: string, why: LocalText, cause?: unknown): OpsError {
  return secretError(
    "unreadable",
    text(
      `The secret ${reference} could not be read: ${why.en}.`,
      `Le secret ${reference} n'a pas pu être lu : ${why.fr}.`,
    ),
    text("Mend what is named here, then try again.", "Corrigez ce qui est indiqué ici, puis réessayez."),
    cause,
  );
}

/** A change could not be stored; what was there before still is. */
export function cannotWrite(why: LocalText, cause?: unknown): OpsError {
  return secretError(
    "cannot-write",
    text(
      `The secret could not be stored: ${why.en}. What was there before is unchanged.`,
      `Le secret n'a pas pu être enregistré : ${why.fr}. Ce qui s'y trouvait est inchangé.`,
    ),
    text("Mend what is named here, then try again.", "Corrigez ce qui est indiqué ici, puis réessayez."),
    cause,
  );
}

/** The keychain failed in a change; whether it made it is not known. */
export function keychainFailed(why: LocalText, cause?: unknown): OpsError {
  return secretError(
    "cannot-write",
    text(
      `The keychain did not confirm the change: ${why.en}.`,
      `Le trousseau n'a pas confirmé la modification : ${why.fr}.`,
    ),
    text(
      "Test the secret to see which value is stored, then make the change again.",
      "Testez le secret pour savoir quelle valeur est enregistrée, puis refaites la modification.",
    ),
    cause,
  );
}

/** A `vault:` reference, while no Vault is configured. */
export function vaultNotConfigured(reference: string): OpsError {
  return secretError(
    "vault-not-configured",
    text(
      `${reference} names a secret in Vault, and no Vault is configured.`,
      `${reference} désigne un secret de Vault, et aucun Vault n'est configuré.`,
    ),
    text(
      "Add a system of type `vault` to the estate file, or use keychain:NAME, env:VARIABLE or file:PATH.",
      "Ajoutez un système de type « vault » au fichier de parc, ou utilisez keychain:NOM, env:VARIABLE ou file:CHEMIN.",
    ),
  );
}

/** Something of the operating system's own words for a failed file operation, without path or content. */
export function fileFault(thrown: unknown): LocalText {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return text("the disk is full", "le disque est plein");
    case "EACCES":
    case "EPERM":
      return text("access is denied", "l'accès est refusé");
    case "EROFS":
      return text("the file system is read-only", "le système de fichiers est en lecture seule");
    case "ENOENT":
      return text("the file or its folder is not there", "le fichier ou son dossier n'existe pas");
    case "EISDIR":
      return text("it is a folder", "c'est un dossier");
    default:
      return code === ""
        ? text("the file could not be accessed", "le fichier n'est pas accessible")
        : text(`the system answered ${code}`, `le système a répondu ${code}`);
  }
}
