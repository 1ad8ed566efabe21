import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import type { FaultName } from "../../../world/faults.ts";
import type { VirtualHost } from "../../../world/virtual/model.ts";
import { VirtualFault } from "../../../world/virtual/virtual-fault.ts";
import { issue, type KeyedCertificate } from "../../kubernetes/access/certificates.ts";
import { authenticate } from "../access/authentication.ts";
import type { Caller } from "../access/users.ts";
import type { Need } from "../api/call.ts";
import { died, Failure, forbidden, wrongParameters } from "../api/failure.ts";
import { type Values, verify } from "../api/parameters.ts";
import { findRoute } from "../api/routes.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import { readGiven } from "./body.ts";
import { misbehave, slowTime } from "./misbehaviour.ts";

const base = "/api2/";
/** World milliseconds after which a node gives another up that does not answer. */
const proxyTime = 5_000;

/** Who is asked for when there is no need to know: a log-in is not made by anybody yet. */
const nobody: Caller = { user: "nobody@pam", name: "nobody@pam", privileges: new Set(), isToken: false };

/** The API of one node, with a certificate of its own; what concerns another node it asks that one. */
export class NodeServer {
  private readonly cluster: PveCluster;
  private readonly host: VirtualHost;
  private readonly onFailure: (error: unknown) => void;
  private readonly server: Server;
  private readonly certificate: KeyedCertificate;
  private isCertificateChanged = false;

