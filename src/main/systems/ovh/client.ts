import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import type { SecretReference } from "../../../shared/estate-access.ts";
import type { OvhSystemConfig } from "../../../shared/systems/ovh.ts";
import { abortFault, Deadline } from "../../reach/abort.ts";
import { NotSent, sendHttp, Unanswered, wholeBody } from "../../reach/http-exchange.ts";
import type { Reach } from "../../reach/reach.ts";
import { plainPin, secureStream } from "../../reach/secure-stream.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";
import { signedHeaders } from "./signature.ts";

/** Milliseconds for one request with its connection and its whole answer. */
const usualDeadline = 30_000;
const mostBytes = 4 * 1024 * 1024;
/** Milliseconds after which the API is asked for its clock again. */
const clockGoodFor = 600_000;
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
/** What it calls a signature that does not fit, keys that it does not know, and keys without the right (`errorCode`). */
const badLogin = /^(INVALID_SIGNATURE|INVALID_KEY|INVALID_CREDENTIAL|NOT_CREDENTIAL|QUERY_TIME_OUT)$/;

export interface ClientParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secrets are used for. */
  subject: string;
  config: OvhSystemConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  now(): number;
  deadline?: number;
}

export interface Asked {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the API, such as `/domain/zone/shop.example/refresh`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Called when the request is on its way: from here on it may have been taken. */
  onSent?(): void;
  /** Tried in place of a stored secret. */
  trial?: { reference: SecretReference; value: string } | null;
}

/**
 * Signed requests to OVHcloud's API, each on a connection of its own, by the API's own clock. Redirections are not followed.
 * Throws OpsErrors `reach.…`, `secrets.…`, and those of faults.ts.
 */
