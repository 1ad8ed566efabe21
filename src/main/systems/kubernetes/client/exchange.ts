import { type Agent, type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { OpsError } from "../../../../shared/errors.ts";
import { abortFault } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { answerGarbage, answerTooLarge, answerTruncated, closedWithoutAnswer } from "./faults.ts";
import type { Endpoint } from "./login.ts";

const mostHeaderBytes = 64 * 1024;

export interface Outgoing {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With its query, below the endpoint's own path. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  signal: AbortSignal;
}

/** The kept connection had been closed by the far side before anything of an answer came: the request may be sent anew. */
export class StaleConnection extends Error {
  readonly fault: OpsError;
  constructor(fault: OpsError) {
    super(fault.message, { cause: fault });
    this.fault = fault;
  }
}

/**
 * Sends one request and waits for the head of its answer; aborting `signal` ends the answer too. Throws StaleConnection,
 * `kubernetes.closed`, `.garbage`, what opening the connection threw, or what the signal was aborted with.
 */
export function exchange(agent: Agent, endpoint: Endpoint, outgoing: Outgoing): Promise<IncomingMessage> {
  const { signal, body } = outgoing;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const bytes = body === null ? null : Buffer.from(body, "utf8");
    const asked = request({
      agent,
      method: outgoing.method,
      path: endpoint.path + outgoing.path,
      host: endpoint.address,
      port: endpoint.port,
      maxHeaderSize: mostHeaderBytes,
      headers: {
        host: hostAndPort(endpoint.tls?.serverName ?? endpoint.address, endpoint.port),
        "user-agent": "passerelle",
        ...(bytes ? { "content-length": bytes.length } : {}),
        ...outgoing.headers,
      },
    });
    const onAbort = () => {
      asked.destroy();
      reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    asked.once("close", () => signal.removeEventListener("abort", onAbort));
    asked.on("error", (error) => reject(explain(endpoint.cluster, error, asked.reusedSocket)));
    asked.once("response", resolve);
    asked.end(bytes ?? undefined);
  });
}

function explain(cluster: string, error: NodeJS.ErrnoException, reused: boolean): Error {
  if (error instanceof OpsError) return error;
  const code = error.code ?? "";
  if (code === "HPE_HEADER_OVERFLOW") return answerTooLarge(cluster, 1);
  if (code.startsWith("HPE_")) return answerGarbage(cluster, "HTTP", error);
  const fault = closedWithoutAnswer(cluster, error);
  return reused ? new StaleConnection(fault) : fault;
}

/** The body of an answer as it is read, unpacked where it is packed. */
export function bodyOf(incoming: IncomingMessage): Readable {
  if (incoming.headers["content-encoding"] !== "gzip") return incoming;
  const unpacked = createGunzip();
  incoming.once("error", (error) => unpacked.destroy(error));
  incoming.once("close", () => {
    if (!incoming.complete) unpacked.destroy(new Error("broken off"));
  });
  return incoming.pipe(unpacked);
}

/**
 * Reads a whole body of at most `most` bytes, unpacked. Throws `kubernetes.too-large`, `.truncated`, or what the signal
 * was aborted with; the connection is gone then.
 */
export async function readBody(
  incoming: IncomingMessage,
  cluster: string,
  most: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of bodyOf(incoming)) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > most) throw answerTooLarge(cluster, Math.round(most / 1024 / 1024));
      chunks.push(chunk);
    }
    if (!incoming.complete) throw answerTruncated(cluster);
    return Buffer.concat(chunks);
  } catch (error) {
    incoming.destroy();
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof OpsError ? error : answerTruncated(cluster, error);
  }
}
