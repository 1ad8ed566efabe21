import type { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { serviceFaults } from "../reach/service-faults.ts";

const checkNodes = text(
  "Check that `nodes` in the estate file names the addresses that Vault itself answers at.",
  "Vérifiez que « nodes », dans le fichier de parc, donne bien les adresses auxquelles Vault lui-même répond.",
);
const tryAgain = text(
  "Try again; if it fails again, look at Vault's own log and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez le journal de Vault et la liaison avec lui.",
);
const signInAgain = text(
  "Sign in to it again from the masthead.",
  "Identifiez-vous de nouveau auprès de lui depuis le bandeau.",
);

/** The errors that every service has, in the words of Vault. */
export const service = serviceFaults({
  system: "vault",
  speaks: text("the API of Vault", "l'API de Vault"),
  checkPlace: checkNodes,
  tryAgain,
});
const { fault } = service;

/** What is said of one Vault, by its name. */
type Wording = (name: string) => [message: LocalText, hint: LocalText];

const wordings = {
  /** Its data cannot be read by itself: shares of the unseal key are needed. */
  sealed: (name) => [
    text(`${name} is sealed.`, `${name} est scellé.`),
    text(
      "Have it unsealed with the shares of its key; until then its secrets can only come from the sealed bundle.",
      "Faites-le desceller avec les parts de sa clé ; d'ici là, ses secrets ne peuvent venir que de l'enveloppe scellée.",
    ),
  ],
  "not-initialised": (name) => [
    text(`${name} has not been initialised.`, `${name} n'a pas été initialisé.`),
    text(
      "Initialise it first, or check that its storage is the right one.",
      "Initialisez-le d'abord, ou vérifiez que son stockage est le bon.",
    ),
  ],
  unavailable: (name) => [
    text(
      `${name} is down for maintenance or cannot serve now.`,
      `${name} est en maintenance ou ne peut pas servir pour le moment.`,
    ),
    tryAgain,
  ],
  "no-active-node": (name) => [
    text(
      `No active node of ${name} answers: only standbys do.`,
      `Aucun nœud actif de ${name} ne répond : seuls des nœuds en attente répondent.`,
    ),
    text(
      "Wait for a node to be elected; if none is, look at the state of its Raft peers.",
      "Attendez qu'un nœud soit élu ; à défaut, examinez l'état de ses pairs Raft.",
    ),
  ],
  "not-allowed": (name) => [
    text(
      `${name} does not allow this to whoever is signed in.`,
      `${name} n'accorde pas ce droit à la personne identifiée.`,
    ),
    text(
      "Ask for a policy that grants it, or sign in as somebody who has one.",
      "Demandez une politique qui l'accorde, ou identifiez-vous avec un compte qui en dispose.",
    ),
  ],
  "token-refused": (name) => [
    text(
      `${name} no longer takes the token: it has expired or was revoked.`,
      `${name} n'accepte plus le jeton : il a expiré ou a été révoqué.`,
    ),
    signInAgain,
  ],
  "not-signed-in": (name) => [
    text(`Nobody is signed in to ${name}.`, `Personne n'est identifié auprès de ${name}.`),
    text("Sign in to it from the masthead.", "Identifiez-vous auprès de lui depuis le bandeau."),
  ],
  "no-login": (name) => [
    text(`The estate names no log-in to ${name}.`, `Le parc n'indique aucune connexion à ${name}.`),
    text(
      "Add `login` to its entry in the estate file.",
      "Ajoutez « login » à son entrée dans le fichier de parc.",
    ),
  ],
  "not-found": (name) => [
    text(
      `${name} has nothing at this path, or no such mount.`,
      `${name} n'a rien à ce chemin, ou aucun montage de ce nom.`,
    ),
    text(
      "Check the path, the mount and the namespace in the estate file.",
      "Vérifiez le chemin, le montage et l'espace de noms dans le fichier de parc.",
    ),
  ],
  unsupported: (name) => [
    text(
      `${name} does not offer this operation there.`,
      `${name} ne propose pas cette opération à cet endroit.`,
    ),
    text(
      "Check the mount's type and Vault's version.",
      "Vérifiez le type du montage et la version de Vault.",
    ),
  ],
  behind: (name) => [
    text(
      `The node of ${name} that answers has not caught up with the last write.`,
      `Le nœud de ${name} qui répond n'a pas encore reçu la dernière écriture.`,
    ),
    text("Try again in a moment.", "Réessayez dans un instant."),
  ],
  "too-many-requests": (name) => [
    text(`${name} limits how often it is asked.`, `${name} limite la fréquence des demandes.`),
    text(
      "Wait a moment; if it lasts, have its rate quota raised.",
      "Attendez un instant ; si cela dure, faites relever son quota de requêtes.",
    ),
  ],
  "version-mismatch": (name) => [
    text(
      `Somebody has written this secret in ${name} meanwhile; nothing was changed.`,
      `Quelqu'un a écrit ce secret dans ${name} entre-temps ; rien n'a été modifié.`,
    ),
    text("Look at it again before you write.", "Relisez-le avant d'écrire."),
  ],
  "wrapping-spent": (name) => [
    text(
      `The wrapping token was already used, or has expired, or is not one of ${name}.`,
      `Le jeton d'enveloppe a déjà servi, ou a expiré, ou n'est pas un jeton de ${name}.`,
    ),
    text(
      "If you did not use it, somebody else has read what it wrapped: have the secret replaced.",
      "Si vous ne l'avez pas utilisé, quelqu'un d'autre a lu son contenu : faites remplacer le secret.",
    ),
  ],
  "wrapping-foreign": (name) => [
    text(
      `The wrapping token does not hold a secret-id of ${name}: somebody may have put it in place of another.`,
      `Le jeton d'enveloppe ne contient pas de secret-id de ${name} : il a pu être substitué à un autre.`,
    ),
    text(
      "Have the secret-id replaced, and find out how the token came here.",
      "Faites remplacer le secret-id et cherchez comment ce jeton est arrivé ici.",
    ),
  ],
  "lease-unknown": (name) => [
    text(`${name} no longer has this lease.`, `${name} n'a plus ce bail.`),
    text(
      "It has expired or was revoked; ask for a new one.",
      "Il a expiré ou a été révoqué ; demandez-en un nouveau.",
    ),
  ],
  "moved-elsewhere": (name) => [
    text(
      `${name} redirects to an address that the estate does not name; nothing was sent there.`,
      `${name} redirige vers une adresse absente du parc ; rien n'y a été envoyé.`,
    ),
    text(
      "Add the active node under `nodes`, at its `api_addr`, if it is one of yours.",
      "Ajoutez le nœud actif sous « nodes », à son « api_addr », s'il est bien des vôtres.",
    ),
  ],
  "plain-token": (name) => [
    text(
      `${name} would get its token over plain HTTP, readable on the way.`,
      `${name} recevrait son jeton en HTTP simple, lisible en chemin.`,
    ),
    text("Use https in `nodes`.", "Utilisez https dans « nodes »."),
  ],
} as const satisfies Record<string, Wording>;

/** What can be said of a Vault; each is the end of a code `vault.…`. */
export type VaultTrouble = keyof typeof wordings;

/** The OpsError `vault.TROUBLE` of the Vault of this name. */
export function vaultFault(trouble: VaultTrouble, name: string, cause?: unknown): OpsError {
  const [message, hint] = wordings[trouble](name);
  return fault(trouble, message, hint, cause);
}

/** `vault.refused`: it does not take what was asked for, and no documented reason is known. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    text(
      "Check what was asked for; Vault's audit log has its reason.",
      "Vérifiez la demande ; le journal d'audit de Vault en donne la raison.",
    ),
  );
}

/** `vault.no-such-node`: a caller names a node that the estate does not have. */
export function noSuchNode(name: string, node: string): OpsError {
  return fault(
    "no-such-node",
    text(`${name} has no node “${node}” in the estate.`, `${name} n'a pas de nœud « ${node} » dans le parc.`),
    checkNodes,
  );
}
