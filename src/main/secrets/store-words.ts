import type { SecretsState } from "../../shared/secrets-state.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** Where secrets are kept now and what the person can do about it, in a sentence. */
export function storeWords(
  provider: SecretsState["provider"],
  locked: boolean,
  fileExists: boolean,
  keychainWasLookedFor: boolean,
): LocalText {
  if (!keychainWasLookedFor) return text("Looking for the keychain …", "Recherche du trousseau …");
  if (provider === "none") {
    return text(
      "This session has no keychain: choose a passphrase to keep secrets in an encrypted file.",
      "Cette session n'a pas de trousseau : choisissez une phrase de passe pour conserver les secrets dans un fichier chiffré.",
    );
  }
  if (provider === "passphrase-file") {
    return locked
      ? text(
          "The passphrase file is locked: enter its passphrase.",
          "Le fichier protégé par phrase de passe est verrouillé : saisissez la phrase de passe.",
        )
      : text(
          "Secrets are kept in the passphrase file.",
          "Les secrets sont conservés dans le fichier protégé par phrase de passe.",
        );
  }
  if (locked) {
    return text(
      "The keychain is locked: unlock it on your desktop, or choose a passphrase to use an encrypted file.",
      "Le trousseau est verrouillé : déverrouillez-le sur votre bureau, ou choisissez une phrase de passe pour utiliser un fichier chiffré.",
    );
  }
  return fileExists
    ? text(
        "Secrets are kept in the keychain; the passphrase file that is there as well is not used.",
        "Les secrets sont conservés dans le trousseau ; le fichier protégé par phrase de passe présent par ailleurs n'est pas utilisé.",
      )
    : text("Secrets are kept in the keychain.", "Les secrets sont conservés dans le trousseau.");
}
