import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { KeyedCertificate } from "./certificate.ts";
import type { AmtEngine } from "./engine.ts";
import { answerBadly, badAnswers } from "./misbehaviour.ts";
import type { Reply } from "./wsman/reply.ts";

/** MaxEnvelopeSize: AMT takes so many bytes and no more. */
const envelopeLimit = 51_200;
const chunkBytes = 0x220;
const idleMilliseconds = 8_000;
const soapType = "application/soap+xml; charset=UTF-8";

export interface WebServerParts {
  engine: AmtEngine;
  /** Null where the firmware speaks without TLS. */
  certificate: KeyedCertificate | null;
  /** Takes a connection that asked for the redirection and was let in. */
  redirect(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  onFailure(error: unknown): void;
}

/** The web port of one engine: WS-Management at `/wsman`, a page, and the redirection as a WebSocket. */
export class AmtWebServer {
  private readonly parts: WebServerParts;
  private readonly server: Server;

  constructor(parts: WebServerParts) {
    this.parts = parts;
    const options = { keepAliveTimeout: idleMilliseconds, requestTimeout: 60_000 };
    this.server = parts.certificate
      ? createHttpsServer({ ...options, ...parts.certificate, minVersion: "TLSv1.2" })
      : createHttpServer(options);
    this.server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!request.destroyed) parts.onFailure(error);
        response.destroy();
      });
    });
    this.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      this.upgrade(request, stream, head);
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    this.server.on("clientError", (_error, stream) => stream.destroy());
    this.server.on("tlsClientError", (_error, stream) => stream.destroy());
  }

  /** Takes a connection. */
  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  /** Shows another certificate from the next connection on. */
  show(certificate: KeyedCertificate): void {
    if ("setSecureContext" in this.server && typeof this.server.setSecureContext === "function") {
      this.server.setSecureContext({ ...certificate, minVersion: "TLSv1.2" });
    }
  }

  close(): void {
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    response.setHeader("Server", `Intel(R) Active Management Technology ${this.version}`);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const body = await readBody(request);
    const { method = "", url = "" } = request;
    const authorization = request.headers.authorization ?? null;
    if (!this.isLetIn({ method, url, authorization, body: body ?? "" }, response)) return;
    if (url !== "/wsman") answerPage(response, url === "/index.htm");
    else if (method !== "POST") response.writeHead(405, { connection: "close" }).end();
    else if (body === null) response.writeHead(413, { connection: "close" }).end();
    else await this.answer(body, response, gone.signal);
  }

  private async answer(body: string, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { engine } = this.parts;
    let reply: Reply | null;
    try {
      reply = await engine.answer(body, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const bad = badAnswers.find((fault) => engine.world.fault(fault, engine.machine.id));
    if (reply === null) response.writeHead(503, { connection: "close" }).end();
    else if (bad) answerBadly(bad, response, reply.body);
    else writeReply(response, reply);
  }

  private isLetIn(
    asked: { method: string; url: string; authorization: string | null; body: string },
    response: ServerResponse,
  ): boolean {
    const refused = this.refuse(asked);
    if (refused === null) return true;
    response.writeHead(401, {
      "WWW-Authenticate": refused,
      "Content-Type": "text/html",
      "Content-Length": 0,
      Connection: "close",
    });
    response.end();
    return false;
  }

  /** The challenge for a request that is not let in; null when it is. */
  private refuse(asked: {
    method: string;
    url: string;
    authorization: string | null;
    body: string;
  }): string | null {
    const { engine } = this.parts;
    if (engine.world.fault("amt-nonce-loop", engine.machine.id)) return engine.digest.challenge(true);
    const { method, url, authorization, body } = asked;
    if (authorization === null) return engine.digest.challenge(false);
    const answer = engine.logIn({ method, uri: url, body, authorization });
    return answer === "accepted" ? null : engine.digest.challenge(answer === "stale");
  }

  private upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on("error", () => stream.destroy());
    const { method = "", url = "", headers } = request;
    const refused = this.refuse({ method, url, authorization: headers.authorization ?? null, body: "" });
    const server = `Server: Intel(R) Active Management Technology ${this.version}\r\n`;
    const end = "Content-Length: 0\r\nConnection: close\r\n\r\n";
    if (refused !== null) {
      stream.end(`HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${refused}\r\n${server}${end}`);
    } else if (url !== "/ws-redirection") stream.end(`HTTP/1.1 404 Not Found\r\n${server}${end}`);
    else this.parts.redirect(request, stream, head);
  }

  private get version(): string {
    return this.parts.engine.management.version;
  }
}

/** The body of a request; null when it is longer than AMT takes. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= envelopeLimit) chunks.push(chunk);
  }
  return length > envelopeLimit ? null : Buffer.concat(chunks).toString("utf8");
}

function answerPage(response: ServerResponse, isFound: boolean): void {
  const page = isFound ? "<html><head><title>Intel Active Management Technology</title></head></html>" : "";
  response.writeHead(isFound ? 200 : 404, { "content-type": "text/html", "content-length": page.length });
  response.end(page);
}

/** Writes an answer in AMT's own chunks: small, and their sizes padded with zeros. */
function writeReply(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { "Content-Type": soapType, "Transfer-Encoding": "chunked" });
  response.flushHeaders();
  response.chunkedEncoding = false;
  const bytes = Buffer.from(body, "utf8");
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    response.write(`${chunk.length.toString(16).padStart(4, "0")}\r\n`);
    response.write(chunk);
    response.write("\r\n");
  }
  response.end("0000\r\n\r\n");
}
