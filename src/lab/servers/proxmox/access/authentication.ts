import type { IncomingMessage } from "node:http";
import { Failure } from "../api/failure.ts";
import type { Tickets } from "./tickets.ts";
import type { Caller, Users } from "./users.ts";

const tokenHeader = /^PVEAPIToken=(.+)$/;
const cookie = /(?:^|;\s*)PVEAuthCookie=([^;]*)/;

/** The ticket that a request carries as a cookie; null when it has none. */
function ticketOf({ headers }: IncomingMessage): string | null {
  const [, encoded] = cookie.exec(headers.cookie ?? "") ?? [];
  if (encoded === undefined || encoded === "") return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/**
 * Who makes a request: by token, or by ticket and, for a write, the token against forged requests. Throws a Failure 401
 * in the words of PVE::HTTPServer.
 */
export function authenticate(
  request: IncomingMessage,
  { tickets, users }: { tickets: Tickets; users: Users },
): Caller {
  const [, token] = tokenHeader.exec(request.headers.authorization ?? "") ?? [];
  if (token !== undefined) {
    const caller = users.byToken(token);
    if (!caller) throw new Failure(401, "invalid token value!");
    return caller;
  }
  const ticket = ticketOf(request);
  if (ticket === null) throw new Failure(401, "No ticket");
  const user = tickets.userOf(ticket);
  const caller = user === null ? null : users.byName(user);
  if (!caller) throw new Failure(401, "permission denied - invalid PVE ticket");
  const header = request.headers.csrfpreventiontoken;
  const given = Array.isArray(header) ? header[0] : header;
  if (request.method !== "GET" && !tickets.isCsrfOf(given ?? "", caller.user)) {
    throw new Failure(401, "Permission denied - invalid csrf token");
  }
  return caller;
}
