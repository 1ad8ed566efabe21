import type { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import { childOf, type XmlElement } from "../../xml.ts";
import { amtFault } from "./faults.ts";
import { namespaces } from "./namespaces.ts";

/** Faults by the last part of their subcode: why AMT refused (DSP0226 section 14.6, WS-Addressing, WS-Enumeration). */
const known: Record<string, { code: string; why: LocalText; hint: LocalText }> = {
  AccessDenied: {
    code: "access-denied",
    why: text(
      "the user may not do this, or somebody at the machine must consent first",
      "l'utilisateur n'en a pas le droit, ou une personne devant la machine doit d'abord donner son accord",
    ),
    hint: text(
      "Use an AMT user with the right realms; in client control mode boot options and screen need the user's consent.",
      "Employez un utilisateur AMT doté des droits voulus ; en mode « client control », les options de démarrage et l'écran exigent l'accord de l'utilisateur.",
    ),
  },
  DestinationUnreachable: {
    code: "not-offered",
    why: text("its firmware does not have this", "son micrologiciel n'offre pas cette fonction"),
    hint: text(
      "Look at the firmware's version and whether it is full AMT or standard manageability.",
      "Vérifiez la version du micrologiciel et s'il s'agit d'AMT complet ou de « standard manageability ».",
    ),
  },
  TimedOut: {
    code: "operation-timed-out",
    why: text("the operation took too long inside it", "l'opération y a duré trop longtemps"),
    hint: text(
      "Wait a minute, then look at the machine's state.",
      "Patientez une minute, puis vérifiez l'état de la machine.",
    ),
  },
  Concurrency: {
    code: "busy",
    why: text("somebody else is using it right now", "quelqu'un d'autre l'utilise en ce moment"),
    hint: text(
      "Wait until other management consoles are done with it, then try again.",
      "Attendez que les autres consoles d'administration aient fini, puis réessayez.",
    ),
  },
  QuotaLimit: {
    code: "busy",
    why: text(
      "it has too many requests or enumerations open",
      "il a trop de requêtes ou d'énumérations ouvertes",
    ),
    hint: text(
      "Wait some minutes until it has dropped them, then try again.",
      "Patientez quelques minutes qu'il les ait abandonnées, puis réessayez.",
    ),
  },
  InvalidRepresentation: {
    code: "invalid-representation",
    why: text("it does not accept the values or their order", "il n'accepte pas les valeurs ou leur ordre"),
    hint: text(
      "Look at the firmware's version: it may not let this setting be written.",
      "Vérifiez la version du micrologiciel : il ne laisse peut-être pas écrire ce réglage.",
    ),
  },
  InternalError: {
    code: "internal-error",
    why: text("it met an error of its own", "il a rencontré une erreur interne"),
    hint: text(
      "Try again; if it comes back, restart the management engine by taking the machine off the mains.",
      "Réessayez ; si elle revient, redémarrez le moteur d'administration en coupant le secteur de la machine.",
    ),
  },
};

const aliases: Record<string, string> = {
  ActionNotSupported: "DestinationUnreachable",
  UnsupportedFeature: "DestinationUnreachable",
  CannotProcessFilter: "DestinationUnreachable",
  InvalidResourceURI: "DestinationUnreachable",
  SchemaValidationError: "InvalidRepresentation",
};

/**
 * What a SOAP fault means, in words; null when the body holds none. Codes: `amt.access-denied`, `amt.not-offered`,
 * `amt.operation-timed-out`, `amt.busy`, `amt.invalid-representation`, `amt.internal-error`, and `amt.refused` for all
 * others.
 */
export function soapFault(body: XmlElement, name: string): OpsError | null {
  const fault = childOf(body, namespaces.soap, "Fault");
  if (!fault) return null;
  const code = childOf(fault, namespaces.soap, "Code");
  const subcode = childOf(childOf(code, namespaces.soap, "Subcode"), namespaces.soap, "Value");
  const value = (subcode ?? childOf(code, namespaces.soap, "Value"))?.text ?? "";
  const short = /([A-Za-z]{1,60})$/.exec(value)?.[1] ?? "?";
  const meaning = known[aliases[short] ?? short];
  if (meaning) {
    return amtFault(
      meaning.code,
      text(
        `AMT on ${name} refused the request: ${meaning.why.en}.`,
        `L'AMT de ${name} a refusé la requête : ${meaning.why.fr}.`,
      ),
      meaning.hint,
    );
  }
  return amtFault(
    "refused",
    text(
      `AMT on ${name} refused the request as ${short}.`,
      `L'AMT de ${name} a refusé la requête avec le motif ${short}.`,
    ),
    text(
      "Look at the firmware's version: it may not know this request, or not in the machine's present state.",
      "Vérifiez la version du micrologiciel : il ne connaît peut-être pas cette requête, ou pas dans l'état actuel de la machine.",
    ),
  );
}