export class OvhClient {
  readonly #parts: ClientParts;
  readonly #closing = new AbortController();
  /** How far the API's clock is ahead in milliseconds, and when that was read. */
  #clock: { ahead: number; at: number } | null = null;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name;
  }

  /** The answer's JSON; null where it is empty. */
  async ask(asked: Asked): Promise<unknown> {
    const { config, name } = this.#parts;
    const url = new URL(config.url);
    if (url.protocol === "http:" && !loopback.test(url.hostname)) throw faults.plainLogin(name);
    const keys = {
      applicationKey: config.applicationKey,
      applicationSecret: await this.#secret(config.applicationSecret, asked.trial),
      consumerKey: await this.#secret(config.consumerKey, asked.trial),
    };
    const time = await this.#time(asked.signal);
    const query = asked.query ? `?${new URLSearchParams(asked.query)}` : "";
    const path = `${url.pathname.replace(/\/+$/, "")}${asked.path}${query}`;
    const body = asked.body === undefined ? "" : JSON.stringify(asked.body);
    const method = asked.method ?? "GET";
    const headers = signedHeaders(keys, { method, url: `${url.origin}${path}`, body, time });
    return this.#exchange({ method, path, headers, body, signal: asked.signal, onSent: asked.onSent });
  }

  close(): void {
    this.#closing.abort();
  }

  /** The seconds of the API's own clock: a workstation's may be off by more than it takes (`GET /auth/time`). */
  async #time(signal: AbortSignal): Promise<number> {
    const { now, config, name } = this.#parts;
    if (!this.#clock || Math.abs(now() - this.#clock.at) > clockGoodFor) {
      const path = `${new URL(config.url).pathname.replace(/\/+$/, "")}/auth/time`;
      const seconds = await this.#exchange({ method: "GET", path, headers: {}, body: "", signal });
      if (typeof seconds !== "number" || !Number.isSafeInteger(seconds)) throw service.http(name).garbage();
      this.#clock = { ahead: seconds * 1000 - now(), at: now() };
    }
    return Math.floor((now() + this.#clock.ahead) / 1000);
  }

  async #secret(reference: SecretReference, trial: Asked["trial"]): Promise<string> {
    const { secrets, subject, name } = this.#parts;
    const value =
      trial?.reference === reference ? trial.value : (await secrets.resolve(reference, subject)).reveal();
    // What cannot stand in a header is no key that the far side knows.
    if (!/^[\x21-\x7e]+$/.test(value.trim())) throw faults.loginRefused(name);
    return value.trim();
  }

  async #exchange(request: {
    method: string;
    path: string;
    headers: Readonly<Record<string, string>>;
    body: string;
    signal: AbortSignal;
    onSent?: (() => void) | undefined;
  }): Promise<unknown> {
    const { name, deadline: milliseconds = usualDeadline, config } = this.#parts;
    const outer = AbortSignal.any([request.signal, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, outer, () => service.timedOut(name, milliseconds / 1000));
    const url = new URL(config.url);
    let stream: Duplex | null = null;
    try {
      stream = await this.#connect(url, deadline.signal);
      const incoming: IncomingMessage = await sendHttp(
        {
          over: { stream },
          address: url.hostname.replace(/^\[|\]$/g, ""),
          port: portOf(url),
          method: request.method,
          path: request.path,
          headers: {
            ...request.headers,
            // As it stands in the signed URL: without a port that goes without saying.
            host: url.host,
            accept: "application/json",
            ...(request.body === "" ? {} : { "content-type": "application/json" }),
          },
          body: request.body === "" ? null : Buffer.from(request.body, "utf8"),
          signal: deadline.signal,
          ...(request.onSent && { onSent: request.onSent }),
        },
        service.http(name),
      );
      const body = await wholeBody(incoming, mostBytes, service.http(name), deadline.signal);
      return this.#answer(incoming.statusCode ?? 0, body.toString("utf8").trim());
    } catch (error) {
      if (deadline.signal.aborted) throw abortFault(deadline.signal);
      throw error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
    } finally {
      deadline.end();
      stream?.destroy();
    }
  }

  async #connect(url: URL, signal: AbortSignal): Promise<Duplex> {
    const { name, config, dial } = this.#parts;
    const address = url.hostname.replace(/^\[|\]$/g, "");
    const authorities = await this.#authorities();
    const place = {
      via: config.via ?? null,
      address,
      port: portOf(url),
      allowlist: config.allowlist ?? null,
    };
    const stream = await dial(place, signal);
    if (url.protocol === "http:") return stream;
    const tls = {
      pin: plainPin(config.pin),
      legacy: false,
      ...(authorities === null ? {} : { authorities }),
    };
    return secureStream(stream, address, tls, service.tls(name), signal);
  }

  async #authorities(): Promise<string | null> {
    const { name, config, folder } = this.#parts;
    if (config.certificateAuthority === undefined) return null;
    try {
      return await readFile(resolve(folder(), config.certificateAuthority), "utf8");
    } catch (error) {
      throw service.authorityUnreadable(name, error);
    }
  }

  #answer(status: number, words: string): unknown {
    const { name } = this.#parts;
    const value = parsed(words);
    if (status >= 400) {
      const code = errorCode(value);
      if (status === 401 || badLogin.test(code)) {
        // Its clock may have been set meanwhile.
        this.#clock = null;
        throw faults.loginRefused(name);
      }
      if (status === 403) throw faults.notAllowed(name);
      if (status === 404) throw faults.notFound(name);
      if (status === 429) throw faults.tooManyCalls(name);
      throw status < 500 ? faults.refused(name, status) : faults.failing(name, status);
    }
    if (status >= 300) throw faults.moved(name);
    if (value === undefined) throw service.http(name).garbage();
    return value;
  }
}

/** Undefined for what is no JSON. */
function parsed(words: string): unknown {
  if (words === "") return null;
  try {
    return JSON.parse(words) as unknown;
  } catch {
    return undefined;
  }
}

function errorCode(value: unknown): string {
  const code = typeof value === "object" && value !== null && "errorCode" in value ? value.errorCode : "";
  return typeof code === "string" ? code : "";
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "http:" ? 80 : 443;
}
