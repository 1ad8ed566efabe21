import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const checkUrl = text(
  "Check that `url` in the estate file is that of the API, with its version.",
  "Vérifiez que « url », dans le fichier de parc, est bien celle de l'API, avec sa version.",
);
const tryAgain = text(
  "Try again; if it fails again, look at the state of the provider and at the link to it.",
  "Réessayez ; si l'échec persiste, consultez l'état des services du fournisseur et la liaison avec lui.",
);
const checkKeys = text(
  "Check the application key, its secret and the consumer key, and that the latter has not expired.",
  "Vérifiez la clé d'application, son secret et la clé de consommateur, et que celle-ci n'a pas expiré.",
);

/** The errors that every service has, in the words of OVHcloud's API. */
export const service = serviceFaults({
  system: "ovh",
  speaks: text("the API of OVHcloud", "l'API d'OVHcloud"),
  checkPlace: checkUrl,
  tryAgain,
});
const { fault } = service;

/** `ovh.login-refused`: the keys or the signature are not accepted. */
export function loginRefused(name: string): OpsError {
  return fault("login-refused", text(`${name} refuses the keys.`, `${name} refuse les clés.`), checkKeys);
}

/** `ovh.not-allowed`: the consumer key was not given this right. */
export function notAllowed(name: string): OpsError {
  return fault(
    "not-allowed",
    text(
      `${name} has not granted this call to the consumer key.`,
      `${name} n'a pas accordé cet appel à la clé de consommateur.`,
    ),
    text(
      "Grant it GET, POST, PUT and DELETE below /domain/zone/ZONE/, or use another key.",
      "Accordez-lui GET, POST, PUT et DELETE sous /domain/zone/ZONE/, ou utilisez une autre clé.",
    ),
  );
}

/** `ovh.not-found`: there is no such zone or record in this account, or no API below this URL. */
export function notFound(name: string): OpsError {
  return fault(
    "not-found",
    text(
      `${name} has no such zone or record in this account.`,
      `${name} n'a ni cette zone ni cet enregistrement dans ce compte.`,
    ),
    text(
      "Check the name of the zone and `url` in the estate file, and whose account the keys are of.",
      "Vérifiez le nom de la zone et « url » dans le fichier de parc, ainsi que le compte des clés.",
    ),
  );
}

/** `ovh.refused`: it does not accept what was asked for. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    text(
      "Check the value of the record; another task may also be under way on the zone.",
      "Vérifiez la valeur de l'enregistrement ; une autre tâche est peut-être en cours sur la zone.",
    ),
  );
}

/** `ovh.too-many-calls`: it wants fewer requests. */
export function tooManyCalls(name: string): OpsError {
  return fault(
    "too-many-calls",
    text(`${name} has had too many requests.`, `${name} a reçu trop de requêtes.`),
    text("Wait a minute, then try again.", "Attendez une minute, puis réessayez."),
  );
}

/** `ovh.plain-login`: the consumer key would go over a network without TLS. */
export function plainLogin(name: string): OpsError {
  return fault(
    "plain-login",
    text(
      `${name} would get the consumer key over plain HTTP, readable on the way.`,
      `${name} recevrait la clé de consommateur en HTTP simple, lisible en chemin.`,
    ),
    text("Use https in `url`.", "Utilisez https dans « url »."),
  );
}

/** `ovh.too-many-records`: more records bear the name than one change may touch. */
export function tooManyRecords(name: string, record: string): OpsError {
  return fault(
    "too-many-records",
    text(
      `${name} lists too many records for ${record}; nothing was changed.`,
      `${name} énumère trop d'enregistrements pour ${record} ; rien n'a été modifié.`,
    ),
    text(
      "Look at the zone in the provider's own console.",
      "Consultez la zone dans la console du fournisseur.",
    ),
  );
}
