import type { IncomingMessage } from "node:http";
import WebSocket from "ws";
import { OpsError } from "../../../../shared/errors.ts";
import { abortFault, Deadline } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import type { OwnConnection } from "../client/api.ts";
import { readBody } from "../client/exchange.ts";
import { answerHtml, answerTimedOut } from "../client/faults.ts";
import { Refusal, refusalOf } from "../client/refusal.ts";
import { safePath } from "../client/safe-path.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { streamBroken, streamRefused } from "./faults.ts";

const openLimit = 30_000;
/** The largest message: the API server sends at most 64 KiB at once. */
const largestMessage = 4 * 1024 * 1024;
const mostRefusal = 64 * 1024;

export interface StreamRequest {
  /** Below the server's own path. */
  path: string;
  query: URLSearchParams;
  /** In the order of preference. */
  protocols: readonly string[];
  signal: AbortSignal;
}

/**
 * Opens a WebSocket to an API server over a connection of our own: through the hop, with the cluster's TLS and log-in. It
 * is paused at first.
 * Source: RFC 6455; kubernetes.io, "WebSockets". Throws OpsErrors `reach.…`, `kubernetes.…`, and Refusals.
 */
export async function openWebSocket(access: ClusterAccess, request: StreamRequest): Promise<WebSocket> {
  const deadline = new Deadline(openLimit, request.signal, () =>
    answerTimedOut(access.name, openLimit / 1000),
  );
  const wanted = { ...request, signal: deadline.signal };
  try {
    try {
      return await attempt(access, wanted);
    } catch (error) {
      // The log-in may have run out; the next attempt fetches another.
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      return await attempt(access, wanted);
    }
  } finally {
    deadline.end();
  }
}

async function attempt(access: ClusterAccess, request: StreamRequest): Promise<WebSocket> {
  const connection = await access.api.connect(request.signal);
  try {
    return await handshake(access.name, connection, request);
  } catch (error) {
    connection.stream.destroy();
    if (error instanceof Refusal && error.status === 401) connection.refused();
    throw error;
  }
}

function handshake(
  cluster: string,
  { stream, endpoint, headers }: OwnConnection,
  { path, query, protocols, signal }: StreamRequest,
): Promise<WebSocket> {
  const target = `${endpoint.path}${safePath(cluster, path)}?${query}`;
  const host = hostAndPort(endpoint.tls?.serverName ?? endpoint.address, endpoint.port);
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(abortFault(signal));
    const socket = new WebSocket(`ws://${host}${target}`, [...protocols], {
      createConnection: () => stream,
      headers: { ...headers, host, "user-agent": "passerelle" },
      perMessageDeflate: false,
      maxPayload: largestMessage,
      followRedirects: false,
    });
    const onAbort = () => {
      socket.terminate();
      reject(abortFault(signal));
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = () => signal.removeEventListener("abort", onAbort);
    socket.on("error", (error) => {
      settle();
      reject(error instanceof OpsError ? error : streamBroken(cluster, error));
    });
    socket.once("unexpected-response", (_request, incoming: IncomingMessage) => {
      refusalIn(cluster, incoming, signal)
        .then(reject, reject)
        .finally(() => {
          settle();
          socket.terminate();
        });
    });
    socket.once("open", () => {
      settle();
      // Nothing may be lost between its opening and whoever listens, who resumes it.
      socket.pause();
      resolve(socket);
    });
  });
}

async function refusalIn(cluster: string, incoming: IncomingMessage, signal: AbortSignal): Promise<OpsError> {
  const status = incoming.statusCode ?? 0;
  const bytes = await readBody(incoming, cluster, mostRefusal, signal);
  const words = bytes.toString("utf8");
  if (/^\s*<(!doctype|html)/i.test(words)) return answerHtml(cluster, status);
  try {
    const body: unknown = JSON.parse(words);
    return refusalOf(cluster, status, body, incoming.headers["retry-after"]);
  } catch {
    return status >= 400 && status !== 426 && status < 500
      ? refusalOf(cluster, status, null, incoming.headers["retry-after"])
      : streamRefused(cluster, status);
  }
}
