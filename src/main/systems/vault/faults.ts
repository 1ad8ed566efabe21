import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { service } from "../../vault/faults.ts";

const { fault } = service;

/** `vault.wrong-share`: enough shares were entered, and together they do not open it. */
export function wrongShare(node: string): OpsError {
  return fault(
    "wrong-share",
    text(
      `The shares that were entered at ${node} do not open it: at least one of them is wrong, or of another Vault.`,
      `Les parts saisies sur ${node} ne l'ouvrent pas : l'une d'elles au moins est fausse, ou vient d'un autre Vault.`,
    ),
    text(
      "Vault has dropped all of them: everybody enters their share again.",
      "Vault les a toutes oubliées : chacun doit saisir sa part de nouveau.",
    ),
  );
}

/** `vault.share-twice`: this share had been entered already. */
export function shareTwice(node: string, progress: number, threshold: number): OpsError {
  return fault(
    "share-twice",
    text(
      `This share was already entered at ${node}; it still has ${progress} of ${threshold}.`,
      `Cette part avait déjà été saisie sur ${node} ; il en a toujours ${progress} sur ${threshold}.`,
    ),
    text("Another share is needed, of another person.", "Il faut une autre part, d'une autre personne."),
  );
}

/** `vault.not-a-share`: what was entered is no share at all. */
export function notAShare(node: string): OpsError {
  return fault(
    "not-a-share",
    text(
      `What was entered is no share of a key; ${node} keeps those that it has.`,
      `Ce qui a été saisi n'est pas une part de clé ; ${node} garde celles qu'il a.`,
    ),
    text(
      "Enter the share whole, as it was given out: base64 or hexadecimal digits.",
      "Saisissez la part en entier, telle qu'elle a été remise : en base64 ou en chiffres hexadécimaux.",
    ),
  );
}

/** `vault.attempt-restarted`: somebody has begun anew meanwhile. */
export function attemptRestarted(node: string): OpsError {
  return fault(
    "attempt-restarted",
    text(
      `The attempt to unseal ${node} was begun anew meanwhile.`,
      `La tentative de descellement de ${node} a été recommencée entre-temps.`,
    ),
    text(
      "Agree with the others who hold shares, and enter them again.",
      "Concertez-vous avec les autres porteurs de parts, puis saisissez-les de nouveau.",
    ),
  );
}

/** `vault.still-open`: it was told to seal itself and nodes of it still serve. */
export function stillOpen(name: string): OpsError {
  return fault(
    "still-open",
    text(
      `${name} was told to seal itself, and still has an active node.`,
      `${name} a reçu l'ordre de se sceller et a toujours un nœud actif.`,
    ),
    text(
      "Seal it again; if that does not help, stop its servers.",
      "Scellez-le de nouveau ; à défaut, arrêtez ses serveurs.",
    ),
  );
}