  constructor(
    cluster: PveCluster,
    host: VirtualHost,
    certificate: KeyedCertificate,
    onFailure: (error: unknown) => void,
  ) {
    this.cluster = cluster;
    this.host = host;
    this.certificate = certificate;
    this.onFailure = onFailure;
    this.server = createServer({ ...certificate, minVersion: "TLSv1.2", requestTimeout: 60_000 });
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!request.destroyed && !response.destroyed) this.onFailure(error);
        response.destroy();
      });
    });
    this.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.on("error", () => stream.destroy());
      try {
        this.upgrade(request, stream, head);
      } catch (error) {
        const failure = error instanceof Failure ? error : new Failure(500, "internal error");
        if (!(error instanceof Failure)) this.onFailure(error);
        stream.end(
          `HTTP/1.1 ${failure.status} ${line(failure.message)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        );
      }
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    this.server.on("clientError", (_error, stream) => stream.destroy());
    this.server.on("tlsClientError", (_error, stream) => stream.destroy());
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.showCertificate();
    this.server.emit("connection", stream);
  }

  close(): void {
    this.server.closeAllConnections();
  }

  private isInForce(name: FaultName): boolean {
    return this.cluster.virtual.fault(name, this.cluster.cluster.id) !== null;
  }

  /** Shows another certificate, that nobody vouches for, while the fault is in force. */
  private showCertificate(): void {
    const isChanged = this.isInForce("proxmox-certificate-changed");
    if (isChanged === this.isCertificateChanged) return;
    this.isCertificateChanged = isChanged;
    const other = () =>
      issue(
        { commonName: this.host.name },
        { for: "server", names: [this.host.name], addresses: [this.host.address] },
        { issuer: null, now: new Date(), days: 365 },
      );
    this.server.setSecureContext(isChanged ? other() : this.certificate);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isInForce("proxmox-slow")) await new Promise((resolve) => setTimeout(resolve, slowTime).unref());
    if (misbehave(response, (name) => this.isInForce(name))) return;
    response.setHeader("date", new Date(this.cluster.now()).toUTCString());
    try {
      answer(response, 200, "OK", { data: (await this.call(request)) ?? null });
    } catch (error) {
      const failure = failureOf(error);
      const errors = failure.errors ? { errors: failure.errors } : {};
      const message = this.cluster.major >= 9 ? { message: `${failure.message}\n` } : {};
      answer(response, failure.status, failure.message, { data: null, ...errors, ...message });
    }
  }

  private async call(request: IncomingMessage): Promise<unknown> {
    const url = new URL(request.url ?? "/", "https://lab");
    const [, format, path] = /^\/api2\/([a-z]+)(\/.*)?$/.exec(url.pathname) ?? [];
    if (!url.pathname.startsWith(base) || (format !== "json" && format !== "extjs")) {
      throw new Failure(501, `no such file '${url.pathname.slice(0, 200)}'`);
    }
    const method = request.method ?? "GET";
    const found = findRoute(method, path ?? "/", this.cluster.major);
    const caller = found?.route.need === "world" ? nobody : authenticate(request, this.cluster);
    const given = await readGiven(request, url.searchParams);
    if (!found) throw new Failure(501, `Method '${method} ${(path ?? "/").slice(0, 200)}' not implemented`);
    const { route, named } = found;
    for (const [name, value] of named) given.set(name, value);
    const undeclared = Object.fromEntries([...named.keys()].map((name) => [name, partOf(name)]));
    const values = verify({ ...undeclared, ...route.parameters }, given);
    requirePrivileges(caller, route.need, values);
    const host = await this.servingHost(named.get("node"), route.path);
    if (method !== "GET" && !route.isWithoutQuorum && !this.cluster.isQuorate)
      throw died("cluster not ready - no quorum?");
    return route.answer({ cluster: this.cluster, host, door: this.host, caller, values });
  }

  /** The node that a call is for: this one, or another that answers. Throws a Failure 596 when that does not. */
  private async servingHost(name: string | undefined, path: string): Promise<VirtualHost> {
    if (name === undefined || name === "localhost" || path.startsWith("/cluster/")) return this.host;
    const host = this.cluster.host(name);
    if (host === this.host || this.cluster.virtual.isReachable(host.id)) return host;
    await new Promise<void>((resolve) => this.cluster.virtual.after(proxyTime, resolve));
    throw new Failure(596, "Connection timed out");
  }

  private upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "https://lab");
    const [, path] = /^\/api2\/json(\/nodes\/.+)\/vncwebsocket$/.exec(url.pathname) ?? [];
    if (path === undefined || request.headers.upgrade?.toLowerCase() !== "websocket")
      throw new Failure(501, "no such uri");
    const caller = authenticate(request, this.cluster);
    const port = Number(url.searchParams.get("port"));
    const ticket = url.searchParams.get("vncticket") ?? "";
    if (!Number.isInteger(port) || port < 5900 || port > 5999) {
      throw wrongParameters({ port: "value must have a minimum value of 5900" });
    }
    const [, node = ""] = /^\/nodes\/([^/]+)/.exec(path) ?? [];
    if (!this.cluster.virtual.isReachable(this.cluster.host(node).id))
      throw new Failure(596, "Connection timed out");
    this.cluster.consoles.upgrade(request, stream, head, {
      path: decodeURIComponent(path),
      port,
      ticket,
      caller,
      door: this.host,
    });
  }
}

/** A parameter of the path that a route did not declare: a node or a guest. */
function partOf(name: string) {
  return {
    type: "string" as const,
    isOptional: false,
    ...(name === "vmid" ? { maxLength: 9 } : { maxLength: 200 }),
  };
}

function requirePrivileges(caller: Caller, need: Need, values: Values): void {
  if (typeof need === "string") return;
  const path = need.path.replace(/\{(\w+)\}/g, (_whole, name: string) => values.get(name) ?? "");
  const isAll = "all" in need;
  const listed = isAll ? need.all : need.any;
  const has = listed.map((privilege) => caller.privileges.has(privilege));
  if (!(isAll ? has.every(Boolean) : has.some(Boolean))) throw forbidden(path, listed, isAll ? "all" : "any");
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  // The World found no such thing between two steps of a call.
  if (error instanceof VirtualFault) return died(error.message);
  throw error;
}

/** Words that may stand in a status line. */
function line(words: string): string {
  return words.replace(/[^\x20-\x7e]/g, " ").trim();
}

function answer(response: ServerResponse, status: number, words: string, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, line(words), {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "max-age=0",
    pragma: "no-cache",
    server: "pve-api-daemon/3.0",
  });
  response.end(text);
}
