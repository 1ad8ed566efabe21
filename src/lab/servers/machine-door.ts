import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { Door, DoorState, LabNetwork, Origin } from "./network.ts";
import { Wire } from "./wire.ts";

export interface MachineDoorParts {
  world: World;
  machine: Machine;
  /** The in-world address, where that is not the machine's own. */
  address?: string;
  port: number;
  /** How the machine itself answers there, whatever the network does. */
  state(): DoorState;
  /** Takes a connection that got through; the stream follows the faults of the network. */
  serve(stream: Duplex, from: Origin): void;
  onFailure(error: unknown): void;
}

/**
 * A port of a machine that is not its SSH server: reached through the bounce, and at a loopback port of its own when
 * `listen` was called. `link-cut`, `link-slow` and `machine-dead` act on its connections; a machine that falls silent
 * holds them back, and one that refuses breaks them.
 */
export class MachineDoor implements Door {
  private readonly parts: MachineDoorParts;
  private readonly wires = new Set<Wire>();
  private readonly takeAway: () => void;
  private stopFollowing: (() => void) | null = null;
  private listener: Server | null = null;

  constructor(parts: MachineDoorParts, network: LabNetwork) {
    this.parts = parts;
    this.takeAway = network.serve(parts.address ?? parts.machine.address, parts.port, this);
  }

  state(): DoorState {
    return this.fault("link-cut") || this.fault("machine-dead") ? "silent" : this.parts.state();
  }

  connect(stream: Duplex, from: Origin): void {
    const { world, machine } = this.parts;
    this.stopFollowing ??= world.onChange((change) => {
      if (change.machine === machine.id) this.follow();
    });
    const wire = new Wire(
      stream,
      {
        isStalled: () => this.state() === "silent",
        rate: () => Number(world.fault("link-slow", machine.id)?.detail ?? 0) || null,
      },
      () => this.wires.delete(wire),
    );
    this.wires.add(wire);
    this.parts.serve(wire.inner, from);
  }

  /** Listens on loopback as well, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number): Promise<number> {
    const listener = createServer((socket) => this.arrive(socket));
    this.listener = listener;
    return new Promise((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(wished, "127.0.0.1", () => {
        listener.off("error", reject);
        listener.on("error", this.parts.onFailure);
        const address = listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  /** Looks again how the machine answers, after a change that the World does not tell of as one of the machine's. */
  look(): void {
    this.follow();
  }

  /** Ends its connections without a farewell, as a machine does that starts anew. */
  breakAll(): void {
    for (const wire of [...this.wires]) wire.destroy();
  }

  async close(): Promise<void> {
    this.stopFollowing?.();
    this.takeAway();
    this.breakAll();
    const { listener } = this;
    await new Promise<void>((resolve) => {
      if (listener?.listening) listener.close(() => resolve());
      else resolve();
    });
  }

  private follow(): void {
    if (this.state() === "refused") this.breakAll();
    for (const wire of [...this.wires]) wire.changed();
  }

  private fault(name: "link-cut" | "machine-dead"): boolean {
    return this.parts.world.fault(name, this.parts.machine.id) !== null;
  }

  private arrive(socket: Socket): void {
    socket.setNoDelay(true);
    if (this.state() === "refused") {
      socket.on("error", () => {});
      socket.resetAndDestroy();
    } else {
      this.connect(socket, { address: socket.remoteAddress ?? "127.0.0.1", port: socket.remotePort ?? 0 });
    }
  }
}
