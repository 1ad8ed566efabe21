import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import type { AlertmanagerSystemConfig } from "../../../shared/systems/alertmanager.ts";
import { abortFault, Deadline } from "../../reach/abort.ts";
import { NotSent, sendHttp, Unanswered, wholeBody } from "../../reach/http-exchange.ts";
import type { Reach } from "../../reach/reach.ts";
import { plainPin, secureStream } from "../../reach/secure-stream.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";

/** Milliseconds for one request with its connection and its whole answer. */
const usualDeadline = 30_000;
const mostBytes = 32 * 1024 * 1024;
const usualPorts: Record<string, number> = { "https:": 443, "http:": 80 };
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

export interface ClientParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secrets are used for. */
  subject: string;
  config: AlertmanagerSystemConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  deadline?: number;
}

export interface Asked {
  method?: "GET" | "POST" | "DELETE";
  /** Below the API, such as `/alerts`. */
  path: string;
  query?: readonly (readonly [string, string])[];
  /** Sent as JSON. */
  body?: unknown;
  signal: AbortSignal;
  /** Called when the request is on its way: from here on it may have been taken. */
  onSent?(): void;
}

/**
 * Requests to the API v2 of an Alertmanager, each on a connection of its own. Redirections are not followed. Throws
 * OpsErrors `reach.…`, `secrets.…`, and those of faults.ts.
 */
export class AlertmanagerClient {
  readonly #parts: ClientParts;
  readonly #closing = new AbortController();

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /** The answer's JSON; null where it is empty. `login` is tried in place of the stored secret. */
  async ask(asked: Asked, login: string | null = null): Promise<unknown> {
    const { name, deadline: milliseconds = usualDeadline } = this.#parts;
    const outer = AbortSignal.any([asked.signal, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, outer, () => service.timedOut(name, milliseconds / 1000));
    let stream: Duplex | null = null;
    try {
      const headers = await this.#headers(login);
      stream = await this.#connect(deadline.signal);
      const incoming = await this.#send(stream, asked, headers, deadline.signal);
      return answerOf(
        name,
        incoming.statusCode ?? 0,
        await wholeBody(incoming, mostBytes, service.http(name), deadline.signal),
      );
    } catch (error) {
      if (deadline.signal.aborted) throw abortFault(deadline.signal);
      throw error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
    } finally {
      deadline.end();
      stream?.destroy();
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #headers(login: string | null): Promise<Record<string, string>> {
    const { name, config, secrets, subject } = this.#parts;
    const url = new URL(config.url);
    const reference = config.token ?? config.password;
    if (reference === undefined) return {};
    if (url.protocol === "http:" && !loopback.test(url.hostname)) throw faults.plainLogin(name);
    const secret = login ?? (await secrets.resolve(reference, subject)).reveal();
    // What cannot stand in a header is no secret that the far side knows.
    if (/[\r\n\0]/.test(secret.trim())) throw faults.loginRefused(name);
    const basic = Buffer.from(`${config.user ?? ""}:${secret}`, "utf8").toString("base64");
    return { authorization: config.token ? `Bearer ${secret.trim()}` : `Basic ${basic}` };
  }

  async #connect(signal: AbortSignal): Promise<Duplex> {
    const { name, config, dial } = this.#parts;
    const url = new URL(config.url);
    const address = url.hostname.replace(/^\[|\]$/g, "");
    const authorities = await this.#authorities();
    const stream = await dial(
      { via: config.via ?? null, address, port: portOf(url), allowlist: config.allowlist ?? null },
      signal,
    );
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

  #send(
    stream: Duplex,
    asked: Asked,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { name, config } = this.#parts;
    const url = new URL(config.url);
    const query = new URLSearchParams(asked.query?.map(([key, value]): [string, string] => [key, value]));
    const body = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body), "utf8");
    return sendHttp(
      {
        over: { stream },
        address: url.hostname.replace(/^\[|\]$/g, ""),
        port: portOf(url),
        method: asked.method ?? "GET",
        path: `${url.pathname.replace(/\/+$/, "")}/api/v2${asked.path}${query.size > 0 ? `?${query}` : ""}`,
        headers: {
          ...headers,
          accept: "application/json",
          ...(body ? { "content-type": "application/json" } : {}),
        },
        body,
        signal,
        ...(asked.onSent && { onSent: asked.onSent }),
      },
      service.http(name),
    );
  }
}

function portOf(url: URL): number {
  return url.port === "" ? (usualPorts[url.protocol] ?? 80) : Number(url.port);
}

function answerOf(name: string, status: number, body: Buffer): unknown {
  if (status === 401) throw faults.loginRefused(name);
  if (status === 403) throw faults.notAllowed(name);
  if (status === 404) throw faults.notFound(name);
  if (status >= 300 && status < 400) throw faults.moved(name);
  if (status >= 400 && status < 500) throw faults.refused(name, status);
  if (status >= 500) throw faults.failing(name, status);
  const words = body.toString("utf8").trim();
  if (words === "") return null;
  try {
    return JSON.parse(words);
  } catch (error) {
    throw service.http(name).garbage(error);
  }
}
