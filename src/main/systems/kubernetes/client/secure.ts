import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { OpsError } from "../../../../shared/errors.ts";
import { abortable } from "../../../reach/abort.ts";
import { objectionOf, tellPresented, tellShown, vouchedBy } from "../../../reach/shown-certificates.ts";
import { readPem } from "../../../x509/read.ts";
import { certificateUntrusted, serverCertificateExpired, tlsFailed } from "./faults.ts";
import type { Credentials, Endpoint } from "./login.ts";

const dates = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);
const certificateErrors =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_ALTNAME|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/;

/**
 * Speaks TLS over an open stream to an API server, and shows the client certificate where there is one. Throws
 * `kubernetes.certificate-untrusted`, `.certificate-expired`, `.tls-failed`, or what the signal was aborted with; the
 * stream is closed then.
 */
export async function secure(
  stream: Duplex,
  endpoint: Endpoint,
  certificate: Credentials["certificate"],
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { cluster, address, tls } = endpoint;
  const name = tls?.serverName ?? address;
  const socket = connect({
    socket: stream,
    host: name,
    ...(isIP(name) ? {} : { servername: name }),
    // Judged below, before any byte of ours goes out, so that what was shown is known also where it is refused.
    rejectUnauthorized: false,
    ...(tls?.authority ? { ca: tls.authority } : {}),
    ...(certificate ?? {}),
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
  });
  const handshake = new Promise<TLSSocket>((resolve, reject) => {
    socket.once("secureConnect", () => {
      tellShown(stream, socket, {
        servedAs: name,
        trust: vouchedBy(socket, tls?.authority !== undefined && tls.authority !== null),
      });
      if (socket.authorized || tls?.insecure) resolve(socket);
      else reject(explain(cluster, objectionOf(socket)));
    });
    socket.once("error", (error) => reject(explain(cluster, error)));
    socket.once("close", () => reject(tlsFailed(cluster)));
  });
  if (certificate) tellPresented(stream, name, readPem(certificate.cert) ?? []);
  try {
    return await abortable(handshake, signal);
  } catch (error) {
    socket.on("error", () => undefined);
    socket.destroy();
    stream.destroy();
    throw error;
  }
}

function explain(cluster: string, error: NodeJS.ErrnoException): OpsError {
  const code = error.code ?? "";
  if (dates.has(code)) return serverCertificateExpired(cluster, error);
  return certificateErrors.test(code) ? certificateUntrusted(cluster, error) : tlsFailed(cluster, error);
}
