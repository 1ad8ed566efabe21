import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { GuestMachines } from "../../../world/virtual/guest-machines.ts";
import type { VirtualHost } from "../../../world/virtual/model.ts";
import type { World } from "../../../world/world.ts";
import { serveRfb } from "../../rfb/serve.ts";
import { createWebServer } from "../web/web-server.ts";
import type { Tickets } from "./tickets.ts";

const messageLimit = 1024 * 1024;

export interface ScreenHostParts {
  world: World;
  host: VirtualHost;
  tickets: Tickets;
  machines: GuestMachines;
  onFailure(error: unknown): void;
}

/** One host's port for the screens of its guests: RFB over a WebSocket, for who brings a ticket (WebMKS). */
export class ScreenHost {
  private readonly parts: ScreenHostParts;
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => (asked.has("binary") ? "binary" : false),
  });

  constructor(parts: ScreenHostParts) {
    this.parts = parts;
    this.server = createWebServer(createServer, parts.tickets.certificateOf(parts.host.id));
    this.server.on("request", (_request, response) => {
      response.writeHead(404, { connection: "close" });
      response.end();
    });
    this.server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      stream.on("error", () => stream.destroy());
      this.upgrade(request, stream, head);
    });
  }

  connect(stream: Duplex): void {
    this.server.emit("connection", stream);
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    this.server.closeAllConnections();
  }

  private upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { world, host, tickets, machines, onFailure } = this.parts;
    const ticket = /^\/ticket\/([0-9a-f]{1,100})$/.exec(request.url ?? "")?.[1] ?? "";
    const guest = tickets.redeem(ticket, host.id);
    if (!guest) {
      stream.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    this.sockets.handleUpgrade(request, stream, head, (socket) => {
      const stop = world.virtual.onChange((change) => {
        // The screen goes with its guest: to another host, or away.
        const now = world.virtual.guests.get(guest.id);
        if (
          change.what === "guest" &&
          change.id === guest.id &&
          (now?.host !== host.id || now.power !== "on")
        ) {
          socket.close();
        }
      });
      serveRfb(createWebSocketStream(socket), {
        world,
        machine: machines.of(guest),
        dialect: "standard",
        password: null,
        name: guest.name,
        onEnd: () => {
          stop();
          socket.close();
        },
        onFailure,
      });
    });
  }
}
