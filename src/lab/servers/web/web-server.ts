import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecure } from "node:https";
import { createServer as createListener } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext } from "node:tls";
import type { WorldClock } from "../../world/clock.ts";
import type { KeyedCertificate } from "../kubernetes/access/certificates.ts";
import { type CertificateFault, certificateFaults, type WebCertificates } from "./certificates.ts";

/**
 * What a web server can be made to do: answer late, 503, nonsense or nothing at all, break off in the middle of a page, show a
 * certificate with something wrong.
 */
const webFaults = [
  "web-slow",
  "web-unavailable",
  "web-garbage",
  "web-silent",
  "web-broken-off",
  ...certificateFaults.map((fault) => `certificate-${fault}` as const),
] as const;
export type WebFault = (typeof webFaults)[number];

/** The fault that is in force of those that befall a web server; null: none. */
export function webFault(isInForce: (fault: WebFault) => boolean): WebFault | null {
  return webFaults.find(isInForce) ?? null;
}

/** An application as it is served here. */
export interface ServedApplication {
  name: string;
  running: boolean;
  /** Further pages of it while it runs, by their path: the status and words that each has. */
  pages?: ReadonlyMap<string, { status: number; words: string }>;
}

export interface WebServerOptions {
  /** Who serves: told in the header `x-served-by` and on each page. */
  region: string;
  /** What stands behind a host name, asked at every request; null: nothing. */
  serves(host: string): ServedApplication | null;
  /** Null: plain HTTP. */
  certificates: WebCertificates | null;
  /** What is shown instead where this name is asked for; null: nothing in particular. */
  certificateOf?(serverName: string): KeyedCertificate | null;
  fault(): WebFault | null;
  clock: WorldClock;
}

/** Milliseconds of world time that a slow answer takes. */
const slowness = 20_000;

/** The edge of a region: pages of its applications by host name, over TLS, `/health` and the start page of each. */
export class WebServer {
  private readonly options: WebServerOptions;
  private readonly server: Server;
  /** Those that show a certificate with something wrong, once they were needed. */
  private readonly faulty = new Map<CertificateFault, Server>();
  private readonly streams = new Set<Duplex>();
  private readonly listener = createListener((socket) => this.connect(socket));

  constructor(options: WebServerOptions) {
    this.options = options;
    this.server = this.makeServer(options.certificates?.good ?? null);
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    stream.on("error", () => {});
    const fault = this.options.fault();
    if (fault === "web-silent") {
      stream.resume();
      return;
    }
    if (fault === "web-garbage") {
      stream.end("\u0000\u0016\u0001 this is neither TLS nor HTTP \u0007\n");
      stream.resume();
      return;
    }
    this.serverUnder(fault).emit("connection", stream);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.listener.once("error", reject);
      this.listener.listen(wished, "127.0.0.1", () => {
        this.listener.off("error", reject);
        const address = this.listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  async close(): Promise<void> {
    for (const server of [this.server, ...this.faulty.values()]) server.closeAllConnections();
    for (const stream of [...this.streams]) stream.destroy();
    await new Promise<void>((resolve) => {
      if (this.listener.listening) this.listener.close(() => resolve());
      else resolve();
    });
  }

  private serverUnder(fault: WebFault | null): Server {
    const { certificates } = this.options;
    const wrong = certificateFaults.find((each) => fault === `certificate-${each}`);
    if (!certificates || wrong === undefined) return this.server;
    const known = this.faulty.get(wrong) ?? this.makeServer(certificates.faulty(wrong));
    this.faulty.set(wrong, known);
    return known;
  }

  private makeServer(certificate: KeyedCertificate | null): Server {
    const { certificateOf } = this.options;
    const server = certificate
      ? createSecure({
          ...certificate,
          minVersion: "TLSv1.2",
          // A weak key is shown to whoever asks, as old servers do.
          ciphers: "DEFAULT:@SECLEVEL=0",
          SNICallback: (name, answer) => {
            const own = certificate === this.options.certificates?.good ? certificateOf?.(name) : null;
            answer(null, own ? createSecureContext(own) : undefined);
          },
        })
      : createPlain();
    server.on("request", (request: IncomingMessage, response: ServerResponse) =>
      this.take(request, response),
    );
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    server.on("clientError", (_error, stream) => stream.destroy());
    server.on("tlsClientError", (_error, stream) => stream.destroy());
    return server;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const { fault, clock } = this.options;
    if (fault() !== "web-slow") {
      this.answer(request, response);
      return;
    }
    const callOff = clock.after(slowness, () => this.answer(request, response));
    response.once("close", callOff);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { region, serves, fault } = this.options;
    const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const application = serves(host);
    const trouble = fault();
    const status = !application ? 404 : application.running && trouble !== "web-unavailable" ? 200 : 503;
    const state = status === 200 ? "serving" : status === 503 ? "not serving" : "unknown";
    const path = (request.url ?? "/").split("?")[0];
    const page = status === 200 ? application?.pages?.get(request.url ?? "/") : undefined;
    const isHealth = path === "/health";
    const usual = isHealth
      ? `${JSON.stringify({ application: application?.name ?? null, region, state })}\n`
      : `<!doctype html><title>${application?.name ?? host}</title><p>${application?.name ?? "Nothing"} (${region}): ${state}</p>\n`;
    const words = page && !usual.includes(page.words) ? `${usual}${page.words}\n` : usual;
    const isPage = path === "/" || isHealth || application?.pages !== undefined;
    response.writeHead(page?.status ?? (isPage ? status : 404), {
      "content-type": isHealth ? "application/json" : "text/html; charset=utf-8",
      "content-length": Buffer.byteLength(words),
      "cache-control": "no-store",
      "x-served-by": region,
    });
    if (trouble !== "web-broken-off") {
      response.end(words);
      return;
    }
    response.write(words.slice(0, words.length / 2), () => response.destroy());
  }
}
