import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import { ClusterAccess } from "../cluster-access.ts";
import { dialLoopback } from "./surroundings.ts";

/** What a test does with a WebSocket that a client opens, or in the place of opening it. */
export type Serve = (socket: WebSocket, request: IncomingMessage) => void;
export type Refuse = (request: IncomingMessage, stream: Duplex) => boolean;

/** An API server that speaks nothing but the WebSockets of `exec` and `portforward`, as a test wants it to. */
export class FakeStreams {
  readonly access: ClusterAccess;
  readonly requests: IncomingMessage[] = [];
  serve: Serve = () => undefined;
  refuse: Refuse = () => false;
  /** How often the log-in was fetched. */
  logins = 0;
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (asked) => [...asked][0] ?? false,
  });

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (connection: Duplex) => this.#connections.add(connection));
    server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      this.requests.push(request);
      stream.on("error", () => undefined);
      if (this.refuse(request, stream)) return;
      this.#sockets.handleUpgrade(request, stream, head, (socket) => {
        socket.on("error", () => undefined);
        this.serve(socket, request);
      });
    });
    const { port } = server.address() as AddressInfo;
    this.access = new ClusterAccess({
      system: "east",
      config: kubernetesSystemSchema.parse({
        type: "kubernetes",
        server: `http://127.0.0.1:${port}`,
        token: "keychain:east",
      }),
      folder: () => "/",
      reach: { dial: dialLoopback },
      secrets: {
        resolve: async () => {
          this.logins += 1;
          return { reveal: () => `token-${this.logins}` };
        },
      },
      now: Date.now,
    });
  }

  static async start(): Promise<FakeStreams> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeStreams(server);
  }

  async close(): Promise<void> {
    this.access.close();
    this.#sockets.close();
    for (const connection of this.#connections) connection.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** An answer in the place of the upgrade; the connection ends with it. */
export function answerInstead(stream: Duplex, status: number, type: string, body: string): true {
  stream.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
  return true;
}
