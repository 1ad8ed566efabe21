import type { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { service } from "./faults.ts";
import { refusal } from "./refusal.ts";

const { fault } = service;

const checkLogin = text(
  "Check the name, the password or the secret, the mount and the role under `login` in the estate file, and the namespace.",
  "Vérifiez le nom, le mot de passe ou le secret, le montage et le rôle sous « login » dans le fichier de parc, ainsi que l'espace de noms.",
);
const signInAgain = text("Sign in again.", "Identifiez-vous de nouveau.");

/** `vault.login-refused`: what was shown was not accepted. */
export function loginRefused(name: string): OpsError {
  return fault(
    "login-refused",
    text(`${name} refuses the log-in.`, `${name} refuse la connexion.`),
    checkLogin,
  );
}

/** What a refused log-in means: most methods answer 400 to a wrong password, as they do to a wrong request. */
export function explainLogin(name: string) {
  return (status: number, words: string): OpsError | null => {
    if (status === 500 && /connect/.test(words)) return directoryAway(name);
    if (status !== 400 && status !== 401 && status !== 403) return null;
    const usual = refusal(name, status, words);
    if (/^vault\.(sealed|not-initialised|wrapping-spent)$/.test(usual.code)) return usual;
    if (/unsupported path|no handler for route/.test(words)) return null;
    if (/connect|network|i\/o timeout|no such host/.test(words)) return directoryAway(name);
    return loginRefused(name);
  };
}

/** `vault.directory-away`: it cannot reach whoever knows the names and passwords. */
function directoryAway(name: string): OpsError {
  return fault(
    "directory-away",
    text(
      `${name} cannot reach the directory or provider that its log-ins are checked with.`,
      `${name} ne peut pas joindre l'annuaire ou le fournisseur qui vérifie ses connexions.`,
    ),
    text(
      "Check that service; meanwhile sign in by another method.",
      "Vérifiez ce service ; en attendant, identifiez-vous par une autre méthode.",
    ),
  );
}

/** `vault.login-file`: a file of the log-in cannot be read, or is not what it should be. */
export function loginFile(name: string, file: string, cause?: unknown): OpsError {
  return fault(
    "login-file",
    text(
      `The log-in to ${name} needs ${file}, which cannot be read or does not hold what it should.`,
      `La connexion à ${name} demande ${file}, qui est illisible ou ne contient pas ce qu'il faut.`,
    ),
    text(
      "Check the path under `login` in the estate file, and what the file holds.",
      "Vérifiez le chemin sous « login » dans le fichier de parc, ainsi que le contenu du fichier.",
    ),
    cause,
  );
}

/** `vault.login-key`: certificate and key do not belong together, or are not PEM. */
export function loginKey(name: string, cause?: unknown): OpsError {
  return fault(
    "login-key",
    text(
      `The certificate that logs in to ${name} and its key do not belong together.`,
      `Le certificat qui sert à la connexion à ${name} et sa clé ne vont pas ensemble.`,
    ),
    text(
      "Name the key of that very certificate, as PEM without a passphrase.",
      "Indiquez la clé de ce certificat même, au format PEM sans phrase de passe.",
    ),
    cause,
  );
}

/** `vault.redirect-unregistered`: the role does not let the browser come back to this console. */
export function redirectUnregistered(name: string, address: string): OpsError {
  return fault(
    "redirect-unregistered",
    text(
      `${name} has no such role, or the role does not let the browser come back to ${address}.`,
      `${name} n'a pas ce rôle, ou le rôle ne laisse pas le navigateur revenir à ${address}.`,
    ),
    text(
      "Add this address to the role's `allowed_redirect_uris`, and to what the provider allows.",
      "Ajoutez cette adresse aux « allowed_redirect_uris » du rôle et à celles que le fournisseur autorise.",
    ),
  );
}

/** `vault.redirect-missing`: nobody came back from the browser in time. */
export function redirectMissing(name: string, minutes: number): OpsError {
  return fault(
    "redirect-missing",
    text(
      `The browser did not come back from signing in to ${name} within ${minutes} minutes.`,
      `Le navigateur n'est pas revenu de l'identification auprès de ${name} en ${minutes} minutes.`,
    ),
    text(
      "Sign in again; if your browser runs on another machine, paste the address that it ended at.",
      "Identifiez-vous de nouveau ; si le navigateur est sur un autre poste, collez l'adresse où il s'est arrêté.",
    ),
  );
}

/** `vault.redirect-foreign`: what came back does not belong to this attempt. */
export function redirectForeign(name: string): OpsError {
  return fault(
    "redirect-foreign",
    text(
      `What the browser brought back does not belong to this attempt to sign in to ${name}.`,
      `Ce que le navigateur a rapporté n'appartient pas à cette tentative d'identification auprès de ${name}.`,
    ),
    signInAgain,
  );
}

/** `vault.provider-refused`: the identity provider sent the browser back without letting anybody in. */
export function providerRefused(name: string): OpsError {
  return fault(
    "provider-refused",
    text(
      `The identity provider of ${name} did not let you in.`,
      `Le fournisseur d'identité de ${name} ne vous a pas laissé entrer.`,
    ),
    text(
      "Sign in again, and see what the provider's page says.",
      "Identifiez-vous de nouveau et lisez ce que dit la page du fournisseur.",
    ),
  );
}

/** `vault.second-factor`: a second factor is asked for that the console cannot give. */
export function secondFactor(name: string, why: LocalText): OpsError {
  return fault(
    "second-factor",
    text(`${name} asks for a second factor: ${why.en}.`, `${name} demande un second facteur : ${why.fr}.`),
    signInAgain,
  );
}
