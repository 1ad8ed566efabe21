import type { IncomingMessage, ServerResponse } from "node:http";
import { secondsOf } from "./core/call.ts";
import type { VaultCluster } from "./core/cluster.ts";
import { VaultFailure } from "./core/failure.ts";
import type { VaultNode } from "./core/node.ts";
import { certificateShownBy, listMethod } from "./list-method.ts";
import type { Incoming, VaultRequests } from "./requests.ts";

const mostBytes = 32 * 1024 * 1024;

/** Reads a request to a node, has it answered, and writes what comes of it. */
export async function serveNode(
  cluster: VaultCluster,
  requests: VaultRequests,
  node: VaultNode,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let asked: Incoming;
  try {
    asked = await readIncoming(request);
  } catch (error) {
    const { status, errors } = error instanceof VaultFailure ? error : new VaultFailure(400, "bad request");
    end(cluster, response, status, "application/json", JSON.stringify({ errors }));
    return;
  }
  const { status, type, body, location } = await requests.handle(node, asked);
  if (location) response.setHeader("location", location);
  end(cluster, response, status, type, body);
}

function end(
  cluster: VaultCluster,
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
): void {
  response.sendDate = false;
  response.writeHead(status, {
    date: new Date(cluster.now()).toUTCString(),
    "cache-control": "no-store",
    // One request a connection: only its first word is translated.
    connection: "close",
    ...(status === 204 ? {} : { "content-type": type, "content-length": Buffer.byteLength(body) }),
  });
  response.end(status === 204 ? undefined : body);
}

async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const url = new URL(request.url ?? "/", "http://vault.lab");
  if (!url.pathname.startsWith("/v1/")) throw new VaultFailure(404);
  const header = (name: string) => [request.headers[name] ?? ""].flat()[0] ?? "";
  const bearer = /^Bearer (\S+)$/.exec(header("authorization"))?.[1] ?? "";
  const method = methodOf(request.method ?? "GET", url.searchParams.get("list"));
  const path = decodeURIComponent(url.pathname.slice("/v1/".length));
  return {
    method,
    path: method === "LIST" ? path : path.replace(/\/+$/, ""),
    query: url.searchParams,
    body: await readBody(request),
    token: header("x-vault-token") || bearer,
    namespace: header("x-vault-namespace"),
    wrapFor: secondsOf({ body: { ttl: header("x-vault-wrap-ttl") } }, "ttl"),
    isRedirected: header("x-vault-no-request-forwarding") !== "",
    clientCertificate: certificateShownBy(request.socket),
  };
}

function methodOf(method: string, list: string | null): Incoming["method"] {
  if (method === "PUT") return "POST";
  if (method === listMethod) return "LIST";
  if (method === "GET") return list === "true" ? "LIST" : "GET";
  if (method === "POST" || method === "DELETE" || method === "HEAD" || method === "PATCH") return method;
  throw new VaultFailure(405, "unsupported operation");
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
  }
  if (size > mostBytes) throw new VaultFailure(413, "request entity too large");
  const words = Buffer.concat(chunks).toString("utf8").trim();
  if (words === "") return {};
  try {
    const read: unknown = JSON.parse(words);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? { ...read } : {};
  } catch {
    throw new VaultFailure(400, "error parsing JSON");
  }
}
