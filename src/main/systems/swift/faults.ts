import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const checkUrl = text(
  "Check `url` under `login` in the estate file, and what the log-in names as the storage URL.",
  "Vérifiez « url » sous « login » dans le fichier de parc, ainsi que l'URL de stockage que donne la connexion.",
);
const tryAgain = text(
  "Try again; if it fails again, look at the state of the Swift cluster and at the link to it.",
  "Réessayez ; si l'échec persiste, examinez l'état de la grappe Swift et la liaison avec elle.",
);

/** The errors that every service has, in the words of Swift. */
export const service = serviceFaults({
  system: "swift",
  speaks: text("the API of Swift or Keystone", "l'API de Swift ou de Keystone"),
  checkPlace: checkUrl,
  tryAgain,
});
const { fault } = service;

/** `swift.login-refused`: the log-in was not accepted. */
export function loginRefused(name: string): OpsError {
  return fault(
    "login-refused",
    text(`${name} refuses the log-in.`, `${name} refuse la connexion.`),
    text(
      "Check user, project and domains in the estate file, and the stored secret.",
      "Vérifiez l'utilisateur, le projet et les domaines dans le fichier de parc, ainsi que le secret enregistré.",
    ),
  );
}

/** `swift.not-allowed`: the log-in was accepted, but not for this. */
export function notAllowed(name: string): OpsError {
  return fault(
    "not-allowed",
    text(`${name} does not allow this to the user.`, `${name} n'accorde pas ce droit à l'utilisateur.`),
    text(
      "Container-sync is set by those who own the account: give the user an operator's role in the project.",
      "La synchronisation se règle avec les droits du propriétaire du compte : donnez à l'utilisateur un rôle d'opérateur dans le projet.",
    ),
  );
}

/** `swift.no-endpoint`: Keystone's catalogue has no object store for this region. */
export function noEndpoint(name: string, region: string | undefined): OpsError {
  const where =
    region === undefined ? text("", "") : text(` in region ${region}`, ` dans la région ${region}`);
  return fault(
    "no-endpoint",
    text(
      `The catalogue of ${name} names no object store${where.en}.`,
      `Le catalogue de ${name} ne nomme aucun stockage d'objets${where.fr}.`,
    ),
    text(
      "Check `region` and `interface` of this end in the estate file, or name its `storageUrl`.",
      "Vérifiez « region » et « interface » de cette extrémité dans le fichier de parc, ou indiquez son « storageUrl ».",
    ),
  );
}

/** `swift.no-container`: there is no such container in the account. */
export function noContainer(name: string, container: string): OpsError {
  return fault(
    "no-container",
    text(`${name} has no container named ${container}.`, `${name} n'a pas de conteneur nommé ${container}.`),
    text(
      "Check its name in the estate file, and whose account the log-in is of.",
      "Vérifiez son nom dans le fichier de parc, ainsi que le compte de la connexion.",
    ),
  );
}

/** `swift.refused`: it does not accept what was asked for. */
export function refused(name: string, status: number): OpsError {
  return fault(
    "refused",
    text(`${name} refused the request (HTTP ${status}).`, `${name} a refusé la demande (HTTP ${status}).`),
    text(
      "Check the containers and addresses in the estate file, and what the cluster lets be copied where.",
      "Vérifiez les conteneurs et les adresses dans le fichier de parc, ainsi que les destinations que la grappe autorise.",
    ),
  );
}

/** `swift.plain-login`: the log-in or its token would go over a network without TLS. */
export function plainLogin(name: string): OpsError {
  return fault(
    "plain-login",
    text(
      `${name} would get its log-in over plain HTTP, readable on the way.`,
      `${name} recevrait l'identification en HTTP simple, lisible en chemin.`,
    ),
    text(
      "Use https in `url`, and see that the storage URL is one too.",
      "Utilisez https dans « url », et assurez-vous que l'URL de stockage l'utilise aussi.",
    ),
  );
}

/** `swift.not-caught-up`: the target still lacks what was put at the source; nothing was changed. */
export function notCaughtUp(from: string, to: string, seconds: number): OpsError {
  return fault(
    "not-caught-up",
    text(
      `What was put at ${from} was not at ${to} after ${seconds} s; nothing was changed.`,
      `Ce qui a été déposé à ${from} n'était pas à ${to} au bout de ${seconds} s ; rien n'a été modifié.`,
    ),
    text(
      "Wait until it has caught up, or go on without it by `sourceGone`, which gives up what was not copied.",
      "Attendez que le retard soit comblé, ou continuez par « sourceGone », qui abandonne ce qui n'a pas été copié.",
    ),
  );
}

/** `swift.still-sends`: the old direction stands although it was told to end. */
export function stillSends(from: string): OpsError {
  return fault(
    "still-sends",
    text(
      `${from} still has a target after it was told to have none; the other direction was not set.`,
      `${from} a encore une destination alors qu'elle devait lui être retirée ; l'autre sens n'a pas été établi.`,
    ),
    text(
      "See who else changes the container, then try again.",
      "Cherchez qui d'autre modifie le conteneur, puis réessayez.",
    ),
  );
}
