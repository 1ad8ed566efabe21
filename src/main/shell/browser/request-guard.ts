import type { IncomingMessage } from "node:http";
import type { Binding } from "./binding.ts";

/** Why a request is turned away, as an HTTP status and one plain line. */
export interface Refusal {
  status: number;
  reason: string;
}

/** What the checks need to know of the server: who may come, and by which hosts it may be called. */
export interface Doorway {
  admits: Binding["admits"];
  /** Valid Host headers, lower case: `127.0.0.1:8443`. */
  hosts: ReadonlySet<string>;
  scheme: "http" | "https";
}

/**
 * Checks what any request must satisfy before it is looked at: a client we admit, a Host that is ours (a foreign
 * name means DNS rebinding), and no sign of another site behind it. A WebSocket must also name its Origin, since
 * the same-origin policy does not hold for it (RFC 6455 section 10.2). Null when all is well.
 */
export function refuseRequest(
  request: IncomingMessage,
  doorway: Doorway,
  kind: "request" | "upgrade",
): Refusal | null {
  if (!doorway.admits(request.socket.remoteAddress)) return { status: 403, reason: "Client not allowed." };
  if (request.method !== "GET" && (kind === "upgrade" || request.method !== "HEAD")) {
    return { status: 405, reason: "Only GET and HEAD." };
  }
  const host = request.headers.host?.toLowerCase();
  if (host === undefined || !doorway.hosts.has(host))
    return { status: 421, reason: "Not the host of this console." };
  const { origin } = request.headers;
  if (origin === undefined ? kind === "upgrade" : origin.toLowerCase() !== `${doorway.scheme}://${host}`) {
    return { status: 403, reason: "Request of another site." };
  }
  return isForeignFetch(request) ? { status: 403, reason: "Request of another site." } : null;
}

/** Whether the browser says that another site asks for this, other than by leading a person here (Fetch Metadata). */
function isForeignFetch({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  return !(headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document");
}

/** The value of the cookie `name`, or null. Source: RFC 6265 section 4.2. */
export function readCookie(request: IncomingMessage, name: string): string | null {
  for (const pair of request.headers.cookie?.split(";") ?? []) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value) return value;
  }
  return null;
}
