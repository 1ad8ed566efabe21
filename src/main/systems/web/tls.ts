import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { text } from "../../../shared/text.ts";
import { abortable } from "../../reach/abort.ts";
import { tellShown, vouchedBy } from "../../reach/shown-certificates.ts";
import { certificateExpired, certificateName, certificateTooEarly, service } from "./faults.ts";
import type { Found } from "./found.ts";

/** Whom a certificate must be vouched for by; `pin` as 64 upper-case hex digits. */
export interface Trust {
  pin: string | null;
  authorities: string | null;
  /** Milliseconds that it must still hold for, not to be told. */
  expiresAfter: number;
}

const longestChain = 10;
const mostNames = 20;

/**
 * Speaks TLS over an open stream as a user's program would, and notes what certificate was shown even where it is not good:
 * nothing is sent then. Throws `web.certificate-…`, `web.tls-failed` and what the signal was aborted with.
 */
export async function speakTls(
  stream: Duplex,
  about: { target: string; serverName: string; trust: Trust; now: number },
  found: Found,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { target, serverName, trust } = about;
  const faults = service.tls(target);
  const socket = connect({
    socket: stream,
    host: serverName,
    ...(isIP(serverName) ? {} : { servername: serverName }),
    // Judged below, so that a bad certificate is told with its dates and names.
    rejectUnauthorized: false,
    ...(trust.authorities === null ? {} : { ca: trust.authorities }),
  });
  // Whatever becomes of the connection later is told by whoever reads from it.
  socket.on("error", () => undefined);
  const handshake = new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", (error) => reject(faults.tlsFailed(error)));
    socket.once("close", () => reject(faults.tlsFailed()));
  });
  try {
    await abortable(handshake, signal);
    tellShown(stream, socket, { servedAs: serverName, trust: trustIn(socket, trust) });
    judge(socket, about, found);
    return socket;
  } catch (error) {
    socket.destroy();
    stream.destroy();
    throw error;
  }
}

function trustIn(socket: TLSSocket, { pin, authorities }: Trust) {
  if (pin !== null) {
    const shown = socket.getPeerCertificate().fingerprint256 ?? "";
    return shown.replaceAll(":", "") === pin ? "pinned" : "untrusted";
  }
  return vouchedBy(socket, authorities !== null);
}

function judge(
  socket: TLSSocket,
  { target, serverName, trust, now }: { target: string; serverName: string; trust: Trust; now: number },
  found: Found,
): void {
  const certificate = socket.getPeerCertificate(true);
  const expires = earliestEnd(certificate);
  Object.assign(found.facts, {
    "tls.expires": expires,
    "tls.fingerprint": certificate.fingerprint256 ?? null,
    "tls.subject": nameIn(certificate.subject),
    "tls.issuer": nameIn(certificate.issuer),
    "tls.names": namesOf(certificate),
    "tls.version": socket.getProtocol(),
  });
  const faults = service.tls(target);
  if (trust.pin !== null) {
    const shown = certificate.fingerprint256 ?? "";
    if (shown.replaceAll(":", "") !== trust.pin) {
      throw faults.certificateChanged(trust.pin.match(/../g)?.join(":") ?? "", shown || "—");
    }
  } else if (!socket.authorized) {
    // The types say Error; it is the code of what OpenSSL or the comparison of names has against it.
    const reason = String(socket.authorizationError);
    if (reason === "CERT_HAS_EXPIRED") throw certificateExpired(target, expires);
    if (reason === "CERT_NOT_YET_VALID") throw certificateTooEarly(target);
    if (reason === "ERR_TLS_CERT_ALTNAME_INVALID") throw certificateName(target, serverName);
    throw faults.certificateUntrusted(new Error(reason));
  }
  if (expires === null || expires - now > trust.expiresAfter) return;
  const days = Math.max(0, Math.floor((expires - now) / 86_400_000));
  found.problems.push({
    code: "web.certificate-expires",
    health: "warning",
    text: text(
      `The certificate of ${target} expires in ${days} days.`,
      `Le certificat de ${target} expire dans ${days} jours.`,
    ),
  });
}

/** When the first certificate of the chain ends, the root left aside, which is trusted as it is; null: none says. */
function earliestEnd(leaf: DetailedPeerCertificate): number | null {
  let earliest: number | null = null;
  let current: DetailedPeerCertificate | undefined = leaf;
  for (let step = 0; current && step < longestChain; step += 1) {
    const issuer: DetailedPeerCertificate | undefined = current.issuerCertificate;
    const isRoot = issuer === undefined || issuer.fingerprint256 === current.fingerprint256;
    const end = Date.parse(current.valid_to ?? "");
    if ((step === 0 || !isRoot) && !Number.isNaN(end)) earliest = Math.min(earliest ?? end, end);
    if (isRoot) break;
    current = issuer;
  }
  return earliest;
}

function nameIn(name: DetailedPeerCertificate["subject"] | undefined): string | null {
  const common = name?.CN ?? name?.O;
  return (Array.isArray(common) ? common[0] : common)?.slice(0, 200) ?? null;
}

function namesOf({ subjectaltname }: DetailedPeerCertificate): string[] | null {
  if (!subjectaltname) return null;
  return subjectaltname
    .split(", ")
    .slice(0, mostNames)
    .map((each) => each.replace(/^(DNS|IP Address):/, ""));
}
