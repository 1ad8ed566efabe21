import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TlsOptions } from "node:tls";
import { answer, type Received, refuse, statusOf, type Target } from "./fake-answers.ts";
import { replaced } from "./fake-replace.ts";
import { FakeStore, type StoredEvent } from "./fake-store.ts";
import { evict, patched, reviewed } from "./fake-writes.ts";
import type { Stored } from "./objects.ts";

const usualResources = ["cronjobs", "ingresses", "jobs", "poddisruptionbudgets", "nodes", "pods"];

/** Answers a request in the server's place and returns true, or leaves it and returns false. */
export type Interception = (received: Received, response: ServerResponse) => boolean;

/**
 * An API server on loopback as the client's tests need one: lists in pages, as objects, metadata or tables, watches,
 * merge patches, evictions that heed budgets; and whatever fault a test puts in between.
 */
export class FakeApi {
  readonly store = new FakeStore();
  readonly received: Received[] = [];
  readonly intercept: Interception[] = [];
  readonly denied = new Set<string>();
  policyVersions = ["v1"];
  /** The version of an Eviction; null: the first of those of the group. */
  evictionVersion: string | null = null;
  /** The API groups that it has besides, with their versions. */
  groups: Record<string, string[]> = { apps: ["v1"], batch: ["v1"], "networking.k8s.io": ["v1"] };
  /** The resources of a version of a group, where they are not the usual ones. */
  resources: Record<string, string[]> = {};
  /** What may be done in a namespace, as a SelfSubjectRulesReview says it. */
  rules: { resourceRules: object[]; incomplete: boolean } = { resourceRules: [], incomplete: false };
  /** Whether it knows `fieldValidation`, as servers do since 1.25. */
  strict = true;
  /** What it warns of in each answer to a PUT. */
  warnings: string[] = [];
  /** What becomes of a pod whose eviction was admitted; it is gone at once when left alone. */
  onEvicted: (pod: Stored) => void = (pod) =>
    this.store.remove("pods", pod.metadata.namespace ?? null, pod.metadata.name);
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Map<ServerResponse, () => void>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("request", (request, response) => void this.#read(request, response));
  }

