import { createServer, type Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ClientInfo, Connection, ServerConfig, Server as SshServer } from "ssh2";
import type { MachineShell } from "../../shell/machine-shell.ts";
import { shellOf } from "../../shell/shells.ts";
import type { Machine } from "../../world/machine.ts";
import type { Change, World } from "../../world/world.ts";
import type { Door, DoorState, Origin } from "../network.ts";
import { Wire } from "../wire.ts";
import { type Admission, authenticator } from "./authentication.ts";
import { type ForwardRequest, serveForwards } from "./forwards.ts";
import { misbehave } from "./misbehaviour.ts";
import { serveSession } from "./session.ts";

/** Sessions on one connection, as MaxSessions of sshd_config(5). */
const sessionLimit = 10;
const relistenMilliseconds = 200;
const silencing = ["machine-dead", "link-cut", "machine-hang"] as const;
const loginGraceMilliseconds = 120_000;

export interface MachineServerParts {
  world: World;
  machine: Machine;
  admission: Admission;
  hostKey: string;
  /** Makes another key, which the fault `wrong-host-key` shows. */
  otherKey(): string;
  createServer(config: ServerConfig, onConnection: (client: Connection, info: ClientInfo) => void): SshServer;
  /** Decides on the forwards that clients ask for; null on machines that forward nothing. */
  forward: ((request: ForwardRequest) => void) | null;
  onFailure(error: unknown): void;
}

/** Where a workstation comes from that is no longer where it was (RFC 5737). */
const elsewhere = "203.0.113.200";

/** The SSH server of one machine: on a loopback port of its own, and reached through the bounce. */
export class MachineServer implements Door {
  readonly machine: Machine;
  port: number;
  private readonly parts: MachineServerParts;
  private readonly wires = new Set<Wire>();
  private readonly clients = new Set<Connection>();
  private readonly servers = new Map<"own" | "other", SshServer>();
  private listener: NetServer | null = null;
  private relisten: NodeJS.Timeout | null = null;
  private closed = false;
  private ownShell: MachineShell | null = null;

  constructor(parts: MachineServerParts, port: number) {
    this.parts = parts;
    this.machine = parts.machine;
    this.port = port;
  }

  /** The machine's files and programs, made when somebody first logs in: most hosts of a large lab are never seen. */
  get shell(): MachineShell {
    const { world, machine, onFailure } = this.parts;
    this.ownShell ??= shellOf(world, machine, onFailure);
    return this.ownShell;
  }

  /** Starts to listen on loopback; resolves when the port is known. */
  listen(): Promise<void> {
    const listener = createServer((socket) => this.arrive(socket));
    this.listener = listener;
    return new Promise((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(this.port, "127.0.0.1", () => {
        const address = listener.address();
        if (typeof address === "object" && address) this.port = address.port;
        listener.off("error", reject);
        listener.on("error", this.parts.onFailure);
        resolve();
      });
    });
  }

  /** How it answers, by its power and the faults in force. While it starts, its kernel answers before its server. */
  state(): DoorState {
    if (this.fault("link-cut")) return "silent";
    if (this.machine.power === "starting" && this.machine.stage === "system") return "refused";
    return this.isUp() ? "open" : "silent";
  }

  /** Takes a connection that came to the machine from `from`. */
  connect(stream: Duplex, from: Origin): void {
    const wire = new Wire(
      stream,
      {
        wholeFirstLine: true,
        isStalled: () => this.isSilent(),
        rate: () => Number(this.parts.world.fault("link-slow", this.machine.id)?.detail ?? 0) || null,
      },
      () => this.wires.delete(wire),
    );
    this.wires.add(wire);
    const kind = this.fault("garbage") ? "garbage" : this.fault("endless-banner") ? "endless-banner" : null;
    if (kind) misbehave(wire.inner, kind);
    else {
      // The library asks its stream for the far address as it would a socket.
      const socket = Object.assign(wire.inner, { remoteAddress: from.address, remotePort: from.port });
      this.server(this.fault("wrong-host-key") ? "other" : "own").injectSocket(socket as unknown as Socket);
    }
  }

