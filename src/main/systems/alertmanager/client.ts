import { readFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { OpsError } from "../../../shared/errors.ts";
import type { AlertmanagerSystemConfig } from "../../../shared/systems/alertmanager.ts";
import { abortFault, Deadline } from "../../reach/abort.ts";
import { hostAndPort } from "../../reach/place.ts";
import type { Reach } from "../../reach/reach.ts";
import { plainPin, secureStream } from "../../reach/secure-stream.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";

/** Milliseconds for one request with its connection and its whole answer. */
const usualDeadline = 30_000;
const mostBytes = 32 * 1024 * 1024;
const mostHeaderBytes = 64 * 1024;
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
    const deadline = new Deadline(milliseconds, outer, () => faults.timedOut(name, milliseconds / 1000));
    let stream: Duplex | null = null;
    try {
      const headers = await this.#headers(login);
      stream = await this.#connect(deadline.signal);
      const incoming = await this.#send(stream, asked, headers, deadline.signal);
      return answerOf(name, incoming.statusCode ?? 0, await readAll(name, incoming, deadline.signal));
    } catch (error) {
      if (deadline.signal.aborted) throw abortFault(deadline.signal);
      throw error;
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
    return secureStream(stream, address, tls, faults.tlsFaults(name), signal);
  }

  async #authorities(): Promise<string | null> {
    const { name, config, folder } = this.#parts;
    if (config.certificateAuthority === undefined) return null;
    try {
      return await readFile(resolve(folder(), config.certificateAuthority), "utf8");
    } catch (error) {
      throw faults.authorityUnreadable(name, error);
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
    const bytes = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body), "utf8");
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortFault(signal));
      const sent = request({
        createConnection: () => stream,
        method: asked.method ?? "GET",
        path: `${url.pathname.replace(/\/+$/, "")}/api/v2${asked.path}${query.size > 0 ? `?${query}` : ""}`,
        maxHeaderSize: mostHeaderBytes,
        headers: {
          ...headers,
          host: hostAndPort(url.hostname.replace(/^\[|\]$/g, ""), portOf(url)),
          accept: "application/json",
          "user-agent": "passerelle",
          connection: "close",
          ...(bytes ? { "content-type": "application/json", "content-length": bytes.length } : {}),
        },
      });
      const onAbort = () => {
        sent.destroy();
        reject(abortFault(signal));
      };
      signal.addEventListener("abort", onAbort, { once: true });
      sent.once("close", () => signal.removeEventListener("abort", onAbort));
      sent.on("error", (error: NodeJS.ErrnoException) => reject(explain(name, error)));
      sent.once("response", resolve);
      asked.onSent?.();
      sent.end(bytes ?? undefined);
    });
  }
}

function portOf(url: URL): number {
  return url.port === "" ? (usualPorts[url.protocol] ?? 80) : Number(url.port);
}

function explain(name: string, error: NodeJS.ErrnoException): OpsError {
  if (error instanceof OpsError) return error;
  if (error.code === "HPE_HEADER_OVERFLOW") return faults.tooLarge(name, 1);
  return error.code?.startsWith("HPE_") ? faults.garbage(name, error) : faults.closed(name, error);
}

async function readAll(name: string, incoming: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > mostBytes) throw faults.tooLarge(name, mostBytes / 1024 / 1024);
      chunks.push(chunk);
    }
  } catch (error) {
    if (signal.aborted) throw abortFault(signal);
    throw error instanceof OpsError ? error : faults.closed(name, error);
  }
  if (!incoming.complete) throw faults.closed(name);
  return Buffer.concat(chunks);
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
    throw faults.garbage(name, error);
  }
}
