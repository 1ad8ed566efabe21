import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";
import { type Place, placeLabel } from "./place.ts";

type Account = Place & { user: string };

/** The server refused every credential that was tried. Names them and the methods the server takes, no values. */
export function loginRefused(
  target: Account,
  tried: readonly string[],
  offered: readonly string[],
  cause?: unknown,
): OpsError {
  const names = [...new Set(tried)].join(", ");
  const methods = methodList(offered);
  return reachFault(
    "login-refused",
    text(
      `${placeLabel(target)} refused the log-in of ${target.user} with ${names}.`,
      `${placeLabel(target)} a refusé la connexion de ${target.user} avec ${names}.`,
    ),
    text(
      `Correct the credential or the account there (the server takes ${methods.en}); it is not sent again until it changes or you ask.`,
      `Corrigez l'identifiant ou le compte (le serveur accepte ${methods.fr}) ; il n'est pas renvoyé tant qu'il n'a pas changé ou que vous ne le demandez pas.`,
    ),
    cause,
  );
}

/** Everything that could be tried was refused before and is not sent again. */
export function loginRefusedBefore(target: Account): OpsError {
  return reachFault(
    "login-refused-before",
    text(
      `${placeLabel(target)} refused the log-in of ${target.user} before, and the same credential was not sent again.`,
      `${placeLabel(target)} a déjà refusé la connexion de ${target.user} ; le même identifiant n'a pas été renvoyé.`,
    ),
    text(
      "Change the secret or the estate file, or ask for the log-in again.",
      "Changez le secret ou le fichier de parc, ou redemandez la connexion.",
    ),
  );
}

/** The estate lists no method that the server takes. */
export function methodsDoNotMeet(
  target: Account,
  listed: readonly string[],
  offered: readonly string[],
): OpsError {
  const methods = methodList(offered);
  return reachFault(
    "no-common-login",
    text(
      `${placeLabel(target)} takes ${methods.en} for ${target.user}, and the estate file lists ${methodList(listed).en}.`,
      `${placeLabel(target)} accepte ${methods.fr} pour ${target.user}, et le fichier de parc indique ${methodList(listed).fr}.`,
    ),
    text(
      "Add a method that the server takes under `authentication` in the estate file.",
      "Ajoutez sous « authentication », dans le fichier de parc, une méthode que le serveur accepte.",
    ),
  );
}

/** A stored secret can answer one prompt; the server asked for something else. */
export function tooManyPrompts(target: Account, secret: string): OpsError {
  return reachFault(
    "prompts-not-answerable",
    text(
      `${placeLabel(target)} asks for more than the secret ${secret} can answer.`,
      `${placeLabel(target)} demande davantage que ce que le secret ${secret} permet de répondre.`,
    ),
    text(
      "Write `keyboardInteractive: ask` in the estate file to be asked by the console.",
      "Écrivez « keyboardInteractive: ask » dans le fichier de parc pour que la console vous pose la question.",
    ),
  );
}

/** Nobody answered the server's prompts in time. */
export function promptUnanswered(target: Account, cause: unknown): OpsError {
  return reachFault(
    "question-unanswered",
    text(
      `Nobody answered the log-in prompt of ${placeLabel(target)} in time.`,
      `Personne n'a répondu à temps à la demande de connexion de ${placeLabel(target)}.`,
    ),
    text(
      "Ask for the log-in again to be asked again.",
      "Redemandez la connexion pour que la question revienne.",
    ),
    cause,
  );
}

/** The server wants the password changed before it lets the user in. */
export function passwordExpired(target: Account): OpsError {
  return reachFault(
    "password-expired",
    text(
      `The password of ${target.user} on ${placeLabel(target)} has expired.`,
      `Le mot de passe de ${target.user} sur ${placeLabel(target)} a expiré.`,
    ),
    text(
      "Change it on the host, then store the new one on the Secrets page.",
      "Changez-le sur la machine, puis enregistrez le nouveau dans la page Secrets.",
    ),
  );
}

function methodList(methods: readonly string[]): { en: string; fr: string } {
  const names = [...new Set(methods)].map((method) => method.replace(/[^a-z0-9@.-]/gi, "").slice(0, 60));
  return names.length > 0
    ? { en: names.join(", "), fr: names.join(", ") }
    : { en: "no method", fr: "aucune méthode" };
}
