import type { HostingRegion } from "../../world/regions.ts";
import type { StartedCluster } from "../kubernetes/index.ts";
import type { Door } from "../network.ts";
import type { LabContext } from "../server.ts";
import { StreamDoor, type StreamDoorParts } from "../stream-door.ts";
import type { RegionCredentials } from "./credentials.ts";

/** What the servers of the regions are started with; what they open is added to `opened`, their ports to `ports`. */
export interface RegionParts {
  context: LabContext;
  wished: ReadonlyMap<string, number>;
  credentials: RegionCredentials;
  clusters: ReadonlyMap<HostingRegion, StartedCluster>;
  opened: (() => Promise<void> | void)[];
  ports: Map<string, number>;
}

/** A server that takes connections, wherever it stands. */
export interface StreamServer {
  connect: StreamDoorParts["serve"];
  close(): Promise<void> | void;
}

/**
 * Puts a server at an address and a port of the lab's network, and at a loopback port of that name. `state` is asked
 * again at every fault: `silent` holds everything back, `refused` breaks.
 */
export async function standAt(
  parts: Pick<RegionParts, "context" | "wished" | "opened" | "ports">,
  place: { name: string; address: string; port: number; state: Door["state"] },
  server: StreamServer,
): Promise<void> {
  const { context, wished, opened, ports } = parts;
  const { name, address, port, state } = place;
  const door = new StreamDoor({
    state,
    isStalled: () => false,
    rate: () => null,
    serve: (stream) => server.connect(stream),
  });
  opened.push(
    async () => {
      await server.close();
      await door.close();
    },
    context.world.onChange(({ what }) => {
      if (what === "fault") door.look();
    }),
    context.network.serve(address, port, door),
  );
  ports.set(name, await door.listen(wished.get(name) ?? 0, context.onFailure));
}
