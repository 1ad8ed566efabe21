import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";

/** `ssh.not-a-shell`: the account answered, but not as a POSIX shell would. */
export function notAShell(system: string, host: string): OpsError {
  return new OpsError({
    code: "ssh.not-a-shell",
    system,
    message: text(
      `${host} accepted the log-in but did not run the console's script.`,
      `${host} a accepté la connexion mais n'a pas exécuté le script de la console.`,
    ),
    hint: text(
      "Check that the account may run sh: no forced command, no shell such as nologin, sh in its path.",
      "Vérifiez que le compte peut exécuter sh : ni commande imposée, ni shell tel que nologin, et sh dans son chemin.",
    ),
  });
}

/** `ssh.answer-incomplete`: the script began and its end never came. */
export function answerIncomplete(system: string, host: string): OpsError {
  return new OpsError({
    code: "ssh.answer-incomplete",
    system,
    message: text(
      `The answer of ${host} broke off or was far too long.`,
      `La réponse de ${host} s'est interrompue ou était beaucoup trop longue.`,
    ),
    hint: text(
      "Read it again; if that does not help, open a terminal and look for a full disk or exhausted memory.",
      "Relancez la lecture ; sinon, ouvrez un terminal et cherchez un disque plein ou une mémoire épuisée.",
    ),
  });
}

/** `ssh.no-login`: the estate file gives no user or no way to log in for this host. */
export function noLogin(system: string, host: string): OpsError {
  return new OpsError({
    code: "ssh.no-login",
    system,
    message: text(
      `The estate file gives no way to log in to ${host}.`,
      `Le fichier d'inventaire n'indique aucun moyen de se connecter à ${host}.`,
    ),
    hint: text(
      "Give the host or its system a user and an authentication.",
      "Donnez à l'hôte ou à son système un « user » et une « authentication ».",
    ),
  });
}
