import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code, system: "people", message, hint, cause });
}

export function notARequest(): OpsError {
  return fault(
    "approval.not-a-request",
    text(
      "This is not a request for an approval, or something in it was changed.",
      "Ce n'est pas une demande d'approbation, ou quelque chose y a été modifié.",
    ),
    text(
      "Copy it again, whole, from the console that asks, or load its file.",
      "Copiez-la à nouveau, en entier, depuis la console qui demande, ou chargez son fichier.",
    ),
  );
}

export function notASignature(): OpsError {
  return fault(
    "approval.not-a-signature",
    text(
      "This is not a whole SSH signature that can be checked.",
      "Ce n'est pas une signature SSH complète et vérifiable.",
    ),
    text(
      "Paste all of it, from “BEGIN SSH SIGNATURE” to “END SSH SIGNATURE”; RSA keys need 3072 bits or more.",
      "Collez-la en entier, de « BEGIN SSH SIGNATURE » à « END SSH SIGNATURE » ; une clé RSA doit avoir au moins 3072 bits.",
    ),
  );
}

export function signedForElse(): OpsError {
  return fault(
    "approval.other-purpose",
    text(
      "The signature was made for another purpose, not for this decision.",
      "La signature a été faite pour un autre usage, pas pour cette décision.",
    ),
    text(
      "Sign the request again: namespace passerelle-approval to approve, passerelle-refusal to refuse.",
      "Signez à nouveau la demande : espace de noms passerelle-approval pour approuver, passerelle-refusal pour refuser.",
    ),
  );
}

export function unknownKey(fingerprint: string): OpsError {
  return fault(
    "approval.unknown-key",
    text(
      `The key ${fingerprint} belongs to no operator of the estate in force.`,
      `La clé ${fingerprint} n'appartient à aucun opérateur du parc en vigueur.`,
    ),
    text(
      "Have an operator sign whose key stands in the estate file.",
      "Faites signer un opérateur dont la clé figure dans le fichier du parc.",
    ),
  );
}

export function otherMessage(): OpsError {
  return fault(
    "approval.other-message",
    text(
      "The signature does not fit: it is for other words than those of this request, or it is damaged.",
      "La signature ne convient pas : elle porte sur d'autres mots que ceux de cette demande, ou elle est endommagée.",
    ),
    text(
      "Have the newest request of this step signed, without a change, and paste its signature whole.",
      "Faites signer la dernière demande de cette étape, sans modification, et collez sa signature en entier.",
    ),
  );
}

export function unknownOperator(id: string): OpsError {
  return fault(
    "people.unknown-operator",
    text(`The estate has no operator "${id}".`, `Le parc n'a pas d'opérateur « ${id} ».`),
    text(
      "Choose one of the operators of the estate, or declare them in its file.",
      "Choisissez l'un des opérateurs du parc, ou déclarez-le dans son fichier.",
    ),
  );
}

export function notAKey(): OpsError {
  return fault(
    "people.not-a-key",
    text(
      "This is not a private key in OpenSSH's format, or it is damaged.",
      "Ce n'est pas une clé privée au format OpenSSH, ou elle est endommagée.",
    ),
    text(
      "Give a file that begins with “BEGIN OPENSSH PRIVATE KEY”; `ssh-keygen -p -f FILE` rewrites an older one so.",
      "Donnez un fichier qui commence par « BEGIN OPENSSH PRIVATE KEY » ; `ssh-keygen -p -f FICHIER` convertit un ancien.",
    ),
  );
}

export function hardwareKey(): OpsError {
  return fault(
    "people.hardware-key",
    text(
      "The secret half of this key is in a hardware token, which this console cannot use by itself.",
      "La moitié secrète de cette clé est dans un jeton matériel, que cette console ne sait pas utiliser seule.",
    ),
    text(
      "Add the key to ssh-agent and sign by it, or sign the request with `ssh-keygen -Y sign`.",
      "Ajoutez la clé à ssh-agent et signez par lui, ou signez la demande avec `ssh-keygen -Y sign`.",
    ),
  );
}

