import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Door, DoorState } from "./network.ts";
import { Wire } from "./wire.ts";

export interface StreamDoorParts {
  /** How a new connection is answered now. */
  state(): DoorState;
  /** Whether no byte gets through now, either way. */
  isStalled(): boolean;
  /** Bytes a second; null when nothing is slowed. */
  rate(): number | null;
  serve(stream: Duplex): void;
}

/** A port of something that is no machine of the World: behind the bounce, and on loopback once `listen` was called. */
export class StreamDoor implements Door {
  private readonly parts: StreamDoorParts;
  private readonly wires = new Set<Wire>();
  private listener: Server | null = null;

  constructor(parts: StreamDoorParts) {
    this.parts = parts;
  }

  state(): DoorState {
    return this.parts.state();
  }

  connect(stream: Duplex): void {
    const { parts } = this;
    const isStalled = () => parts.state() === "silent" || parts.isStalled();
    const wire = new Wire(stream, { isStalled, rate: parts.rate }, () => this.wires.delete(wire));
    this.wires.add(wire);
    parts.serve(wire.inner);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number, onFailure: (error: unknown) => void): Promise<number> {
    const listener = createServer((socket) => this.arrive(socket));
    this.listener = listener;
    return new Promise((resolve, reject) => {
      listener.once("error", reject);
      listener.listen(wished, "127.0.0.1", () => {
        listener.off("error", reject);
        listener.on("error", onFailure);
        const address = listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  /** Looks at the state again: breaks what is refused, lets through what waited. */
  look(): void {
    const isBroken = this.state() === "refused";
    for (const wire of [...this.wires]) {
      if (isBroken) wire.destroy();
      else wire.changed();
    }
  }

  async close(): Promise<void> {
    for (const wire of [...this.wires]) wire.destroy();
    const { listener } = this;
    await new Promise<void>((resolve) => {
      if (listener?.listening) listener.close(() => resolve());
      else resolve();
    });
  }

  private arrive(socket: Socket): void {
    socket.setNoDelay(true);
    if (this.state() !== "refused") {
      this.connect(socket);
      return;
    }
    socket.on("error", () => {});
    socket.resetAndDestroy();
  }
}
