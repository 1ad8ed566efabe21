import type { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";
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
      "Grant it GET, POST, PUT and DELETE below /domain/zone/ZONE/ and /dedicatedCloud/SERVICE/, or use another key.",
      "Accordez-lui GET, POST, PUT et DELETE sous /domain/zone/ZONE/ et /dedicatedCloud/SERVICE/, ou utilisez une autre clé.",
    ),
  );
}

/** `ovh.not-found`: there is no such zone, record, service or entry in this account, or no API below this URL. */
export function notFound(name: string): OpsError {
  return fault(
    "not-found",
    text(
      `${name} has no such zone, record, service or entry in this account.`,
      `${name} ne connaît pas cette zone, cet enregistrement, ce service ou cette entrée dans ce compte.`,
    ),
    text(
      "Check the name of the zone or service and `url` in the estate file, and whose account the keys are of.",
      "Vérifiez le nom de la zone ou du service et « url » dans le fichier de parc, ainsi que le compte des clés.",
    ),
  );
}

/** `ovh.refused`: it does not accept what was asked for. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    text(
      "Check the value that was given; another task may also be under way there.",
      "Vérifiez la valeur donnée ; une autre tâche est peut-être en cours à cet endroit.",
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

/** `ovh.task-failed`: the provider has taken the order and then not carried it out. */
export function taskFailed(name: string, task: number, state: string): OpsError {
  return fault(
    "task-failed",
    text(
      `${name} has taken the order, but its task ${task} ended as “${state}”.`,
      `${name} a pris l'ordre, mais sa tâche ${task} a fini à l'état « ${state} ».`,
    ),
    text(
      "Look at the task in the provider's own console; it can be relaunched or cancelled there.",
      "Consultez la tâche dans la console du fournisseur ; elle peut y être relancée ou annulée.",
    ),
  );
}

/** `ovh.task-slow`: the provider's task has not come to an end in time. */
export function taskSlow(name: string, task: number, minutes: number): OpsError {
  return fault(
    "task-slow",
    text(
      `${name} has taken the order, but its task ${task} has not ended within ${minutes} min.`,
      `${name} a pris l'ordre, mais sa tâche ${task} n'a pas abouti en ${minutes} min.`,
    ),
    text(
      "It goes on there; look at the list again later, and do not order it twice.",
      "Elle se poursuit là-bas ; consultez la liste plus tard, et ne redonnez pas l'ordre.",
    ),
  );
}

/** `ovh.too-many-entries`: an allowlist has more entries than are read. */
export function tooManyEntries(name: string, service: string, most: number): OpsError {
  return fault(
    "too-many-entries",
    text(
      `The allowlist of ${service} at ${name} has more than ${most} entries.`,
      `La liste d'adresses autorisées de ${service} chez ${name} compte plus de ${most} entrées.`,
    ),
    text("Tidy it up in the provider's own console.", "Faites-y du ménage dans la console du fournisseur."),
  );
}

/** `ovh.would-lock-out`: looked at again right before, the removal would keep out whoever works here. */
export function wouldLockOut(why: LocalText): OpsError {
  return fault(
    "would-lock-out",
    why,
    text(
      "Nothing was removed; let in another range that covers it first.",
      "Rien n'a été retiré ; autorisez d'abord une autre plage qui la couvre.",
    ),
  );
}

/** `ovh.entry-changed`: somebody has changed the entry since it was looked at. */
export function entryChanged(network: string): OpsError {
  return fault(
    "entry-changed",
    text(
      `The entry of ${network} was changed by somebody meanwhile.`,
      `L'entrée ${network} a été modifiée entre-temps par quelqu'un.`,
    ),
    text("Nothing was sent; look at it again.", "Rien n'a été envoyé ; consultez-la de nouveau."),
  );
}
