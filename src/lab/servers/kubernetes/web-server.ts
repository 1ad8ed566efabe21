import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex, Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { authenticate, type User } from "./access/authentication.ts";
import type { KubernetesCredentials } from "./access/credentials.ts";
import { mayDo } from "./access/rights.ts";
import { readObject } from "./api/body.ts";
import type { Call } from "./api/call.ts";
import { nameOf, reviews } from "./api/catalogue.ts";
import { discover } from "./api/discovery.ts";
import { Failure, noSuchPath, unauthorized } from "./api/failure.ts";
import { openApi } from "./api/openapi.ts";
import { parsePath, type Target } from "./api/path.ts";
import { review } from "./api/reviews.ts";
import { route } from "./api/route.ts";
import { shapeOf } from "./api/shape.ts";
import type { Cluster } from "./cluster/cluster.ts";
import { misbehave } from "./misbehaviour.ts";
import { PodShells } from "./streams/exec.ts";
import { PortForwards } from "./streams/port-forward.ts";
import { wishOf } from "./streams/upgrade.ts";

const bodyLimit = 3 * 1024 * 1024;
const authorization = "/apis/authorization.k8s.io/v1/";

/** The API server: who asks, what they may, and who answers. */
export class ApiServer {
  private readonly cluster: Cluster;
  private readonly credentials: KubernetesCredentials;
  private readonly onFailure: (error: unknown) => void;
  private readonly server: Server;
  private readonly shells: PodShells;
  private readonly forwards: PortForwards;

  constructor(cluster: Cluster, credentials: KubernetesCredentials, onFailure: (error: unknown) => void) {
    this.cluster = cluster;
    this.credentials = credentials;
    this.onFailure = onFailure;
    this.shells = new PodShells(cluster, onFailure);
    this.forwards = new PortForwards(cluster);
    this.server = createServer({
      ...credentials.server,
      ca: credentials.authority.cert,
      // Who proves nothing may still bring a token.
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      requestTimeout: 60_000,
    });
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!response.destroyed && !request.destroyed) this.onFailure(error);
        response.destroy();
      });
    });
    this.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.on("error", () => stream.destroy());
      try {
        this.upgrade(request, stream, head);
      } catch (error) {
        refuse(
          stream,
          error instanceof Failure ? error : new Failure(500, "InternalError", "Internal error"),
        );
        if (!(error instanceof Failure)) this.onFailure(error);
      }
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    this.server.on("clientError", (_error, stream) => stream.destroy());
    this.server.on("tlsClientError", (_error, stream) => stream.destroy());
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  close(): void {
    this.shells.close();
    this.forwards.close();
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: object | string) => {
      const isText = typeof body === "string";
      const text = isText ? body : `${JSON.stringify(body)}\n`;
      const length = Buffer.byteLength(text);
      const type = isText ? "text/plain" : "application/json";
      response.writeHead(status, { "content-type": type, "content-length": length });
      response.end(text);
    };
    try {
      if (misbehave(this.cluster, response)) return;
      const user = this.userOf(request);
      const url = new URL(request.url ?? "/", "https://lab");
      const path = url.pathname;
      const { version, resources } = this.cluster;
      const found = discover(path, version, resources) ?? openApi(path, version, resources);
      if (found !== null) answer(200, found);
      else if (path.startsWith(authorization)) answer(201, await answerReview(request, path, user));
      else await route(this.callOf(request, response, { url, user, answer }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (response.headersSent) response.destroy();
      else {
        const { retryAfterSeconds } = error.details;
        if (retryAfterSeconds) response.setHeader("retry-after", retryAfterSeconds);
        answer(error.code, error.body());
      }
    }
  }

  private userOf(request: IncomingMessage): User {
    const user = authenticate(
      request.headers.authorization,
      request.socket as TLSSocket,
      this.credentials.tokens,
    );
    if (!user) throw unauthorized();
    return user;
  }

  private callOf(
    request: IncomingMessage,
    response: ServerResponse,
    asked: { url: URL; user: User; answer: Call["answer"] },
  ): Call {
    const { url, user, answer } = asked;
    const target = parsePath(url.pathname, this.cluster.resources);
    if (!target) throw noSuchPath();
    const { method = "GET" } = request;
    const query = url.searchParams;
    const verb = verbOf(method, target, query);
    allow(user, verb, target);
    const isText = target.subresource === "log" || target.subresource === "proxy";
    const shape = shapeOf(isText ? undefined : request.headers.accept, query.get("includeObject"));
    if (!shape)
      throw new Failure(
        406,
        "NotAcceptable",
        "only the following media types are accepted: application/json",
      );
    const gone = new AbortController();
    response.once("close", () => gone.abort(new Error("the client is gone")));
    let read: Promise<string> | null = null;
    return {
      cluster: this.cluster,
      user,
      method,
      verb,
      target,
      query,
      shape,
      contentType: request.headers["content-type"] ?? "",
      body: () => {
        read ??= readBody(request);
        return read;
      },
      signal: gone.signal,
      warn: (words) => {
        const plain = words.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&");
        response.appendHeader("warning", `299 - "${plain}"`);
      },
      answer,
      begin: async (status, type = "application/json") => {
        response.writeHead(status, { "content-type": type });
        response.flushHeaders();
      },
      write: (part) => write(response, part),
      end: (part) => {
        response.end(part);
      },
    };
  }

  private upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const user = this.userOf(request);
    const url = new URL(request.url ?? "/", "https://lab");
    const target = parsePath(url.pathname, this.cluster.resources);
    const server = { exec: this.shells, attach: this.shells, portforward: this.forwards }[
      target?.subresource ?? ""
    ];
    if (!target || !server) throw noSuchPath();
    allow(user, verbOf(request.method ?? "GET", target, url.searchParams), target);
    wishOf(request);
    server.upgrade(request, stream, head, { target, query: url.searchParams });
  }
}

