import { readFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { resolve } from "node:path";
import type { Duplex } from "node:stream";
import { abortFault, Deadline } from "./abort.ts";
import { NotSent, sendHttp, Unanswered, wholeBody } from "./http-exchange.ts";
import type { Reach } from "./reach.ts";
import { plainPin, secureStream, type TlsIdentity } from "./secure-stream.ts";
import type { ServiceFaults } from "./service-faults.ts";

/** Milliseconds for one request with its connection and its whole answer. */
const usualDeadline = 30_000;
const usualPorts: Record<string, number> = { "https:": 443, "http:": 80 };
const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

export interface WebServiceParts {
  /** What it is called in errors. */
  name: string;
  /** As the estate file has it. */
  config: {
    url: string;
    via?: string | undefined;
    allowlist?: string | undefined;
    pin?: string | undefined;
    certificateAuthority?: string | undefined;
  };
  dial: Reach["dial"];
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  faults: ServiceFaults;
  /** Of an answer, at most. */
  mostBytes: number;
  /** Milliseconds for one request with its connection and its whole answer; 30 s when left out. */
  deadline?: number | undefined;
}

export interface WebRequest {
  method: string;
  /** Below the service's URL, with the query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Sent as JSON, unless the headers say otherwise. */
  body: string | null;
  signal: AbortSignal;
  /** Called right before the request leaves: from here on it may have been taken. */
  onSent?: (() => void) | undefined;
  /** What this side proves itself with, where the far side asks for a certificate. */
  identity?: TlsIdentity | undefined;
}

export interface WebAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  words: string;
}

/**
 * A service that speaks JSON over HTTP below one URL, asked over a connection of its own each time. Redirections are not
 * followed. Throws OpsErrors `reach.…` and those of the given faults.
 */
export class WebService {
  readonly #parts: WebServiceParts;
  readonly #url: URL;
  readonly #closing = new AbortController();

  constructor(parts: WebServiceParts) {
    this.#parts = parts;
    this.#url = new URL(parts.config.url);
  }

  /** Whether a log-in would be readable on the way: over HTTP, and not to this workstation itself. */
  get isReadable(): boolean {
    return this.#url.protocol === "http:" && !loopback.test(this.#url.hostname);
  }

  /** The whole URL of a path below that of the service. */
  urlOf(path: string): string {
    return `${this.#url.origin}${this.#below(path)}`;
  }

  /** One request and the words of its answer, whatever its status. */
  async ask(request: WebRequest): Promise<WebAnswer> {
    const { name, faults, mostBytes, deadline: milliseconds = usualDeadline } = this.#parts;
    const outer = AbortSignal.any([request.signal, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, outer, () => faults.timedOut(name, milliseconds / 1000));
    const { signal } = deadline;
    let stream: Duplex | null = null;
    try {
      stream = await this.#connect(request.identity, signal);
      const { method, path, headers, body, onSent } = request;
      const incoming = await sendHttp(
        {
          over: { stream },
          address: this.#address,
          port: this.#port,
          method,
          path: this.#below(path),
          headers: {
            accept: "application/json",
            ...(body === null ? {} : { "content-type": "application/json" }),
            ...headers,
            // Without a port that goes without saying, as it stands in the URL.
            host: this.#url.host,
          },
          body: body === null ? null : Buffer.from(body, "utf8"),
          signal,
          ...(onSent && { onSent }),
        },
        faults.http(name),
      );
      const words = await wholeBody(incoming, mostBytes, faults.http(name), signal);
      const { statusCode: status = 0, headers: answered } = incoming;
      return { status, headers: answered, words: words.toString("utf8").trim() };
    } catch (error) {
      if (signal.aborted) throw abortFault(signal);
      throw error instanceof NotSent || error instanceof Unanswered ? error.fault : error;
    } finally {
      deadline.end();
      stream?.destroy();
    }
  }

  close(): void {
    this.#closing.abort();
  }

  get #address(): string {
    return this.#url.hostname.replace(/^\[|\]$/g, "");
  }

  get #port(): number {
    return this.#url.port === "" ? (usualPorts[this.#url.protocol] ?? 80) : Number(this.#url.port);
  }

  #below(path: string): string {
    return `${this.#url.pathname.replace(/\/+$/, "")}${path}`;
  }

  async #connect(identity: TlsIdentity | undefined, signal: AbortSignal): Promise<Duplex> {
    const { name, config, dial, faults } = this.#parts;
    const authorities = await this.#authorities();
    const place = { via: config.via ?? null, address: this.#address, port: this.#port };
    const stream = await dial({ ...place, allowlist: config.allowlist ?? null }, signal);
    if (this.#url.protocol === "http:") return stream;
    const tls = {
      pin: plainPin(config.pin),
      legacy: false,
      identity,
      ...(authorities === null ? {} : { authorities }),
    };
    return secureStream(stream, this.#address, tls, faults.tls(name), signal);
  }

  async #authorities(): Promise<string | null> {
    const { name, config, folder, faults } = this.#parts;
    if (config.certificateAuthority === undefined) return null;
    try {
      return await readFile(resolve(folder(), config.certificateAuthority), "utf8");
    } catch (error) {
      throw faults.authorityUnreadable(name, error);
    }
  }
}
