import { createHash } from "node:crypto";
import { z } from "zod";
import type { SwiftEndConfig } from "../../../shared/systems/swift.ts";
import { abortable } from "../../reach/abort.ts";
import type { Reach } from "../../reach/reach.ts";
import { type WebAnswer, WebService } from "../../reach/web-service.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";
import { logIn, type Session } from "./login.ts";

const mostBytes = 16 * 1024 * 1024;
/** Milliseconds for one request: all are small, and a preview that asks an end that is gone must not wait for minutes. */
const usualDeadline = 12_000;
/** Of a listing, in one request and in all. */
const pageSize = 1000;
const mostContainers = 2000;

export interface AccountParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secret is used for. */
  subject: string;
  config: SwiftEndConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Milliseconds for one request; 12 s when left out. */
  deadline?: number;
}

/** A container as a listing or its head tells it. */
export interface ContainerHead {
  name: string;
  objects: number | null;
  bytes: number | null;
  policy: string | null;
  /** Where container-sync copies it to; null: nowhere. */
  syncTo: string | null;
  /** What it lets others copy to it by; a secret. */
  syncKey: string | null;
}

interface Asked {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Below the account, encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  /** Called when the request is on its way: from here on it may have been taken. */
  onSent?: (() => void) | undefined;
}

const listingSchema = z.array(z.object({ name: z.string(), count: z.number(), bytes: z.number() }));
const namesSchema = z.array(z.object({ name: z.string() }));

/**
 * One account of a Swift cluster (Object Storage API v1), logged in as long as its token is taken. Redirections are not followed.
 * Throws OpsErrors `reach.…`, `secrets.…` and those of faults.ts.
 */
export class SwiftAccount {
  readonly #parts: AccountParts;
  readonly #identity: WebService;
  #storage: { url: string; service: WebService } | null = null;
  #session: Promise<Session> | null = null;
  readonly #closing = new AbortController();

  constructor(parts: AccountParts) {
    this.#parts = parts;
    this.#identity = this.#service(parts.config.login.url);
  }

  get name(): string {
    return this.#parts.name;
  }

  /** The URL of the account, once it was logged in; what the estate names otherwise, null where it names none. */
  get knownUrl(): string | null {
    return this.#storage?.url ?? this.#parts.config.storageUrl?.replace(/\/+$/, "") ?? null;
  }

  /** Logs in once with this value in place of the stored secret (null: with that). */
  async tryLogin(value: string | null, signal: AbortSignal): Promise<void> {
    await this.#logIn(value, signal);
  }

  /** The containers of the account, the first 2,000 of them, and whether there are more. */
  async containers(signal: AbortSignal): Promise<{ members: ContainerHead[]; more: boolean }> {
    const members: ContainerHead[] = [];
    for (let marker = ""; members.length < mostContainers; marker = members.at(-1)?.name ?? "") {
      const query = new URLSearchParams({ format: "json", limit: String(pageSize), marker });
      const page = this.#parsed(listingSchema, await this.#ask({ method: "GET", path: `?${query}`, signal }));
      members.push(
        ...page.map(({ name, count, bytes }) => ({
          name,
          objects: count,
          bytes,
          policy: null,
          syncTo: null,
          syncKey: null,
        })),
      );
      if (page.length < pageSize) return { members, more: false };
    }
    return { members, more: true };
  }

  /** How a container stands; null where there is none of that name. */
  async container(name: string, signal: AbortSignal): Promise<ContainerHead | null> {
    const answer = await this.#ask({ method: "HEAD", path: pathOf(name), signal }, [404]);
    if (answer.status === 404) return null;
    const { headers } = answer;
    const objects = countOf(headers["x-container-object-count"]);
    // Anything may answer HEAD with 200; what counts objects is a container.
    if (objects === null) throw service.http(this.name).garbage();
    return {
      name,
      objects,
      bytes: countOf(headers["x-container-bytes-used"]),
      policy: wordOf(headers["x-storage-policy"]),
      syncTo: wordOf(headers["x-container-sync-to"]),
      syncKey: wordOf(headers["x-container-sync-key"]),
    };
  }

  /** Sets where container-sync copies a container to (null: nowhere), and the key that it gives and takes. */
  async setSync(
    name: string,
    { to, key }: { to: string | null; key: string },
    signal: AbortSignal,
    onSent?: () => void,
  ): Promise<void> {
    if (!/^[\x21-\x7e]{1,1000}$/.test(key)) throw faults.refused(this.name, 400);
    const headers = {
      "x-container-sync-key": key,
      ...(to === null ? { "x-remove-container-sync-to": "x" } : { "x-container-sync-to": to }),
    };
    const answer = await this.#ask({ method: "POST", path: pathOf(name), headers, signal, onSent }, [404]);
    if (answer.status === 404) throw faults.noContainer(this.name, name);
  }