  static async start(tls: TlsOptions | null = null): Promise<FakeApi> {
    const server = tls ? createSecureServer(tls) : createServer();
    const api = new FakeApi(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Sends every watch a bookmark of the newest version. */
  bookmark(): void {
    const version = String(this.store.version);
    for (const response of this.#watches.keys()) {
      const object = { kind: "Bookmark", metadata: { resourceVersion: version } };
      response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    }
  }

  /** Ends every watch as an API server does after its timeout. */
  endWatches(): void {
    for (const response of [...this.#watches.keys()]) response.end();
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The requests of a method whose path ends like this; dry runs are not among them. */
  asked(method: string, end: string): Received[] {
    return this.#of(method, end).filter(({ query }) => !query.has("dryRun"));
  }

  /** The dry runs of a method whose path ends like this. */
  rehearsed(method: string, end: string): Received[] {
    return this.#of(method, end).filter(({ query }) => query.has("dryRun"));
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #of(method: string, end: string): Received[] {
    return this.received.filter((each) => each.method === method && each.path.endsWith(end));
  }

  async #read(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    } catch {
      return;
    }
    const url = new URL(request.url ?? "/", "http://fake.example");
    const words = Buffer.concat(chunks).toString();
    const received: Received = {
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: words === "" ? null : JSON.parse(words),
    };
    this.received.push(received);
    if (this.intercept.some((each) => each(received, response))) return;
    this.#answer(received, response);
  }

  #answer(received: Received, response: ServerResponse): undefined {
    const { method, path, query } = received;
    if (path === "/version") return answer(response, 200, { gitVersion: "v1.31.2", major: "1", minor: "31" });
    if (path === "/apis") {
      const all = Object.entries({ ...this.groups, policy: this.policyVersions });
      const groups = all.map(([name, versions]) => ({
        name,
        versions: versions.map((version) => ({ version })),
      }));
      return answer(response, 200, { kind: "APIGroupList", groups });
    }
    if (path === "/api/v1") {
      const version = this.evictionVersion ?? this.policyVersions[0];
      const resources = [{ name: "pods/eviction", group: "policy", version }];
      return answer(response, 200, { kind: "APIResourceList", resources });
    }
    const version = /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
    if (version !== undefined) {
      const names = this.resources[version] ?? usualResources;
      return answer(response, 200, { kind: "APIResourceList", resources: names.map((name) => ({ name })) });
    }
    const target = targetOf(path);
    if (!target) return refuse(response, 404, "NotFound", `no path ${path}`);
    if (target.resource === "selfsubjectaccessreviews") return reviewed(this, received, response);
    if (target.resource === "selfsubjectrulesreviews") {
      return answer(response, 201, { kind: "SelfSubjectRulesReview", status: this.rules });
    }
    if (target.sub === "eviction") return evict(this, target, received, response);
    if (method === "PUT") return replaced(this, target, received, response);
    if (method === "PATCH") return patched(this, target, received, response);
    if (method !== "GET") return refuse(response, 405, "MethodNotAllowed", method);
    if (target.name !== null) {
      const object = this.store.get(target.resource, target.namespace, target.name);
      return object
        ? answer(response, 200, object)
        : refuse(response, 404, "NotFound", `${target.resource} "${target.name}" not found`);
    }
    if (query.get("watch")) this.#watch(target, received, response);
    else this.#list(target, received, response);
  }

  #list(target: Target, { query, headers }: Received, response: ServerResponse): undefined {
    const all = [...this.store.of(target.resource).objects.values()].filter(
      (object) => inNamespace(target, object) && selected(query, object),
    );
    const limit = Number(query.get("limit") ?? 0) || all.length;
    const from = Number(query.get("continue") ?? 0);
    const items = all.slice(from, from + limit);
    const more = from + limit < all.length ? String(from + limit) : undefined;
    const metadata = { resourceVersion: String(this.store.version), ...(more && { continue: more }) };
    const form = formOf(headers.accept);
    if (form === "Table") answer(response, 200, { ...tableOf(items, target, from === 0), metadata });
    else if (form === "PartialObjectMetadataList") {
      const partial = items.map((each) => ({ kind: "PartialObjectMetadata", metadata: each.metadata }));
      answer(response, 200, { kind: form, metadata, items: partial });
    } else answer(response, 200, { kind: "List", metadata, items });
  }

  #watch(target: Target, { query, headers }: Received, response: ServerResponse): undefined {
    const from = Number(query.get("resourceVersion") ?? 0);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    const table = formOf(headers.accept) === "Table";
    const send = (event: StoredEvent) => {
      if (!inNamespace(target, event.object)) return;
      const object = table ? tableOf([event.object], target, false) : event.object;
      response.write(`${JSON.stringify({ type: event.type, object })}\n`);
    };
    if (from < this.store.oldest) {
      const status = statusOf(410, "Expired", "too old resource version");
      response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
      return;
    }
    const collection = this.store.of(target.resource);
    for (const event of collection.history) if (event.version > from) send(event);
    collection.listeners.add(send);
    const stop = () => {
      collection.listeners.delete(send);
      this.#watches.delete(response);
    };
    this.#watches.set(response, stop);
    response.once("close", stop);
  }
}

function targetOf(path: string): Target | null {
  const match =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      path,
    );
  if (!match) return null;
  const [, prefix = "", namespace = null, resource = "", name = null, sub = null] = match;
  return { prefix, namespace, resource, name, sub };
}

function inNamespace({ namespace }: Target, object: Stored): boolean {
  return namespace === null || object.metadata.namespace === namespace;
}

/** The field and label selectors that are asked for: `a.b=c` each, all of which must hold. */
function selected(query: URLSearchParams, object: Stored): boolean {
  const fields = termsOf(query.get("fieldSelector")).every(
    ([path, value]) => fieldOf(object, path) === value,
  );
  const labels = termsOf(query.get("labelSelector"));
  return fields && labels.every(([key, value]) => object.metadata.labels?.[key] === value);
}

function termsOf(selector: string | null): [string, string][] {
  return (selector ?? "").split(",").flatMap((term): [string, string][] => {
    const [key, value] = term.split("=");
    return key && value !== undefined ? [[key, value]] : [];
  });
}

function fieldOf(object: Stored, path: string): unknown {
  let place: unknown = object;
  for (const key of path.split(".")) {
    place = typeof place === "object" && place !== null ? (place as Record<string, unknown>)[key] : undefined;
  }
  return place;
}

function formOf(accept: string | undefined): string | null {
  return /as=(Table|PartialObjectMetadataList)/.exec(accept ?? "")?.[1] ?? null;
}

function tableOf(objects: readonly Stored[], target: Target, withColumns: boolean): object {
  const columns = ["Name", "Ready", "Status", "Restarts", "Age", "IP", "Node"];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    columnDefinitions: withColumns || target.name === null ? columns.map((name) => ({ name })) : null,
    rows: objects.map((each) => ({
      cells: [each.metadata.name, "1/1", each.status?.phase, "0", "5d", "198.51.100.7", each.spec?.nodeName],
      object: { kind: "PartialObjectMetadata", metadata: each.metadata },
    })),
  };
}
