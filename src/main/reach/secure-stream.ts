import { constants } from "node:crypto";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import type { OpsError } from "../../shared/errors.ts";
import { abortable } from "./abort.ts";
import { objectionOf, tellShown, vouchedBy } from "./shown-certificates.ts";

export interface StreamTls {
  /**
   * The SHA-256 of the certificate as 64 upper-case hex digits, or of those of which it must be one; its SHA-1 (40 digits)
   * where the far side's own authority tells nothing better. Null: an authority must vouch for it.
   */
  pin: string | readonly string[] | null;
  /** Allow old firmware: TLS 1.0, old ciphers, renegotiation without RFC 5746. */
  legacy: boolean;
  /** Authorities to trust instead of the workstation's own. */
  authorities?: string;
  /** Take whatever is shown, even no certificate at all: nobody can listen, but anybody may have answered. */
  anonymous?: boolean;
  /** What this side proves itself with. */
  identity?: TlsIdentity | undefined;
}

/** A client certificate with its chain, and its private key, both as PEM. */
export interface TlsIdentity {
  certificate: string;
  key: string;
}

/** The errors of whoever speaks TLS, in its own words. */
export interface StreamTlsFaults {
  certificateChanged(pinned: string, shown: string): OpsError;
  certificateUntrusted(cause: unknown): OpsError;
  tlsFailed(cause?: unknown): OpsError;
}

/** Whether TLS without a certificate (anonymous Diffie-Hellman, RFC 5246, A.5) can be spoken: BoringSSL has none. */
export function speaksWithoutCertificate(): boolean {
  return process.versions.electron === undefined;
}

/**
 * Speaks TLS over an open stream to `address`. With a pin the certificate must be that one and nothing else is asked of
 * it; the pin is compared before any byte of ours goes out. Throws the given faults, or what the signal was aborted
 * with; the stream is closed then.
 */
export async function secureStream(
  stream: Duplex,
  address: string,
  tls: StreamTls,
  faults: StreamTlsFaults,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const socket = connect({
    socket: stream,
    host: address,
    ...(isIP(address) ? {} : { servername: address }),
    // Judged below, before any byte of ours goes out, so that what was shown is known also where it is refused.
    rejectUnauthorized: false,
    ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
    ...(tls.identity && { cert: tls.identity.certificate, key: tls.identity.key }),
    ...(tls.legacy ? legacyOptions() : {}),
    ...(tls.anonymous ? anonymousOptions() : {}),
  });
  const handshake = new Promise<TLSSocket>((resolve, reject) => {
    socket.once("secureConnect", () => {
      tellShown(stream, socket, { servedAs: address, trust: trustIn(socket, tls, faults) });
      const fault = faultIn(socket, tls, faults);
      if (fault) reject(fault);
      else resolve(socket);
    });
    socket.once("error", (error) => reject(explain(error, faults)));
    socket.once("close", () => reject(faults.tlsFailed()));
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

/** What speaks against the certificate that was shown; null: nothing. */
function faultIn(socket: TLSSocket, tls: StreamTls, faults: StreamTlsFaults): OpsError | null {
  if (tls.pin !== null) return pinFault(socket, tls.pin, faults);
  if (tls.anonymous || socket.authorized) return null;
  return explain(objectionOf(socket), faults);
}

function trustIn(socket: TLSSocket, tls: StreamTls, faults: StreamTlsFaults) {
  if (tls.pin !== null) return pinFault(socket, tls.pin, faults) ? "untrusted" : "pinned";
  if (tls.anonymous) return null;
  return vouchedBy(socket, tls.authorities !== undefined);
}

/** A pin as the estate file writes it, with or without colons, as `StreamTls` wants it. */
export function plainPin(pin: string | undefined): string | null {
  return pin?.replaceAll(":", "").toUpperCase() ?? null;
}

function pinFault(socket: TLSSocket, pin: StreamTls["pin"], faults: StreamTlsFaults): OpsError | null {
  if (pin === null) return null;
  const pins = typeof pin === "string" ? [pin] : pin;
  const { fingerprint256, fingerprint } = socket.getPeerCertificate();
  const shown = plainPin(fingerprint256) ?? "";
  if (pins.some((each) => each !== "" && (each === shown || each === plainPin(fingerprint)))) return null;
  return faults.certificateChanged(pins.map(withColons).join(", "), withColons(shown) || "—");
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

/** TLS 1.3 has no ciphers without a certificate, and OpenSSL offers those of 1.2 at no security level above 0. */
function anonymousOptions(): ConnectionOptions {
  if (!speaksWithoutCertificate()) return {};
  return { ciphers: "aNULL:DEFAULT:@SECLEVEL=0", maxVersion: "TLSv1.2" };
}

/** What OpenSSL has against a key or a signature that is too weak has no code of its own in Node: UNSPECIFIED. */
const certificateErrors =
  /^(UNSPECIFIED$|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_ALTNAME|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/;

function explain(error: NodeJS.ErrnoException, faults: StreamTlsFaults): OpsError {
  return certificateErrors.test(error.code ?? "")
    ? faults.certificateUntrusted(error)
    : faults.tlsFailed(error);
}
