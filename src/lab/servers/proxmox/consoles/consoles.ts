import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";
import { shellOf } from "../../../shell/shells.ts";
import { GuestMachines } from "../../../world/virtual/guest-machines.ts";
import type { Guest, VirtualHost } from "../../../world/virtual/model.ts";
import type { World } from "../../../world/world.ts";
import { serveRfb } from "../../rfb/serve.ts";
import type { Caller } from "../access/users.ts";
import { Failure } from "../api/failure.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import { ConsoleTickets, type OpenConsole } from "./console-tickets.ts";
import { serveTerminal } from "./terminal.ts";

const messageLimit = 1024 * 1024;
/** As much of a ticket as VNC authentication takes. */
const passwordLength = 8;
/** The first version whose terminals let API tokens in. */
const tokenTerminals = 9;

/** The consoles of a cluster's guests and nodes: a ticket by a call, then a WebSocket that it opens. */
export class Consoles {
  private readonly world: World;
  private readonly cluster: PveCluster;
  private readonly onFailure: (error: unknown) => void;
  private readonly tickets = new ConsoleTickets();
  private readonly machines: GuestMachines;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    handleProtocols: (asked) => (asked.has("binary") ? "binary" : false),
  });

  constructor(world: World, cluster: PveCluster, onFailure: (error: unknown) => void) {
    this.world = world;
    this.cluster = cluster;
    this.onFailure = onFailure;
    this.machines = new GuestMachines(world, "root@pam");
  }

  /** Gets a console ready; gives what the call answers. A screen's password is drawn when `isPasswordDrawn`. */
  prepare(
    what: {
      kind: OpenConsole["kind"];
      guest: Guest | null;
      host: VirtualHost;
      door: VirtualHost;
      path: string;
    },
    caller: Caller,
    drawn: string | null,
  ): Record<string, unknown> {
    const { kind, guest, host, door, path } = what;
    const { cluster } = this;
    const port = this.tickets.freePort();
    const ticket = cluster.tickets.console(caller.name, path, port);
    const type = guest === null ? "vncshell" : "vncproxy";
    const pen = cluster.operations.openOn(door, type, guest?.key ?? "", caller.name);
    const password = drawn ?? ticket.slice(0, passwordLength);
    this.tickets.add({
      kind,
      path,
      port,
      name: caller.name,
      ticket,
      password,
      guest: guest?.id ?? null,
      host: host.id,
      door: door.id,
      isLetIn: !caller.isToken || cluster.major >= tokenTerminals,
      onEnd: () => pen.end(null),
    });
    return {
      user: caller.name,
      ticket,
      port: String(port),
      upid: pen.task.upid,
      ...(kind === "screen" ? { cert: cluster.certificates.get(host.name) ?? "" } : {}),
      ...(drawn === null ? {} : { password: drawn }),
    };
  }

  /** Takes an upgrade of somebody who was let in. Throws a Failure 401 when the ticket opens nothing (any more). */
  upgrade(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    asked: { path: string; port: number; ticket: string; caller: Caller; door: VirtualHost },
  ): void {
    const { path, port, ticket, caller, door } = asked;
    if (!this.cluster.tickets.isConsoleOf(ticket, caller.name, path, port)) {
      throw new Failure(401, "permission denied - invalid PVEVNC ticket");
    }
    const console = this.tickets.take(door.id, path, port, ticket);
    if (!console) throw new Failure(500, `unable to connect to 'localhost:${port}' - Connection refused`);
    this.server.handleUpgrade(request, stream, head, (socket) => {
      socket.once("close", console.onEnd);
      this.serve(socket, console);
    });
  }

  close(): void {
    this.tickets.close();
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    this.machines.close();
  }

  private serve(socket: WebSocket, console: OpenConsole): void {
    const { world } = this;
    const guest = console.guest === null ? null : (world.virtual.guests.get(console.guest) ?? null);
    const host = world.virtual.host(console.host);
    if (console.guest !== null && (!guest || guest.power === "off")) {
      socket.terminate();
      return;
    }
    const machine = guest
      ? this.machines.of(guest)
      : host.machine === null
        ? null
        : world.machine(host.machine);
    if (!machine) {
      socket.terminate();
      return;
    }
    // A console ends with what it is the console of, and with the node that it comes from.
    const stop = world.virtual.onChange((change) => {
      const isOver =
        (change.id === guest?.id && (change.gone || guest.power === "off" || guest.host !== console.host)) ||
        (change.id === host.id && !world.virtual.isReachable(host.id));
      if (isOver) socket.terminate();
    });
    socket.once("close", stop);
    if (console.kind === "screen") {
      const stream = createWebSocketStream(socket);
      serveRfb(stream, {
        world,
        machine,
        dialect: "standard",
        password: console.password,
        name: `QEMU (${guest?.name ?? host.name})`,
        onFailure: this.onFailure,
      });
      return;
    }
    serveTerminal(socket, shellOf(world, machine, this.onFailure), console).catch((error: unknown) => {
      this.onFailure(error);
      socket.terminate();
    });
  }
}