  /** Follows a change of the World: power, faults. */
  follow(what: Change["what"]): void {
    const { power } = this.machine;
    if (what === "power") {
      if (power === "stopping") for (const client of this.clients) client.end();
      // After a boot the machine knows none of its old connections and resets them.
      if (power === "on") for (const wire of [...this.wires]) wire.destroy();
    }
    if (this.fault("bounce-down")) for (const wire of [...this.wires]) wire.destroy();
    for (const wire of [...this.wires]) wire.changed();
    this.openOrShut();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.relisten) clearTimeout(this.relisten);
    for (const wire of [...this.wires]) wire.destroy();
    this.ownShell?.lostPower();
    await new Promise<void>((resolve) => {
      if (this.listener?.listening) this.listener.close(() => resolve());
      else resolve();
    });
  }

  private isUp(): boolean {
    return this.machine.power === "on" && !this.fault("machine-dead");
  }

  /** Whether bytes are held back; a machine that goes down in order still says farewell. */
  private isSilent(): boolean {
    const { power } = this.machine;
    const runs = power === "on" || power === "stopping";
    return !runs || silencing.some((name) => this.fault(name));
  }

  /** From where a client is seen: a workstation that has moved comes from another network than it did. */
  private seenFrom(address: string | undefined): string {
    return this.fault("workstation-moved") ? elsewhere : (address ?? "");
  }

  private fault(name: Parameters<World["fault"]>[0]): boolean {
    return this.parts.world.fault(name, this.machine.id) !== null;
  }

  /** A machine that is off or a bounce that is down refuses connections; one that is cut off swallows them. */
  private openOrShut(): void {
    const wanted = !this.closed && this.isUp() && !this.fault("bounce-down");
    if (!wanted && this.listener?.listening) this.listener.close();
    if (wanted && this.listener && !this.listener.listening && !this.relisten) {
      this.listen().catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EADDRINUSE") this.parts.onFailure(error);
        this.relisten = setTimeout(() => {
          this.relisten = null;
          this.openOrShut();
        }, relistenMilliseconds);
      });
    }
  }

  private arrive(socket: Socket): void {
    socket.setNoDelay(true);
    this.connect(socket, { address: socket.remoteAddress ?? "127.0.0.1", port: socket.remotePort ?? 0 });
  }

  private server(key: "own" | "other"): SshServer {
    const known = this.servers.get(key);
    if (known) return known;
    const hostKeys = [key === "own" ? this.parts.hostKey : this.parts.otherKey()];
    const server = this.parts.createServer({ hostKeys, ident: "OpenSSH_9.2p1 Lab" }, (client, info) =>
      this.serve(client, info),
    );
    this.servers.set(key, server);
    return server;
  }

  private serve(client: Connection, info: ClientInfo): void {
    const { world, admission, onFailure, forward } = this.parts;
    this.clients.add(client);
    const grace = setTimeout(() => client.end(), loginGraceMilliseconds).unref();
    client.once("ready", () => clearTimeout(grace));
    client.once("close", () => {
      clearTimeout(grace);
      this.clients.delete(client);
    });
    // A client that goes away in the middle, or speaks nonsense, is its own affair.
    client.on("error", () => client.end());
    const refusesAll = () => this.fault("wrong-password");
    client.on(
      "authentication",
      authenticator(admission, refusesAll, this.machine.logIns, () => client.end()),
    );
    let sessions = 0;
    client.on("session", (accept, reject) => {
      if (sessions >= sessionLimit) {
        reject();
        return;
      }
      sessions += 1;
      const session = accept();
      session.once("close", () => {
        sessions -= 1;
      });
      serveSession(session, {
        shell: this.shell,
        connection: `${this.seenFrom(info.ip)} ${info.port} ${this.machine.address} 22`,
        after: (milliseconds, work) => world.clock.after(milliseconds, work),
        onFailure,
      });
    });
    serveForwards(client, forward);
  }
}
