import { OpsError } from "../../shared/errors.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { answerClosed, answerTimedOut } from "../reach/answer-faults.ts";

const system = "dns";
const checkServer = text(
  "Check the address and port of the name server in the estate file, and that it runs.",
  "Vérifiez l'adresse et le port du serveur de noms dans le fichier de parc, et qu'il fonctionne.",
);
const lookAgain = text(
  "Look at the record again, then decide whether to change it.",
  "Relisez l'enregistrement, puis décidez s'il faut le modifier.",
);
const checkKey = text(
  "Check the name, the algorithm and the secret of the key in the estate file against those of the server.",
  "Comparez le nom, l'algorithme et le secret de la clé du fichier de parc avec ceux du serveur.",
);

function fault(code: string, message: LocalText, hint: LocalText, cause?: unknown): OpsError {
  return new OpsError({ code: `dns.${code}`, system, message, hint, cause });
}

/** `dns.timed-out`: no whole answer before the deadline. */
export function timedOut(server: string, seconds: number): OpsError {
  return answerTimedOut(system, server, seconds, checkServer);
}

/** `dns.closed`: the connection ended before the answer was whole. */
export function closed(server: string, cause?: unknown): OpsError {
  return answerClosed(system, server, checkServer, cause);
}

/** `dns.unreachable`: nothing takes datagrams there. */
export function unreachable(server: string, cause: unknown): OpsError {
  return fault(
    "unreachable",
    text(`${server} cannot be reached over UDP.`, `${server} est injoignable en UDP.`),
    checkServer,
    cause,
  );
}

/** `dns.garbage`: what answers does not speak DNS, or answers something else than was asked. */
export function garbage(server: string): OpsError {
  return fault(
    "garbage",
    text(
      `What answers for ${server} does not speak DNS, or answers another question.`,
      `Ce qui répond pour ${server} ne parle pas le DNS, ou répond à une autre question.`,
    ),
    checkServer,
  );
}

/** `dns.refused`: the server answered with a code that is no answer to the question (RFC 1035, 4.1.1). */
export function refused(server: string, code: string): OpsError {
  return fault(
    "refused",
    text(`${server} refuses to answer (${code}).`, `${server} refuse de répondre (${code}).`),
    text(
      "Look at the server's log, and at whom it lets ask for this zone.",
      "Consultez le journal du serveur, et vérifiez qui peut l'interroger sur cette zone.",
    ),
  );
}

/** `dns.update-refused`: it does not take the change; nothing was changed. */
export function updateRefused(server: string, code: string): OpsError {
  return fault(
    "update-refused",
    text(
      `${server} did not take the change (${code}); nothing was changed.`,
      `${server} n'a pas accepté la modification (${code}) ; rien n'a été modifié.`,
    ),
    text(
      "Check that the key may update this record there, and that it is the zone's primary server.",
      "Vérifiez que la clé peut y modifier cet enregistrement, et que c'est le serveur primaire de la zone.",
    ),
  );
}

export const changedMeanwhileCode = "dns.changed-meanwhile";

/** `dns.changed-meanwhile`: the record is no longer as it was seen; nothing was changed. */
export function changedMeanwhile(record: string): OpsError {
  return fault(
    "changed-meanwhile",
    text(
      `Somebody else changed ${record} meanwhile; nothing was changed.`,
      `${record} a été modifié entre-temps par quelqu'un d'autre ; rien n'a été modifié.`,
    ),
    lookAgain,
  );
}

/** `dns.key-refused`: the server does not know the key, or its signature does not fit. */
export function keyRefused(server: string, key: string): OpsError {
  return fault(
    "key-refused",
    text(`${server} does not accept the key ${key}.`, `${server} n'accepte pas la clé ${key}.`),
    checkKey,
  );
}

/** `dns.clock-apart`: signatures are only good for some minutes, and the clocks differ by more. */
export function clockApart(server: string, seconds: number | null): OpsError {
  const by = seconds === null ? null : Math.abs(Math.round(seconds));
  return fault(
    "clock-apart",
    text(
      `The clocks of ${server} and of this workstation are too far apart${by === null ? "" : ` (${by} s)`}; nothing was changed.`,
      `Les horloges de ${server} et de ce poste sont trop décalées${by === null ? "" : ` (${by} s)`} ; rien n'a été modifié.`,
    ),
    text("Set both clocks, then try again.", "Remettez les deux horloges à l'heure, puis réessayez."),
  );
}

/** `dns.unsigned-answer`: the answer to a signed change is not signed by the same key: anybody may have sent it. */
export function unsignedAnswer(server: string): OpsError {
  return fault(
    "unsigned-answer",
    text(
      `The answer of ${server} to the change does not prove that it comes from there.`,
      `La réponse de ${server} à la modification ne prouve pas qu'elle en provient.`,
    ),
    text(
      "Look at what the authoritative servers answer now before you try again.",
      "Regardez ce que répondent les serveurs faisant autorité avant de réessayer.",
    ),
  );
}

/** `dns.bad-key`: the stored secret is no base64. */
export function badKey(key: string): OpsError {
  return fault(
    "bad-key",
    text(
      `The stored secret of the key ${key} is not in base64.`,
      `Le secret enregistré de la clé ${key} n'est pas en base64.`,
    ),
    checkKey,
  );
}

/** `dns.no-zone`: no zone of the estate file holds the record, or none that may be changed. */
export function noZone(record: string): OpsError {
  return fault(
    "no-zone",
    text(
      `No zone of the estate file holds ${record}.`,
      `Aucune zone du fichier de parc ne contient ${record}.`,
    ),
    text("Add its zone under `zones`.", "Ajoutez sa zone sous « zones »."),
  );
}

/** `dns.bad-value`: the words are no data of such a record. */
export function badValue(value: string, type: string): OpsError {
  return fault(
    "bad-value",
    text(
      `"${value.slice(0, 100)}" is no value of a record of type ${type}.`,
      `« ${value.slice(0, 100)} » n'est pas une valeur d'enregistrement de type ${type}.`,
    ),
    text(
      "Give one of the names under `values` in the estate file, or values as a zone file has them.",
      "Donnez un des noms sous « values » du fichier de parc, ou des valeurs comme dans un fichier de zone.",
    ),
  );
}
