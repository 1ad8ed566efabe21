import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const checkUrl = text(
  "Check that `url` in the estate file is that of Alertmanager, with its path prefix if it has one.",
  "Vérifiez que « url », dans le fichier de parc, est bien celle d'Alertmanager, avec son préfixe de chemin s'il en a un.",
);
const tryAgain = text(
  "Try again; if it fails again, look at Alertmanager's log and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez le journal d'Alertmanager et la liaison avec lui.",
);
const checkLogin = text(
  "Check the user and the stored secret, and what the proxy in front of it lets them do.",
  "Vérifiez l'utilisateur et le secret enregistré, ainsi que les droits accordés par le serveur mandataire.",
);

/** The errors that every service has, in the words of Alertmanager. */
export const service = serviceFaults({
  system: "alertmanager",
  speaks: text("the API of Alertmanager", "l'API d'Alertmanager"),
  checkPlace: checkUrl,
  tryAgain,
});
const { fault } = service;

/** `alertmanager.login-refused`: the log-in was not accepted. */
export function loginRefused(name: string): OpsError {
  return fault(
    "login-refused",
    text(`${name} refuses the log-in.`, `${name} refuse la connexion.`),
    checkLogin,
  );
}

/** `alertmanager.not-allowed`: the log-in was accepted, but not for this. */
export function notAllowed(name: string): OpsError {
  return fault(
    "not-allowed",
    text(`${name} does not allow this to the user.`, `${name} n'accorde pas ce droit à l'utilisateur.`),
    checkLogin,
  );
}

/** `alertmanager.refused`: it does not accept what was asked for. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    text(
      "Check the matchers under `silence` in the estate file, and Alertmanager's log.",
      "Vérifiez les filtres sous « silence » dans le fichier de parc, ainsi que le journal d'Alertmanager.",
    ),
  );
}

/** `alertmanager.not-found`: there is no such thing, or no API below this URL. */
export function notFound(name: string): OpsError {
  return fault(
    "not-found",
    text(`${name} does not have what was asked for.`, `${name} ne possède pas ce qui a été demandé.`),
    checkUrl,
  );
}

/** `alertmanager.plain-login`: a log-in would go over a network without TLS. */
export function plainLogin(name: string): OpsError {
  return fault(
    "plain-login",
    text(
      `${name} would get its log-in over plain HTTP, readable on the way.`,
      `${name} recevrait l'identification en HTTP simple, lisible en chemin.`,
    ),
    text(
      "Use https in `url`, or take the log-in away.",
      "Utilisez https dans « url », ou retirez l'identification.",
    ),
  );
}

/** `alertmanager.no-matchers`: it is not known which alerts are about a resource. */
export function noMatchers(resource: string): OpsError {
  return fault(
    "no-matchers",
    text(
      `It is not known which alerts are about ${resource}: the matchers need an address that was not read.`,
      `On ne sait pas quelles alertes concernent ${resource} : les filtres demandent une adresse qui n'a pas été lue.`,
    ),
    text(
      "Use the placeholder for its name in the matchers under `silence`, or read the resource first.",
      "Utilisez la marque de son nom dans les filtres sous « silence », ou faites d'abord lire la ressource.",
    ),
  );
}
