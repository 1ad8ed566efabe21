import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type StreamTls, secureStream } from "../../../reach/secure-stream.ts";
import { certificateChanged, certificateUntrusted, tlsFailed } from "./faults.ts";
import type { AmtPlace } from "./place.ts";

/** TLS as AMT speaks it; `legacy` is for firmware before AMT 12. */
export type AmtTls = StreamTls;

/**
 * Speaks TLS over an open stream. Throws OpsErrors `amt.certificate-changed`, `amt.certificate-untrusted`,
 * `amt.tls-failed`, or what the signal was aborted with; the stream is closed then.
 */
export function secure(
  stream: Duplex,
  place: AmtPlace,
  tls: AmtTls,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const { name, address } = place;
  const faults = {
    certificateChanged: (pinned: string, shown: string) => certificateChanged(name, pinned, shown),
    certificateUntrusted: (cause: unknown) => certificateUntrusted(name, cause),
    tlsFailed: (cause?: unknown) => tlsFailed(name, cause),
  };
  return secureStream(stream, address, tls, faults, signal);
}
