import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { answerClosed, answerTimedOut } from "./answer-faults.ts";
import type { HttpFaults } from "./http-exchange.ts";
import type { StreamTlsFaults } from "./secure-stream.ts";

export interface ServiceWords {
  /** What comes before the code of each error, such as `vsphere`. */
  system: string;
  /** What it speaks, with its article: "the vSphere API". */
  speaks: LocalText;
  /** What to look at in the estate file when something else answers. */
  checkPlace: LocalText;
  /** What to do when it fails on the way. */
  tryAgain: LocalText;
  /** Where the estate file pins its certificate: `pin` when left out. */
  pinnedBy?: "pin" | "pins";
}

/** The errors that every service over HTTP and TLS has, in the words of one kind of service; `name` is one of them. */
export interface ServiceFaults {
  /** An OpsError of this kind; `code` comes without the system before it. */
  fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError;
  /** `.timed-out`: the whole answer did not come before the deadline. */
  timedOut(name: string, seconds: number): OpsError;
  /** `.closed`, `.garbage` and `.too-large`: the connection ended too early, something else answered, or too much. */
  http(name: string): HttpFaults;
  /** `.failing`: it has a fault of its own, or what stands in front of it has. */
  failing(name: string, status: number): OpsError;
  /** `.moved`: it sends the client elsewhere, which is not followed. */
  moved(name: string): OpsError;
  /** `.file-unreadable`: the file of the certificate authority cannot be read. */
  authorityUnreadable(name: string, cause: unknown): OpsError;
  /** `.certificate-changed`, `.certificate-untrusted`, `.tls-failed`; nothing was sent by then. */
  tls(name: string): StreamTlsFaults;
}

/** Puts the common errors of a kind of service into its words. */
export function serviceFaults(words: ServiceWords): ServiceFaults {
  const { system, speaks, checkPlace, tryAgain, pinnedBy = "pin" } = words;
  const fault = (code: string, message: LocalText, hint: LocalText, cause?: unknown) =>
    new OpsError({ code: `${system}.${code}`, system, message, hint, cause });
  return {
    fault,
    timedOut: (name, seconds) => answerTimedOut(system, name, seconds, tryAgain),
    http: (name) => ({
      closed: (cause) => answerClosed(system, name, tryAgain, cause),
      garbage: (cause) =>
        fault(
          "garbage",
          text(
            `What answers for ${name} does not speak ${speaks.en}.`,
            `Ce qui répond pour ${name} ne parle pas ${speaks.fr}.`,
          ),
          checkPlace,
          cause,
        ),
      tooLarge: (mebibytes) =>
        fault(
          "too-large",
          text(
            `${name} answered with more than ${mebibytes} MiB, which was dropped.`,
            `${name} a répondu par plus de ${mebibytes} Mio, et la réponse a été abandonnée.`,
          ),
          checkPlace,
        ),
    }),
    failing: (name, status) =>
      fault(
        "failing",
        text(
          `${name} has a fault of its own (HTTP ${status}).`,
          `${name} rencontre une défaillance interne (HTTP ${status}).`,
        ),
        tryAgain,
      ),
    moved: (name) =>
      fault(
        "moved",
        text(
          `${name} sends the console to another address, which it does not follow.`,
          `${name} renvoie vers une autre adresse, que la console ne suit pas.`,
        ),
        checkPlace,
      ),
    authorityUnreadable: (name, cause) =>
      fault(
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
      ),
    tls: (name) => ({
      certificateChanged: (pinned, shown) =>
        fault(
          "certificate-changed",
          text(
            `${name} shows another certificate (${shown}) than what is pinned (${pinned}); nothing was sent.`,
            `${name} présente un autre certificat (${shown}) que ce qui est épinglé (${pinned}) ; rien n'a été envoyé.`,
          ),
          text(
            `Find out why before you change \`${pinnedBy}\` in the estate file.`,
            `Cherchez-en la raison avant de modifier « ${pinnedBy} » dans le fichier de parc.`,
          ),
        ),
      certificateUntrusted: (cause) =>
        fault(
          "certificate-untrusted",
          text(
            `No trusted authority vouches for the certificate of ${name}; nothing was sent.`,
            `Aucune autorité de confiance ne garantit le certificat de ${name} ; rien n'a été envoyé.`,
          ),
          text(
            `Name its authority under \`certificateAuthority\`, or its fingerprint under \`${pinnedBy}\`.`,
            `Indiquez son autorité sous « certificateAuthority », ou son empreinte sous « ${pinnedBy} ».`,
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
          checkPlace,
          cause,
        ),
    }),
  };
}
