import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { World } from "../../world/world.ts";
import type { Door, DoorState } from "../network.ts";
import { Wire } from "../wire.ts";

/** Faults that belong to no machine are kept with the bounce. */
const faultPlace = "bounce";

/** The way to Alertmanager, which stands on no machine of the site: what watches must not fall with what is watched. */
export class AlertmanagerDoor implements Door {
  private readonly world: World;
  private readonly serve: (stream: Duplex) => void;
  private readonly wires = new Set<Wire>();
  private readonly stopFollowing: () => void;
  private readonly listener: Server;

  constructor(world: World, serve: (stream: Duplex) => void) {
    this.world = world;
    this.serve = serve;
    this.stopFollowing = world.onChange(() => this.follow());
    this.listener = createServer((socket) => {
      socket.setNoDelay(true);
      if (this.state() === "open") this.connect(socket);
      else {
        socket.on("error", () => {});
        socket.resetAndDestroy();
      }
    });
  }

  state(): DoorState {
    return this.world.fault("alertmanager-down", faultPlace) ? "refused" : "open";
  }

  connect(stream: Duplex): void {
    const isStalled = () => this.world.fault("alertmanager-hang", faultPlace) !== null;
    const wire = new Wire(stream, { isStalled, rate: () => null }, () => this.wires.delete(wire));
    this.wires.add(wire);
    this.serve(wire.inner);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number, onFailure: (error: unknown) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.listener.once("error", reject);
      this.listener.listen(wished, "127.0.0.1", () => {
        this.listener.off("error", reject);
        this.listener.on("error", onFailure);
        const address = this.listener.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  async close(): Promise<void> {
    this.stopFollowing();
    for (const wire of [...this.wires]) wire.destroy();
    await new Promise<void>((resolve) => {
      if (this.listener.listening) this.listener.close(() => resolve());
      else resolve();
    });
  }

  private follow(): void {
    const isBroken = this.state() !== "open";
    for (const wire of [...this.wires]) {
      if (isBroken) wire.destroy();
      else wire.changed();
    }
  }
}