export function slowKey(rounds: number): OpsError {
  return fault(
    "people.slow-key",
    text(
      `The key's passphrase is stretched by ${rounds} rounds, more than this console takes.`,
      `La phrase de passe de la clé est étirée sur ${rounds} tours, plus que cette console n'en accepte.`,
    ),
    text(
      "Set the passphrase again with `ssh-keygen -p -a 32 -f FILE`.",
      "Redéfinissez la phrase de passe avec `ssh-keygen -p -a 32 -f FICHIER`.",
    ),
  );
}

export function openKey(): OpsError {
  return fault(
    "people.open-key",
    text(
      "The key has no passphrase: whoever uses this console could sign with it. It was not kept.",
      "La clé n'a pas de phrase de passe : quiconque utilise cette console pourrait signer avec. Elle n'a pas été gardée.",
    ),
    text(
      "Close it with a passphrase of your own first: `ssh-keygen -p -f FILE`.",
      "Protégez-la d'abord par une phrase de passe à vous : `ssh-keygen -p -f FICHIER`.",
    ),
  );
}

export function wrongPassphrase(): OpsError {
  return fault(
    "people.wrong-passphrase",
    text("The passphrase does not open this key.", "La phrase de passe n'ouvre pas cette clé."),
    text(
      "Type the passphrase of this very key again.",
      "Saisissez à nouveau la phrase de passe de cette clé.",
    ),
  );
}

export function foreignKey(name: string): OpsError {
  return fault(
    "people.foreign-key",
    text(
      `This key is not one of those that the estate names for ${name}.`,
      `Cette clé n'est pas l'une de celles que le parc indique pour ${name}.`,
    ),
    text(
      "Use the key whose public half stands in the estate file, or add this one there.",
      "Utilisez la clé dont la moitié publique figure dans le fichier du parc, ou ajoutez-y celle-ci.",
    ),
  );
}

export function noKeptKey(name: string): OpsError {
  return fault(
    "people.no-kept-key",
    text(`This console keeps no key of ${name}.`, `Cette console ne garde aucune clé de ${name}.`),
    text(
      "Sign with a key file or ssh-agent, or have the key kept here first.",
      "Signez avec un fichier de clé ou ssh-agent, ou faites d'abord garder la clé ici.",
    ),
  );
}

export function cannotKeep(cause: unknown): OpsError {
  return fault(
    "people.cannot-keep",
    text(
      "The key could not be written to the data folder.",
      "La clé n'a pas pu être écrite dans le dossier de données.",
    ),
    text(
      "Check that there is room on the disk and that you may write there, then try again.",
      "Vérifiez qu'il reste de la place sur le disque et que vous pouvez y écrire, puis réessayez.",
    ),
    cause,
  );
}

export function agentUnavailable(cause?: unknown): OpsError {
  return fault(
    "people.agent-unavailable",
    text("ssh-agent did not answer as it should.", "ssh-agent n'a pas répondu correctement."),
    text(
      "See that it runs and that SSH_AUTH_SOCK names its socket, or sign with a key file.",
      "Vérifiez qu'il fonctionne et que SSH_AUTH_SOCK désigne sa prise, ou signez avec un fichier de clé.",
    ),
    cause,
  );
}

export function agentWithoutKey(name: string): OpsError {
  return fault(
    "people.agent-without-key",
    text(`ssh-agent holds no key of ${name}.`, `ssh-agent ne détient aucune clé de ${name}.`),
    text(
      "Add the key with `ssh-add`, then sign again.",
      "Ajoutez la clé avec `ssh-add`, puis signez à nouveau.",
    ),
  );
}

export function agentRefused(): OpsError {
  return fault(
    "people.agent-refused",
    text("ssh-agent did not sign.", "ssh-agent n'a pas signé."),
    text(
      "Confirm the use of the key, touch the token, or unlock the agent, then sign again.",
      "Confirmez l'usage de la clé, touchez le jeton ou déverrouillez l'agent, puis signez à nouveau.",
    ),
  );
}

