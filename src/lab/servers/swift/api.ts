import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { listed, wishOf } from "./listing.ts";
import type { Logins } from "./login.ts";
import { type Container, etagOf, type StoredObject, type SwiftStore } from "./store.ts";
import { isSigned, type SyncRealm } from "./sync-signature.ts";

const bodyLimit = 8 * 1024 * 1024;
const keptHeader = /^x-container-(meta-.+|read|write|sync-to|sync-key)$/;
const dropHeader = /^x-remove-(container-(?:meta-.+|read|write|sync-to|sync-key))$/;
const syncAddress = /^\/\/[^/]+\/[^/]+\/[^/]+\/[^/]+$/;

export interface SwiftApiParts {
  store: SwiftStore;
  logins: Logins;
  realm: SyncRealm | null;
  /** Whether it has TLS, and so what its URLs begin with. */
  secure: boolean;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
  account: string;
  container: string;
  object: string;
}

/** Swift's API v1 with TempAuth and Keystone before it: what accounts, containers and objects are asked for. */
export class SwiftApi {
  private readonly parts: SwiftApiParts;

  constructor(parts: SwiftApiParts) {
    this.parts = parts;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const answer = body === null ? { status: 413 } : this.route(request, body);
    const bytes = Buffer.from(answer.body ?? "");
    response.writeHead(answer.status, {
      "content-type": "text/plain; charset=UTF-8",
      "content-length": bytes.length,
      "x-trans-id": `tx${randomBytes(10).toString("hex")}`,
      ...answer.headers,
    });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }

  private route(request: IncomingMessage, body: Buffer): Answer {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", "http://lab");
    if (url.pathname === "/healthcheck") return { status: 200, body: "OK" };
    if (url.pathname === "/info" && method === "GET") return this.info();
    const base = `${this.parts.secure ? "https" : "http"}://${headers.host ?? "127.0.0.1"}`;
    if (/^\/auth\/v1(\.0)?\/?$/.test(url.pathname)) return this.loginV1(headers, base);
    if (url.pathname === "/v3/auth/tokens" && method === "POST") return this.loginV3(body, base);
    const [, account = "", container = "", object = ""] =
      /^\/v1\/([^/]+)(?:\/([^/]+)(?:\/(.+))?)?\/?$/.exec(decoded(url.pathname) ?? "") ?? [];
    if (account === "") return { status: 404 };
    const asked: Asked = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers,
      body,
      account,
      container,
      object,
    };
    if (headers["x-container-sync-auth"] !== undefined) return this.fromPeer(asked);
    const allowed = this.parts.logins.accountOf(words(headers["x-auth-token"]));
    if (allowed === null) return { status: 401, body: unauthorized };
    if (allowed !== account) return { status: 403 };
    if (container === "") return this.ofAccount(asked);
    return object === "" ? this.ofContainer(asked) : this.ofObject(asked);
  }

  private info(): Answer {
    const { realm } = this.parts;
    const realms = realm ? { [realm.name.toUpperCase()]: { clusters: {} } } : {};
    return json(200, { swift: { version: "2.30.1" }, tempauth: {}, container_sync: { realms } });
  }

  private loginV1(headers: Asked["headers"], base: string): Answer {
    const user = words(headers["x-auth-user"] ?? headers["x-storage-user"]);
    const key = words(headers["x-auth-key"] ?? headers["x-storage-pass"]);
    const granted = this.parts.logins.v1(user, key);
    if (!granted) return { status: 401, body: unauthorized };
    return {
      status: 200,
      headers: {
        "x-storage-url": `${base}/v1/${granted.account}`,
        "x-auth-token": granted.token,
        "x-storage-token": granted.token,
        "x-auth-token-expires": "3600",
      },
    };
  }

  private loginV3(body: Buffer, base: string): Answer {
    let asked: unknown;
    try {
      asked = JSON.parse(body.toString("utf8"));
    } catch {
      return json(400, {
        error: { code: 400, message: "Malformed json in request body", title: "Bad Request" },
      });
    }
    const granted = this.parts.logins.v3(asked, base);
    if (!granted) {
      return json(401, {
        error: { code: 401, message: "The request you have made requires authentication." },
      });
    }
    const answer = json(201, granted.body);
    return { ...answer, headers: { ...answer.headers, "x-subject-token": granted.token } };
  }

  /** What another cluster's container-sync sends: signed, and for objects alone. */
  private fromPeer(asked: Asked): Answer {
    const { realm, store } = this.parts;
    const container = store.accounts.get(asked.account)?.get(asked.container);
    const signed = {
      method: asked.method,
      path: asked.path,
      timestamp: words(asked.headers["x-timestamp"]) || "0",
      userKey: container?.headers.get("x-container-sync-key") ?? "",
    };
    if (
      !realm ||
      asked.object === "" ||
      !isSigned(realm, words(asked.headers["x-container-sync-auth"]), signed)
    ) {
      return { status: 401, body: unauthorized };
    }
    return this.ofObject(asked);
  }

  private ofAccount({ method, account, query, headers }: Asked): Answer {
    const containers = this.parts.store.account(account);
    const all = [...containers.values()];
    const told = {
      "x-account-container-count": String(all.length),
      "x-account-object-count": String(all.reduce((sum, { objects }) => sum + objects.size, 0)),
      "x-account-bytes-used": String(all.reduce((sum, { bytes }) => sum + bytes, 0)),
      "x-timestamp": this.parts.store.timestamp(),
    };
    if (method === "HEAD") return { status: 204, headers: told };
    if (method !== "GET") return { status: 405 };
    const names = listed(containers.keys(), wishOf(query)).map(({ name }) => name);
    const shown = names.flatMap((name) => containers.get(name) ?? []);
    return listing(query, headers, told, names, () =>
      shown.map(({ name, objects, bytes, createdAt }) => ({
        name,
        count: objects.size,
        bytes,
        last_modified: moment(createdAt),
      })),
    );
  }

  private ofContainer(asked: Asked): Answer {
    const { store } = this.parts;
    const { method, account, container: name, query, headers } = asked;
    const found = store.account(account).get(name);
    if (method === "PUT" || method === "POST") {
      if (!found && method === "POST") return { status: 404 };
      const sync = words(headers["x-container-sync-to"]);
      if (sync !== "" && !syncAddress.test(sync)) {
        return { status: 400, body: "Full URLs are not allowed for X-Container-Sync-To values.\n" };
      }
      keepHeaders(found ?? store.container(account, name), headers);
      return { status: method === "POST" ? 204 : found ? 202 : 201 };
    }
    if (!found) return { status: 404 };
    if (method === "DELETE") {
      if (found.objects.size > 0) return { status: 409 };
      store.account(account).delete(name);
      return { status: 204 };
    }
    const told = {
      ...Object.fromEntries(found.headers),
      "x-container-object-count": String(found.objects.size),
      "x-container-bytes-used": String(found.bytes),
      "x-storage-policy": "Policy-0",
      "x-timestamp": found.createdAt,
    };
    if (method === "HEAD") return { status: 204, headers: told };
    if (method !== "GET") return { status: 405 };
    const entries = listed(found.objects.keys(), wishOf(query));
    const shown = entries.map((entry) => ({ ...entry, object: found.objects.get(entry.name) }));
    return listing(
      query,
      headers,
      told,
      entries.map((entry) => entry.name),
      () => shown.map(({ name: entry, object }) => (object ? shownObject(object) : { subdir: entry })),
    );
  }

  private ofObject(asked: Asked): Answer {
    const { store } = this.parts;
    const container = store.account(asked.account).get(asked.container);
    if (!container) return { status: 404 };
    const timestamp = words(asked.headers["x-timestamp"]) || store.timestamp();
    if (!/^\d{1,12}(\.\d{1,9})?$/.test(timestamp)) return { status: 400 };
    if (asked.method === "PUT") return putObject(container, asked, timestamp);
    if (asked.method === "DELETE") {
      const result = container.delete(asked.object, timestamp);
      return { status: { deleted: 204, absent: 404, conflict: 409 }[result] };
    }
    const object = container.objects.get(asked.object);
    if (!object) return { status: 404 };
    if (asked.method !== "GET" && asked.method !== "HEAD") return { status: 405 };
    const headers = {
      etag: object.etag,
      "content-type": object.contentType,
      "last-modified": new Date(Math.ceil(Number(object.timestamp)) * 1000).toUTCString(),
      "x-timestamp": object.timestamp,
      ...object.meta,
    };
    return { status: 200, headers, body: object.body };
  }
}