  /** Puts a small object; gives what it is told apart by (its MD5, as Swift's `ETag`). */
  async put(container: string, object: string, body: string, signal: AbortSignal): Promise<string> {
    const etag = createHash("md5").update(body).digest("hex");
    const headers = { "content-type": "application/octet-stream", etag };
    const path = pathOf(container, object);
    const answer = await this.#ask({ method: "PUT", path, headers, body, signal }, [404]);
    if (answer.status === 404) throw faults.noContainer(this.name, container);
    return etag;
  }

  /** The `ETag` of an object; null where it is not there. */
  async etag(container: string, object: string, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#ask({ method: "HEAD", path: pathOf(container, object), signal }, [404]);
    return answer.status === 404 ? null : (wordOf(answer.headers.etag)?.replaceAll('"', "") ?? null);
  }

  /** The names of objects that begin like this, a hundred at the most. */
  async names(container: string, prefix: string, signal: AbortSignal): Promise<string[]> {
    const query = new URLSearchParams({ format: "json", limit: "100", prefix });
    const path = `${pathOf(container)}?${query}`;
    const answer = await this.#ask({ method: "GET", path, signal }, [404]);
    return answer.status === 404 ? [] : this.#parsed(namesSchema, answer).map(({ name }) => name);
  }

  /** Deletes an object; well too where it is not there. */
  async remove(container: string, object: string, signal: AbortSignal): Promise<void> {
    await this.#ask({ method: "DELETE", path: pathOf(container, object), signal }, [404, 409]);
  }

  close(): void {
    this.#closing.abort();
    this.#identity.close();
    this.#storage?.service.close();
  }

  /** One request with the token; logs in again once where the token is not taken any more. */
  async #ask(asked: Asked, taken: readonly number[] = []): Promise<WebAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const pending = this.#session ?? this.#logInOnce();
      const { token, storageUrl } = await abortable(pending, asked.signal);
      const { method, path, headers = {}, body = null, signal, onSent } = asked;
      const answer = await this.#storageAt(storageUrl).ask({
        method,
        path,
        headers: { ...headers, "x-auth-token": token },
        body,
        signal,
        onSent,
      });
      if (answer.status === 401) {
        if (this.#session === pending) this.#session = null;
        if (attempt === 0) continue;
        throw faults.loginRefused(this.name);
      }
      this.#accept(answer, taken);
      return answer;
    }
  }

  #accept({ status }: WebAnswer, taken: readonly number[]): void {
    if ((status >= 200 && status < 300) || taken.includes(status)) return;
    if (status >= 300 && status < 400) throw service.moved(this.name);
    if (status === 403) throw faults.notAllowed(this.name);
    // An account that is not there is one that this URL is not of.
    if (status === 404) throw service.http(this.name).garbage();
    throw status >= 500 ? service.failing(this.name, status) : faults.refused(this.name, status);
  }

  /** Whoever asks while a log-in is under way waits for that one; it does not end with who began it. */
  #logInOnce(): Promise<Session> {
    const made = this.#logIn(null, this.#closing.signal);
    this.#session = made;
    made.catch(() => {
      if (this.#session === made) this.#session = null;
    });
    return made;
  }

  async #logIn(value: string | null, signal: AbortSignal): Promise<Session> {
    const { config, secrets, subject, name } = this.#parts;
    if (this.#identity.isReadable) throw faults.plainLogin(name);
    const { login } = config;
    const reference = login.method === "application-credential" ? login.secret : login.password;
    const secret = value ?? (await secrets.resolve(reference, subject)).reveal();
    const session = await logIn({ name, config, identity: this.#identity }, secret.trim(), signal);
    if (this.#storageAt(session.storageUrl).isReadable) throw faults.plainLogin(name);
    return session;
  }

  #storageAt(url: string): WebService {
    if (this.#storage?.url !== url) {
      this.#storage?.service.close();
      this.#storage = { url, service: this.#service(url) };
    }
    return this.#storage.service;
  }

  #service(url: string): WebService {
    const { name, config, dial, folder, deadline = usualDeadline } = this.#parts;
    return new WebService({
      name,
      config: { ...config, url },
      dial,
      folder,
      deadline,
      faults: service,
      mostBytes,
    });
  }

  #parsed<Value>(schema: z.ZodType<Value>, { status, words }: WebAnswer): Value {
    let value: unknown;
    try {
      value = status === 204 ? [] : JSON.parse(words);
    } catch (error) {
      throw service.http(this.name).garbage(error);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw service.http(this.name).garbage();
    return parsed.data;
  }
}

function pathOf(container: string, object = ""): string {
  const parts = [container, ...(object === "" ? [] : object.split("/"))];
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

function wordOf(value: string | string[] | undefined): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 2000) : null;
}

function countOf(value: string | string[] | undefined): number | null {
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
