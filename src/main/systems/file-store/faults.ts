import { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";

/** `file-store.refused`: systemd, or sudo before it, does not do what it is told on a server. */
export function refused(system: string, server: string, words: string): OpsError {
  return new OpsError({
    code: "file-store.refused",
    system,
    message: text(
      `${server} refused: ${words || "no reason given"}`,
      `${server} a refusé : ${words || "sans raison donnée"}`,
    ),
    hint: text(
      "Let the account run systemctl for these units with sudo and without a password, then try again.",
      "Autorisez le compte à lancer systemctl pour ces unités par sudo sans mot de passe, puis réessayez.",
    ),
  });
}

/** `file-store.still-on`: a timer was stopped and is on all the same; nothing was started elsewhere. */
export function stillOn(system: string, server: string): OpsError {
  return new OpsError({
    code: "file-store.still-on",
    system,
    message: text(
      `The timer on ${server} is still on after it was stopped; it was started nowhere else.`,
      `Le minuteur de ${server} est toujours en marche après son arrêt ; il n'a été démarré nulle part ailleurs.`,
    ),
    hint: text(
      "Look what starts it there (systemctl list-dependencies --reverse), then try again.",
      "Cherchez ce qui le démarre là-bas (systemctl list-dependencies --reverse), puis réessayez.",
    ),
  });
}
