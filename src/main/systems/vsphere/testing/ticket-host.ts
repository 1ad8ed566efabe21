import { createHash, X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import { makeSelfSigned } from "../../../reach/testing/self-signed.ts";

const certificate = makeSelfSigned("esx-1.example");

/** An ESXi host's way to the screens of its VMs: a WebSocket for a ticket, each of which admits once. */
export class TicketHost {
  readonly sha256 = digest("sha256");
  readonly sha1 = digest("sha1");
  readonly pem = certificate.cert;
  /** What those that came offered as sub-protocols. */
  readonly offered: string[] = [];
  /** How many connections were made, and how many of them ended. */
  connections = { made: 0, ended: 0 };
  readonly #tickets = new Set<string>();
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  #issued = 0;

  /** `serve` gets the stream of each that is admitted. */
  constructor(serve: (stream: Duplex) => void) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (protocols) => (protocols.has("binary") ? "binary" : false),
    });
    this.#server = createServer({ cert: certificate.cert, key: certificate.key });
    this.#server.on("secureConnection", (socket) => {
      this.connections.made += 1;
      socket.once("close", () => {
        this.connections.ended += 1;
      });
    });
    this.#server.on("upgrade", (request, socket, head) => {
      this.offered.push(String(request.headers["sec-websocket-protocol"]));
      const ticket = /^\/ticket\/([^/]+)$/.exec(request.url ?? "")?.[1] ?? "";
      if (!this.#tickets.delete(ticket)) {
        socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (admitted) => {
        const stream = createWebSocketStream(admitted, { allowHalfOpen: false });
        stream.on("error", () => undefined);
        serve(stream);
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  issue(): string {
    this.#issued += 1;
    const ticket = `cst-${this.#issued}`;
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Nobody has come in time. */
  expireAll(): void {
    this.#tickets.clear();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function digest(algorithm: "sha1" | "sha256"): string {
  const hex = createHash(algorithm).update(new X509Certificate(certificate.cert).raw).digest("hex");
  return (hex.toUpperCase().match(/../g) ?? []).join(":");
}
