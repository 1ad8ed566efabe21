import type { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { disconnected, garbage, keyExchangeFailed, noCommonAlgorithm } from "./faults.ts";
import type { Place } from "./place.ts";

/** What ssh2 adds to its errors: the layer that met it, or the server's reason (RFC 4253, 11.1) as `code`. */
type ClientError = Error & { level?: unknown; code?: unknown };

const algorithmKinds = [
  { words: /host key format/i, kind: text("host key type", "type de clé d'hôte") },
  { words: /key exchange/i, kind: text("key exchange method", "méthode d'échange de clés") },
  { words: /cipher/i, kind: text("cipher", "chiffrement") },
  { words: /MAC/i, kind: text("message authentication", "contrôle d'intégrité") },
  { words: /compress/i, kind: text("compression", "compression") },
];

/** Disconnect reasons that speak of the credentials: protocol error with OpenSSH's words, or no more methods. */
export function endedForCredentials(error: ClientError): boolean {
  return error.code === 14 || (error.code === 2 && /authentication failures/i.test(error.message));
}

/** Says in our words why a handshake failed after the greeting. */
export function handshakeFault(place: Place, error: ClientError): OpsError {
  if (typeof error.code === "number" || error.level === "client-socket") return disconnected(place, error);
  if (error.level === "handshake") {
    const lacking = /no matching/i.test(error.message)
      ? algorithmKinds.find(({ words }) => words.test(error.message))
      : undefined;
    return lacking ? noCommonAlgorithm(place, lacking.kind, error) : keyExchangeFailed(place, error);
  }
  return garbage(place, error);
}
