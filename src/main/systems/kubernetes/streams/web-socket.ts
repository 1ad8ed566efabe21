import type { IncomingMessage } from "node:http";
import type WebSocket from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import { Deadline } from "../../../reach/abort.ts";
import { hostAndPort } from "../../../reach/place.ts";
import { openWebSocketOver } from "../../../reach/web-socket.ts";
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

async function attempt(
  access: ClusterAccess,
  { path, query, protocols, signal }: StreamRequest,
): Promise<WebSocket> {
  const { name } = access;
  const { stream, endpoint, headers, refused } = await access.api.connect(signal);
  try {
    return await openWebSocketOver(stream, {
      host: hostAndPort(endpoint.tls?.serverName ?? endpoint.address, endpoint.port),
      target: `${endpoint.path}${safePath(name, path)}?${query}`,
      protocols,
      headers,
      largestMessage,
      signal,
      broken: (cause) => streamBroken(name, cause),
      refused: (answer) => refusalIn(name, answer, signal),
    });
  } catch (error) {
    stream.destroy();
    if (error instanceof Refusal && error.status === 401) refused();
    throw error;
  }
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
