import { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const lookThere = text(
  "Look at the service itself and at what stands in front of it.",
  "Examinez le service lui-même et ce qui se trouve devant lui.",
);
const checkCheck = text(
  "Check the entry under `checks` in the estate file, and the service itself.",
  "Vérifiez l'entrée sous « checks » dans le fichier de parc, ainsi que le service lui-même.",
);
const renew = text(
  "Have the certificate renewed, with the name that is asked for.",
  "Faites renouveler le certificat, avec le nom demandé.",
);

/** The errors that every service has, in the words of checks. All of the type say that the service does not answer as it should. */
export const service = serviceFaults({
  system: "web",
  speaks: text("HTTP", "HTTP"),
  checkPlace: checkCheck,
  tryAgain: lookThere,
});
const { fault } = service;

/** Whether an error says how the service answers; any other says that it could not be asked. */
export function isOfService(error: unknown): error is OpsError {
  return error instanceof OpsError && error.system === "web" && error.code !== "web.file-unreadable";
}

/** `web.refused`, `.silent` and `.name-unknown`: no connection comes about, in the words of whoever tried. */
export function notReached(code: "refused" | "silent" | "name-unknown", cause: OpsError): OpsError {
  return fault(code, cause.text, cause.hint, cause);
}

/** `web.name-unknown`: a resolver knows no address of the name. */
export function noAddress(host: string, resolver: string): OpsError {
  return fault(
    "name-unknown",
    text(`${resolver} knows no address of ${host}.`, `${resolver} ne connaît aucune adresse de ${host}.`),
    text("Look at the record of the name.", "Examinez l'enregistrement de ce nom."),
  );
}

/** `web.status`: the page answers with another status than the one that is asked for. */
export function otherStatus(target: string, status: number): OpsError {
  return fault(
    "status",
    text(`${target} answers with HTTP ${status}.`, `${target} répond avec le code HTTP ${status}.`),
    lookThere,
  );
}

/** `web.words-missing`: the answer, or the first MiB of it, has not the words that it must have. */
export function wordsMissing(target: string, words: string): OpsError {
  return fault(
    "words-missing",
    text(
      `The answer of ${target} does not have the words "${words}".`,
      `La réponse de ${target} ne contient pas les mots « ${words} ».`,
    ),
    lookThere,
  );
}

/** `web.served-elsewhere`: somebody else serves than who must. */
export function servedElsewhere(target: string, by: string | null, wanted: string): OpsError {
  return fault(
    "served-elsewhere",
    by === null
      ? text(
          `${target} does not say who serves; it must be ${wanted}.`,
          `${target} n'indique pas qui le sert ; ce doit être ${wanted}.`,
        )
      : text(
          `${target} is served by ${by}, not ${wanted}.`,
          `${target} est servi par ${by}, et non ${wanted}.`,
        ),
    text("Look at where its name leads.", "Vérifiez où mène son nom."),
  );
}

/** `web.redirected`: it sends the client on more often than is allowed, in a circle, or to where nobody may be sent. */
export function redirected(target: string, why: LocalText): OpsError {
  return fault(
    "redirected",
    text(
      `${target} sends the client elsewhere, which is not followed: ${why.en}.`,
      `${target} renvoie le client ailleurs, ce qui n'est pas suivi : ${why.fr}.`,
    ),
    checkCheck,
  );
}

/** `web.certificate-expired`: a certificate in the chain is not valid now. */
export function certificateExpired(target: string, at: number | null): OpsError {
  const day = at === null ? "—" : new Date(at).toISOString().slice(0, 16).replace("T", " ");
  return fault(
    "certificate-expired",
    text(
      `The certificate of ${target} has expired (${day} UTC).`,
      `Le certificat de ${target} a expiré (${day} UTC).`,
    ),
    renew,
  );
}

/** `web.certificate-name`: the certificate is for other names. */
export function certificateName(target: string, name: string): OpsError {
  return fault(
    "certificate-name",
    text(
      `The certificate of ${target} does not have the name ${name}.`,
      `Le certificat de ${target} ne porte pas le nom ${name}.`,
    ),
    renew,
  );
}

/** `web.certificate-too-early`: the certificate is not valid yet, or the clocks are apart. */
export function certificateTooEarly(target: string): OpsError {
  return fault(
    "certificate-too-early",
    text(
      `The certificate of ${target} is not valid yet.`,
      `Le certificat de ${target} n'est pas encore valable.`,
    ),
    text("Check the clock of this workstation.", "Vérifiez l'horloge de ce poste."),
  );
}

/** `web.greeting`: it greets with other words than it must, or with none. */
export function otherGreeting(target: string, words: string): OpsError {
  return fault(
    "greeting",
    text(`${target} does not greet with "${words}".`, `${target} ne s'annonce pas avec « ${words} ».`),
    lookThere,
  );
}

/** `web.mail-refused`: a mail server answers a command with a code that is no success (RFC 5321, 4.2). */
export function mailRefused(target: string, at: LocalText, code: number): OpsError {
  return fault(
    "mail-refused",
    text(`${target} answers ${code} to ${at.en}.`, `${target} répond ${code} à ${at.fr}.`),
    lookThere,
  );
}

/** `web.mail-garbage`: what answers does not speak SMTP. */
export function mailGarbage(target: string): OpsError {
  return fault(
    "mail-garbage",
    text(
      `What answers for ${target} does not speak SMTP.`,
      `Ce qui répond pour ${target} ne parle pas le SMTP.`,
    ),
    checkCheck,
  );
}

/** `web.no-start-tls`: a mail server does not offer TLS. */
export function noStartTls(target: string): OpsError {
  return fault(
    "no-start-tls",
    text(`${target} does not offer STARTTLS.`, `${target} ne propose pas STARTTLS.`),
    lookThere,
  );
}