export function signInNeeded(): OpsError {
  return fault(
    "people.sign-in-needed",
    text(
      "Nobody has signed in here, and this estate lets only its operators change anything; nothing was done.",
      "Personne ne s'est identifié ici, et ce parc ne laisse que ses opérateurs changer quoi que ce soit ; rien n'a été fait.",
    ),
    text(
      "Sign in with your key, at the top right of the window or with --as OPERATOR on the command line.",
      "Identifiez-vous avec votre clé, en haut à droite de la fenêtre ou avec --as OPÉRATEUR en ligne de commande.",
    ),
  );
}

export function noRight(words: LocalText): OpsError {
  return fault(
    "people.no-right",
    words,
    text(
      "Have somebody do it who has the role, or have it given to you in the estate file; break-glass is for emergencies.",
      "Faites-le faire par quelqu'un qui a ce rôle, ou faites-vous l'attribuer dans le fichier du parc ; le bris de glace est réservé aux urgences.",
    ),
  );
}

export function windowLocked(): OpsError {
  return fault(
    "people.locked",
    text("This window is locked; nothing was done.", "Cette fenêtre est verrouillée ; rien n'a été fait."),
    text("Sign in again to open it.", "Identifiez-vous de nouveau pour la déverrouiller."),
  );
}

export function badProof(): OpsError {
  return fault(
    "people.bad-proof",
    text(
      "The signature is not one of this operator for a challenge of this window, or the challenge is too old.",
      "La signature n'est pas celle de cet opérateur pour un défi de cette fenêtre, ou le défi est trop ancien.",
    ),
    text(
      "Ask for a new challenge, sign it within five minutes without changing a letter, and paste the signature whole.",
      "Demandez un nouveau défi, signez-le dans les cinq minutes sans y changer une lettre, et collez la signature en entier.",
    ),
  );
}

export function tooManyTries(): OpsError {
  return fault(
    "people.too-many-tries",
    text(
      "Too many attempts to sign in have failed within a minute.",
      "Trop de tentatives d'identification ont échoué en une minute.",
    ),
    text("Wait a minute, then try again.", "Attendez une minute, puis réessayez."),
  );
}

export function noKeychainKey(name: string): OpsError {
  return fault(
    "people.no-keychain-key",
    text(
      `The keychain here holds no key of ${name} that the estate names.`,
      `Le trousseau d'ici ne contient aucune clé de ${name} que le parc indique.`,
    ),
    text(
      "Make one on the page People, and have its public half put into the estate file.",
      "Créez-en une sur la page Personnes, et faites mettre sa moitié publique dans le fichier du parc.",
    ),
  );
}

export function notYourself(): OpsError {
  return fault(
    "people.not-yourself",
    text(
      "Only the operator themself may do this, signed in at this window.",
      "Seul l'opérateur lui-même peut faire cela, identifié dans cette fenêtre.",
    ),
    text("Sign in as that operator first.", "Identifiez-vous d'abord comme cet opérateur."),
  );
}

export function noBreakGlass(): OpsError {
  return fault(
    "people.no-break-glass",
    text(
      "This estate does not let anybody take rights by break-glass.",
      "Ce parc ne permet à personne de prendre des droits par bris de glace.",
    ),
    text(
      "Have an operator with the role do it, or allow it under the key “breakGlass” of the estate file.",
      "Faites intervenir un opérateur qui a le rôle, ou autorisez-le sous la clé « breakGlass » du fichier du parc.",
    ),
  );
}

export function noSuchPass(): OpsError {
  return fault(
    "people.no-such-pass",
    text(
      "No rights were taken under this name, or that is over already.",
      "Aucun droit n'a été pris sous ce nom, ou c'est déjà terminé.",
    ),
    text(
      "Look at the page People for what was taken.",
      "Consultez la page Personnes pour voir ce qui a été pris.",
    ),
  );
}

export function ownReview(): OpsError {
  return fault(
    "people.own-review",
    text(
      "Nobody reviews the rights that they took themself.",
      "Personne ne relit les droits qu'il a pris lui-même.",
    ),
    text(
      "Have another operator sign in and review them.",
      "Demandez à un autre opérateur de s'identifier et de les relire.",
    ),
  );
}
