import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { abortable, Deadline } from "../../reach/abort.ts";
import type { Reach } from "../../reach/reach.ts";
import { type StreamTls, secureStream, speaksWithoutCertificate } from "../../reach/secure-stream.ts";
import { createAmtTranslator, isAmtScreen } from "../../rfb/amt-dialect/amt-translator.ts";
import { connectRfb } from "../../rfb/connect.ts";
import {
  certificateChanged,
  certificateUntrusted,
  type FarSide,
  loginTimedOut,
  tlsFailed,
} from "../../rfb/faults.ts";
import type { Protection } from "../../rfb/security-types.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import type { ScreenSource } from "../system.ts";
import type { Screen, ScreenTls } from "./screens.ts";

export interface OpenScreenParts {
  system: string;
  reach: Pick<Reach, "dial">;
  secrets: SecretResolver;
}

/** Milliseconds for TLS that comes before RFB. */
const tlsDeadline = 30_000;
/** After so many milliseconds without a byte the network is asked whether the far side is still there. */
const silence = 15_000;

/**
 * Opens a screen: the way to it, TLS where the estate demands it, the log-in, and AMT's dialect where an AMT machine's
 * VNC port answers. Throws OpsErrors `reach.…`, `secrets.…` and `rfb.…`, or what the signal was aborted with.
 */
export async function openScreen(
  screen: Screen,
  parts: OpenScreenParts,
  signal: AbortSignal,
): Promise<ScreenSource> {
  const { id, name, address, port, via, allowlist, user, password, tls } = screen;
  const { system, reach, secrets } = parts;
  const dialed = await abortable(reach.dial({ via, address, port, allowlist }, signal), signal, (late) =>
    late.destroy(),
  );
  dialed.on("error", () => undefined);
  if (dialed instanceof Socket) dialed.setKeepAlive(true, silence);
  const secure = (stream: Duplex, protection: Exclude<Protection, "none">, until: AbortSignal) =>
    secureStream(stream, address, streamTls(tls, protection), faultsOf({ name, system }), until);
  const stream = tls?.fromStart ? await securedFirst(dialed, { name, system }, secure, signal) : dialed;
  return connectRfb(stream, {
    name,
    system,
    route: "rfb",
    user,
    password: password === null ? null : () => secrets.resolve(password, id),
    secureStream: tls?.fromStart ? null : secure,
    protection: {
      demand: tls?.demand ?? null,
      already: tls?.fromStart ? tls.demand : "none",
      possible: speaksWithoutCertificate() ? ["anonymous", "certificate"] : ["certificate"],
    },
    translate: (init) => (isAmtScreen(init) ? createAmtTranslator({ ...init, name, system }) : null),
    signal,
  });
}

async function securedFirst(
  stream: Duplex,
  farSide: FarSide,
  secure: (stream: Duplex, protection: "certificate", signal: AbortSignal) => Promise<Duplex>,
  signal: AbortSignal,
): Promise<Duplex> {
  const deadline = new Deadline(tlsDeadline, signal, () => loginTimedOut(farSide, tlsDeadline / 1000));
  try {
    return await secure(stream, "certificate", deadline.signal);
  } finally {
    deadline.end();
  }
}

/** Where the estate says nothing, a certificate that is shown must be vouched for by an authority. */
function streamTls(tls: ScreenTls | null, protection: Exclude<Protection, "none">): StreamTls {
  if (tls?.demand === "certificate") return { pin: tls.pin, legacy: tls.legacy };
  return { pin: null, legacy: false, anonymous: tls?.demand === "anonymous" || protection === "anonymous" };
}

function faultsOf(farSide: FarSide) {
  return {
    certificateChanged: (pinned: string, shown: string) => certificateChanged(farSide, pinned, shown),
    certificateUntrusted: (cause: unknown) => certificateUntrusted(farSide, cause),
    tlsFailed: (cause?: unknown) => tlsFailed(farSide, cause),
  };
}
