import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { pause, type WorldClock } from "../world/clock.ts";

/** What is wrong with a web service of the lab at the moment; nothing where all are left out. */
export interface WebFaults {
  /** It refuses connections, and those that stand break. */
  down?: boolean;
  /** It answers with a page that is not of its protocol. */
  garbage?: boolean;
  /** It breaks off in the middle of each answer. */
  truncated?: boolean;
  /** Milliseconds of the World before each answer. */
  slow?: number;
}

export interface FaultyWebParts {
  clock: WorldClock;
  /** Key and certificate in PEM; null speaks plain HTTP. */
  certificate: { key: string; cert: string } | null;
  /** Asked anew for each request. */
  faults(): WebFaults;
  /** Answers one request. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Told of a failure of the lab itself. */
  onFailure(error: unknown): void;
}

const page = "<html><head><title>Sign in</title></head><body>It works!</body></html>\n";

/** An HTTP server of the lab that fails as it is told to; it takes streams, and may listen on loopback besides. */
export class FaultyWeb {
  private readonly parts: FaultyWebParts;
  private readonly outer: ReturnType<typeof createPlainServer>;
  private readonly inner: ReturnType<typeof createPlainServer>;
  private readonly listener: Server;
  private readonly streams = new Set<Duplex>();
  private readonly closing = new AbortController();

  constructor(parts: FaultyWebParts) {
    this.parts = parts;
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.take(request, response);
    this.inner = createPlainServer({ requestTimeout: 60_000 }, serve);
    this.outer = parts.certificate
      ? createSecureServer({ ...parts.certificate, minVersion: "TLSv1.2", requestTimeout: 60_000 }, serve)
      : this.inner;
    for (const server of new Set([this.inner, this.outer])) {
      // A client that goes away in the middle, or speaks nonsense, is its own affair.
      server.on("clientError", (_error, stream) => stream.destroy());
      server.on("tlsClientError", (_error, stream) => stream.destroy());
    }
    this.listener = createServer((socket) => {
      socket.setNoDelay(true);
      this.connect(socket);
    });
  }

  /** Takes a connection, over TLS where it has a certificate. */
  connect(stream: Duplex): void {
    this.accept(stream, this.outer);
  }

  /** Takes a connection from within the lab, without TLS. */
  connectInside(stream: Duplex): void {
    this.accept(stream, this.inner);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.listener.once("error", reject);
      this.listener.listen(wished, "127.0.0.1", () => {
        this.listener.off("error", reject);
        this.listener.on("error", (error) => this.parts.onFailure(error));
        const address = this.listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  /** Looks at the faults again: connections that stand break when it is down. */
  changed(): void {
    if (!this.parts.faults().down) return;
    for (const stream of [...this.streams]) stream.destroy();
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const stream of [...this.streams]) stream.destroy();
    await new Promise<void>((resolve) => {
      if (this.listener.listening) this.listener.close(() => resolve());
      else resolve();
    });
  }

  private accept(stream: Duplex, server: ReturnType<typeof createPlainServer>): void {
    stream.on("error", () => {});
    if (this.parts.faults().down || this.closing.signal.aborted) {
      if ("resetAndDestroy" in stream && typeof stream.resetAndDestroy === "function")
        stream.resetAndDestroy();
      else stream.destroy();
      return;
    }
    this.streams.add(stream);
    stream.once("close", () => this.streams.delete(stream));
    server.emit("connection", stream);
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, faults, serve, onFailure } = this.parts;
    try {
      const { slow = 0, garbage, truncated } = faults();
      if (slow > 0) await pause(clock, slow, this.closing.signal);
      if (garbage) {
        request.resume();
        response.writeHead(200, { "content-type": "text/html", "content-length": page.length });
        response.end(page);
        return;
      }
      if (truncated) breakOff(response);
      await serve(request, response);
    } catch (error) {
      if (!this.closing.signal.aborted && !request.destroyed) onFailure(error);
      response.destroy();
    }
  }
}

/** Half of what is said last is sent, then the connection breaks. */
function breakOff(response: ServerResponse): void {
  const end = response.end.bind(response);
  response.end = ((words?: unknown) => {
    const bytes =
      typeof words === "string" || words instanceof Uint8Array ? Buffer.from(words) : Buffer.alloc(0);
    if (bytes.length < 2) return end(bytes);
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
    return response;
  }) as typeof response.end;
}
