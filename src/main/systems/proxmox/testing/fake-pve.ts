import { createHash, X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";

/** A request as it came. */
export interface Seen {
  method: string;
  /** Below `/api2/json`, without the query. */
  path: string;
  parameters: Record<string, string>;
  headers: IncomingMessage["headers"];
}

/** What a route gives: `data` of the answer, or an answer of its own. */
export type Reply = { data: unknown } | { status: number; reason: string; body?: string; type?: string };

type Route = (seen: Seen, match: RegExpExecArray) => Reply;

const certificate = makeSelfSigned("pve-1.example");
const otherCertificate = makeSelfSigned("pve-1.example");

function fingerprint(cert: string): string {
  return createHash("sha256").update(new X509Certificate(cert).raw).digest("hex");
}

/**
 * A small node of Proxmox VE in memory: tickets, tokens, second factor, the CSRF token, and what the test lays down as
 * routes. `intercept` may answer in its place.
 */
export class FakePve {
  readonly seen: Seen[] = [];
  readonly pin = fingerprint(certificate.cert);
  readonly otherPin = fingerprint(otherCertificate.cert);
  password = "secret";
  token = "console@pve!passerelle=token-secret";
  /** The code that is accepted; null: there is no second factor. */
  code: string | null = null;
  /** What the challenge offers. */
  challenge: object = { totp: true, recovery: [] };
  /** Milliseconds that its clock is ahead of `clock`. */
  ahead = 0;
  clock: () => number = Date.now;
  intercept: ((seen: Seen, response: ServerResponse) => boolean) | null = null;
  /** Takes what asks for another protocol and is logged in; null: nobody does. */
  upgrade: ((seen: Seen, request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null = null;
  readonly #routes: [string, RegExp, Route][] = [];
  readonly #tickets = new Set<string>();
  #server: Server | null = null;
  #count = 0;

  async start(other = false): Promise<this> {
    const { cert, key } = other ? otherCertificate : certificate;
    const server = createServer({ cert, key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.#serve(request, Buffer.concat(chunks).toString("utf8"), response));
    });
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => undefined);
      const seen = seenIn(request, "");
      this.seen.push(seen);
      const refused = this.#refusal(seen);
      if (!refused && this.upgrade) this.upgrade(seen, request, socket, head);
      else
        socket.end(`HTTP/1.1 ${refused ? "401 denied" : "501 not implemented"}\r\ncontent-length: 0\r\n\r\n`);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }

  /** Lays down an answer: `GET /nodes/{node}/status`, later ones before earlier ones. */
  on(line: string, reply: unknown | Route): this {
    const [method = "", path = ""] = line.split(" ");
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "([^/]+)")}$`);
    const route = typeof reply === "function" ? (reply as Route) : () => ({ data: reply });
    this.#routes.unshift([method, pattern, route]);
    return this;
  }

  /** Tickets of before are worth nothing any more. */
  expire(): void {
    this.#tickets.clear();
  }

  /** How often something was asked for: `POST /access/ticket`. */
  count(line: string): number {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === line).length;
  }

  #serve(request: IncomingMessage, body: string, response: ServerResponse): void {
    const seen = seenIn(request, body);
    this.seen.push(seen);
    response.setHeader("date", new Date(this.clock() + this.ahead).toUTCString());
    if (this.intercept?.(seen, response)) return;
    answer(response, this.#replyTo(seen));
  }

  #replyTo(seen: Seen): Reply {
    if (seen.path === "/access/ticket" && seen.method === "POST") return this.#logIn(seen.parameters);
    const refused = this.#refusal(seen);
    if (refused) return refused;
    for (const [method, pattern, route] of this.#routes) {
      const match = method === seen.method ? pattern.exec(seen.path) : null;
      if (match) return route(seen, match);
    }
    if (seen.path === "/version") return { data: { version: "9.1.1", release: "9.1", repoid: "0" } };
    return { status: 501, reason: `Method '${seen.method} ${seen.path}' not implemented` };
  }

  #refusal({ method, headers }: Seen): Reply | null {
    const { authorization, cookie = "", csrfpreventiontoken } = headers;
    if (authorization !== undefined) {
      return authorization === `PVEAPIToken=${this.token}`
        ? null
        : { status: 401, reason: "invalid token value!" };
    }
    const ticket = decodeURIComponent(/PVEAuthCookie=([^;]*)/.exec(cookie)?.[1] ?? "");
    if (!this.#tickets.has(ticket)) return { status: 401, reason: "permission denied - invalid PVE ticket" };
    const isWrite = method !== "GET";
    return isWrite && csrfpreventiontoken !== `csrf:${ticket}`
      ? { status: 401, reason: "permission denied - invalid csrf token" }
      : null;
  }

  #logIn(form: Record<string, string>): Reply {
    const challenge = form["tfa-challenge"];
    const half = `PVE:!tfa!${encodeURIComponent(JSON.stringify(this.challenge))}:6543210F::c2lnbmF0dXJl`;
    const failed: Reply = { status: 401, reason: "authentication failure" };
    if (challenge !== undefined) {
      return challenge === half && form.password === `totp:${this.code}` ? this.#ticket(form) : failed;
    }
    if (this.#tickets.has(form.password ?? "")) return this.#ticket(form);
    if (form.password !== this.password) return failed;
    if (this.code !== null) return { data: { ticket: half, NeedTFA: 1, username: form.username } };
    return this.#ticket(form);
  }

  #ticket(form: Record<string, string>): Reply {
    this.#count += 1;
    const ticket = `PVE:${form.username}:${this.#count}::c2lnbmF0dXJl+/=`;
    this.#tickets.add(ticket);
    return { data: { ticket, CSRFPreventionToken: `csrf:${ticket}`, username: form.username } };
  }
}

function seenIn(request: IncomingMessage, body: string): Seen {
  const url = new URL(request.url ?? "/", "https://pve-1.example");
  return {
    method: request.method ?? "",
    path: decodeURIComponent(url.pathname.replace(/^\/api2\/json/, "")),
    parameters: Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]),
    headers: request.headers,
  };
}

function answer(response: ServerResponse, reply: Reply): void {
  if ("data" in reply) {
    response.writeHead(200, { "content-type": "application/json;charset=UTF-8" });
    response.end(JSON.stringify(reply));
    return;
  }
  const { status, reason, body = "", type = "application/json" } = reply;
  // The reason phrase goes out as UTF-8, as pveproxy sends it.
  response.writeHead(status, Buffer.from(reason, "utf8").toString("latin1"), { "content-type": type });
  response.end(body);
}