const unauthorized =
  "<html><h1>Unauthorized</h1><p>This server could not verify that you are authorized.</p></html>";

function putObject(container: Container, { object: name, body, headers }: Asked, timestamp: string): Answer {
  const etag = etagOf(body);
  const claimed = words(headers.etag).replaceAll('"', "");
  if (claimed !== "" && claimed !== etag) return { status: 422 };
  const meta = Object.entries(headers).filter(([key]) => key.startsWith("x-object-meta-"));
  const object: StoredObject = {
    name,
    body,
    etag,
    contentType: words(headers["content-type"]) || "application/octet-stream",
    meta: Object.fromEntries(meta.map(([key, value]) => [key, words(value)])),
    timestamp,
  };
  return { status: container.put(object) ? 201 : 202, headers: { etag } };
}

function keepHeaders(container: Container, headers: Asked["headers"]): void {
  for (const [key, value] of Object.entries(headers)) {
    const dropped = dropHeader.exec(key)?.[1];
    if (dropped !== undefined) container.headers.delete(`x-${dropped}`);
    else if (keptHeader.test(key)) {
      if (words(value) === "") container.headers.delete(key);
      else container.headers.set(key, words(value));
      // A container that is copied from anew is gone through from its first row (Swift forgets its sync points).
      if (key === "x-container-sync-to") container.synced = 0;
    }
  }
}

function listing(
  query: URLSearchParams,
  headers: Asked["headers"],
  told: Record<string, string>,
  names: readonly string[],
  members: () => object[],
): Answer {
  if (query.get("format") === "json" || words(headers.accept).includes("application/json")) {
    const answer = json(200, members());
    return { ...answer, headers: { ...told, ...answer.headers } };
  }
  if (names.length === 0) return { status: 204, headers: told };
  return { status: 200, headers: told, body: `${names.join("\n")}\n` };
}

function shownObject({ name, etag, body, contentType, timestamp }: StoredObject): object {
  return {
    name,
    hash: etag,
    bytes: body.length,
    content_type: contentType,
    last_modified: moment(timestamp),
  };
}

function json(status: number, value: object): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

/** As Swift's listings have times: UTC, without a zone. */
function moment(timestamp: string): string {
  return new Date(Number(timestamp) * 1000).toISOString().replace("Z", "000");
}

function words(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(",") : (value ?? "");
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size > bodyLimit ? null : Buffer.concat(chunks);
}