async function answerReview(request: IncomingMessage, path: string, user: User): Promise<object> {
  const plural = path.slice(authorization.length);
  if (request.method !== "POST" || !reviews.some(([name]) => name === plural)) throw noSuchPath();
  const contentType = request.headers["content-type"] ?? "";
  const text = await readBody(request);
  const answered = review(plural, await readObject({ contentType, body: async () => text }), user);
  if (!answered) throw noSuchPath();
  return answered;
}

function verbOf(method: string, target: Target, query: URLSearchParams): string {
  const isWatch = query.get("watch") === "true" || query.get("watch") === "1";
  const verbs: Record<string, string> = {
    GET: target.name === null ? (isWatch ? "watch" : "list") : "get",
    POST: "create",
    PUT: "update",
    PATCH: "patch",
    DELETE: target.name === null ? "deletecollection" : "delete",
  };
  return verbs[method] ?? method.toLowerCase();
}

/** Throws a Failure 403 in the words of the API server. */
function allow(user: User, verb: string, target: Target): void {
  const { resource, subresource, namespace, name } = target;
  const asked = subresource ? `${resource.plural}/${subresource}` : resource.plural;
  if (mayDo(user, { verb, group: resource.group, resource: asked })) return;
  const where = namespace ? `in the namespace "${namespace}"` : "at the cluster scope";
  const subject = name ? `${nameOf(resource)} "${name}"` : nameOf(resource);
  throw new Failure(
    403,
    "Forbidden",
    `${subject} is forbidden: User "${user.name}" cannot ${verb} resource "${asked}" in API group "${resource.group}" ${where}`,
    {
      ...(name ? { name } : {}),
      kind: resource.plural,
      ...(resource.group ? { group: resource.group } : {}),
    },
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw new Failure(413, "RequestEntityTooLarge", "limit is 3145728 bytes");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function write(response: Writable, part: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (response.destroyed) {
      reject(new Error("the client is gone"));
      return;
    }
    if (response.write(part)) {
      // Others get their turn between two parts.
      setImmediate(resolve);
      return;
    }
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      if (response.destroyed) reject(new Error("the client is gone"));
      else resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

function refuse(stream: Duplex, failure: Failure): void {
  const body = JSON.stringify(failure.body());
  const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  stream.end(`HTTP/1.1 ${failure.code} ${failure.reason}\r\n${head}\r\n\r\n${body}`);
}
