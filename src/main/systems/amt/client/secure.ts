import { constants } from "node:crypto";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { OpsError } from "../../../../shared/errors.ts";
import { abortable } from "../../../reach/abort.ts";
import { certificateChanged, certificateUntrusted, tlsFailed } from "./faults.ts";
import type { AmtPlace } from "./place.ts";

export interface AmtTls {
  /** The SHA-256 of the certificate as 64 upper-case hex digits; null: an authority must vouch for it. */
  pin: string | null;
  /** Allow what firmware before AMT 12 needs: TLS 1.0, old ciphers, renegotiation without RFC 5746. */
  legacy: boolean;
  /** Authorities to trust instead of the workstation's own. */
  authorities?: string;
}

/**
 * Speaks TLS over an open stream. With a pin the certificate must be that one and nothing else is asked of it; the pin
 * is compared before any byte of ours goes out. Throws OpsErrors `amt.certificate-changed`,
 * `amt.certificate-untrusted`, `amt.tls-failed`, or what the signal was aborted with; the stream is closed then.
 */
export async function secure(
  stream: Duplex,
  place: AmtPlace,
  tls: AmtTls,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const socket = connect({
    socket: stream,
    host: place.address,
    ...(isIP(place.address) ? {} : { servername: place.address }),
    rejectUnauthorized: tls.pin === null,
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
    ...(tls.legacy ? legacyOptions() : {}),
  });
  const handshake = new Promise<TLSSocket>((resolve, reject) => {
    socket.once("secureConnect", () => {
      const fault = pinFault(socket, place.name, tls.pin);
      if (fault) reject(fault);
      else resolve(socket);
    });
    socket.once("error", (error) => reject(explain(place.name, error)));
    socket.once("close", () => reject(tlsFailed(place.name)));
  });
  try {
    return await abortable(handshake, signal);
  } catch (error) {
    socket.on("error", () => undefined);
    socket.destroy();
    stream.destroy();
    throw error;
  }
}

function pinFault(socket: TLSSocket, name: string, pin: string | null): OpsError | null {
  if (pin === null) return null;
  const shown = socket.getPeerCertificate().fingerprint256?.replaceAll(":", "").toUpperCase() ?? "";
  return shown === pin ? null : certificateChanged(name, withColons(pin), withColons(shown) || "—");
}

function withColons(fingerprint: string): string {
  return fingerprint.match(/../g)?.join(":") ?? "";
}

/** Electron's BoringSSL knows neither security levels nor the renegotiation option; it allows both by itself. */
function legacyOptions(): ConnectionOptions {
  const options: ConnectionOptions = { minVersion: "TLSv1" };
  if (process.versions.electron) return options;
  return {
    ...options,
    ciphers: "DEFAULT:@SECLEVEL=0",
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  };
}

const certificateErrors =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_ALTNAME|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/;

function explain(name: string, error: NodeJS.ErrnoException): OpsError {
  return certificateErrors.test(error.code ?? "")
    ? certificateUntrusted(name, error)
    : tlsFailed(name, error);
}
