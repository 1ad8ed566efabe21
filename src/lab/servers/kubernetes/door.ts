import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { World } from "../../world/world.ts";
import type { Door, DoorState } from "../network.ts";
import { Wire } from "../wire.ts";
import { type ApiSite, atelierSite } from "./site.ts";

/**
 * The way to a cluster's API: it answers while its site is alive.
 * `kube-down` refuses and breaks, `kube-hang` holds every byte back without a word.
 */
export class ApiDoor implements Door {
  private readonly world: World;
  private readonly site: ApiSite;
  private readonly serve: (stream: Duplex) => void;
  private readonly wires = new Set<Wire>();
  private readonly stopFollowing: () => void;
  private listener: Server | null = null;

  constructor(world: World, serve: (stream: Duplex) => void, site = atelierSite) {
    this.world = world;
    this.site = site;
    this.serve = serve;
    this.stopFollowing = world.onChange(() => this.follow());
  }

  state(): DoorState {
    if (!this.site.isAlive(this.world)) return "silent";
    return this.fault("kube-down") ? "refused" : "open";
  }

  connect(stream: Duplex): void {
    const isStalled = () => this.state() === "silent" || this.fault("kube-hang");
    const wire = new Wire(stream, { isStalled, rate: () => null }, () => this.wires.delete(wire));
    this.wires.add(wire);
    this.serve(wire.inner);
  }

  /** Listens on loopback, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number, onFailure: (error: unknown) => void): Promise<number> {
    const listener = createServer((socket) => {
      socket.setNoDelay(true);
      if (this.state() !== "refused") {
        this.connect(socket);
        return;
      }
      socket.on("error", () => {});
      socket.resetAndDestroy();
    });
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

  async close(): Promise<void> {
    this.stopFollowing();
    for (const wire of [...this.wires]) wire.destroy();
    const { listener } = this;
    await new Promise<void>((resolve) => {
      if (listener?.listening) listener.close(() => resolve());
      else resolve();
    });
  }

  private fault(name: "kube-down" | "kube-hang"): boolean {
    const place = this.site.faultPlace;
    return place !== null && this.world.fault(name, place) !== null;
  }

  private follow(): void {
    const isBroken = this.state() === "refused";
    for (const wire of [...this.wires]) {
      if (isBroken) wire.destroy();
      else wire.changed();
    }
  }
}
