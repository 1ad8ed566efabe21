import { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { answerClosed, answerTimedOut } from "../../reach/answer-faults.ts";
import type { StreamTlsFaults } from "../../reach/secure-stream.ts";

/** An OpsError of this area; `code` comes without the `alertmanager.` before it. */
function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `alertmanager.${code}`, system: "alertmanager", message, hint, cause });
}

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

/** `alertmanager.timed-out`: the whole answer did not come before the deadline. */
export const timedOut = (name: string, seconds: number): OpsError =>
  answerTimedOut("alertmanager", name, seconds, tryAgain);

/** `alertmanager.closed`: the connection ended before the answer was complete. */
export const closed = (name: string, cause?: unknown): OpsError =>
  answerClosed("alertmanager", name, tryAgain, cause);

/** `alertmanager.too-large`: the answer is larger than what is read. */
export function tooLarge(name: string, megabytes: number): OpsError {
  return fault(
    "too-large",
    text(
      `${name} answered with more than ${megabytes} MB.`,
      `${name} a répondu par plus de ${megabytes} Mo.`,
    ),
    text(
      "Look at how many alerts and silences it holds; narrow them down there.",
      "Examinez le nombre d'alertes et de silences qu'il contient, et réduisez-le.",
    ),
  );
}

/** `alertmanager.garbage`: what answers is no Alertmanager. */
export function garbage(name: string, cause?: unknown): OpsError {
  return fault(
    "garbage",
    text(
      `What answers for ${name} does not speak the API of Alertmanager.`,
      `Ce qui répond pour ${name} ne parle pas l'API d'Alertmanager.`,
    ),
    checkUrl,
    cause,
  );
}

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

/** `alertmanager.failing`: it has a fault of its own, or what stands in front of it has. */
export function failing(name: string, status: number): OpsError {
  return fault(
    "failing",
    text(
      `${name} has a fault of its own (HTTP ${status}).`,
      `${name} rencontre une défaillance interne (HTTP ${status}).`,
    ),
    tryAgain,
  );
}

/** `alertmanager.moved`: it sends the client elsewhere, which is not followed. */
export function moved(name: string): OpsError {
  return fault(
    "moved",
    text(
      `${name} sends the console to another address, which it does not follow.`,
      `${name} renvoie vers une autre adresse, que la console ne suit pas.`,
    ),
    checkUrl,
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

/** `alertmanager.file-unreadable`: the authority's file cannot be read. */
export function authorityUnreadable(name: string, cause: unknown): OpsError {
  return fault(
    "file-unreadable",
    text(
      `The certificate authority of ${name} cannot be read from its file.`,
      `L'autorité de certification de ${name} ne peut pas être lue dans son fichier.`,
    ),
    text(
      "Check `certificateAuthority` in the estate file: a PEM file, relative to it.",
      "Vérifiez « certificateAuthority » dans le fichier de parc : un fichier PEM, relatif à celui-ci.",
    ),
    cause,
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

/** The errors of TLS in the words of one Alertmanager. */
export function tlsFaults(name: string): StreamTlsFaults {
  return {
    certificateChanged: (pinned, shown) =>
      fault(
        "certificate-changed",
        text(
          `${name} shows another certificate (${shown}) than the pinned one (${pinned}).`,
          `${name} présente un autre certificat (${shown}) que celui qui est épinglé (${pinned}).`,
        ),
        text(
          "Find out why before you change `pin` in the estate file.",
          "Cherchez-en la raison avant de modifier « pin » dans le fichier de parc.",
        ),
      ),
    certificateUntrusted: (cause) =>
      fault(
        "certificate-untrusted",
        text(
          `No trusted authority vouches for the certificate of ${name}.`,
          `Aucune autorité de confiance ne garantit le certificat de ${name}.`,
        ),
        text(
          "Name its authority under `certificateAuthority`, or its fingerprint under `pin`.",
          "Indiquez son autorité sous « certificateAuthority », ou son empreinte sous « pin ».",
        ),
        cause,
      ),
    tlsFailed: (cause) =>
      fault(
        "tls-failed",
        text(
          `TLS with ${name} could not be set up.`,
          `La connexion TLS avec ${name} n'a pas pu être établie.`,
        ),
        checkUrl,
        cause,
      ),
  };
}
