import { fingerprint } from "../amt/certificate.ts";
import { MachineDoor } from "../machine-door.ts";
import type { LabContext, LabServers } from "../server.ts";
import { prepareClusterCredentials } from "./access/credentials.ts";
import { PveCluster } from "./cluster/cluster.ts";
import { NodeServer } from "./web/node-server.ts";

/** Where every node answers, at its own address behind the bounce. */
const apiPort = 8006;

/**
 * Starts the API of the World's Proxmox clusters: each node at its address behind the bounce, and on loopback as
 * `proxmox NODE`. Its certificate's pin is told by the same name.
 */
export async function startProxmox(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  const { virtual } = world;
  const opened: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const shut of opened.splice(0).reverse()) await shut();
  };
  const ports = new Map<string, number>();
  const pins = new Map<string, string>();
  try {
    for (const cluster of virtual.clusters.values()) {
      if (cluster.platform !== "proxmox") continue;
      const credentials = await prepareClusterCredentials(folder, cluster, virtual.hostsOf(cluster.id));
      const pve = new PveCluster(world, cluster, credentials, onFailure);
      opened.push(() => pve.close());
      for (const host of pve.hosts) {
        const certificate = credentials.certificates.get(host.name);
        if (!certificate || host.machine === null) continue;
        const server = new NodeServer(pve, host, certificate, onFailure);
        const door = new MachineDoor(
          {
            world,
            machine: world.machine(host.machine),
            port: apiPort,
            state: () => {
              if (!virtual.isReachable(host.id) || virtual.fault("proxmox-hang", cluster.id)) return "silent";
              return virtual.fault("proxmox-down", cluster.id) ? "refused" : "open";
            },
            serve: (stream) => server.connect(stream),
            onFailure,
          },
          network,
        );
        const name = `proxmox ${host.name}`;
        opened.push(async () => {
          server.close();
          await door.close();
        });
        // What the virtual World has to say of a node, its door does not hear by itself.
        opened.push(
          virtual.onChange((change) => {
            const isOfDoor = change.id === host.id || change.id === cluster.id;
            if (isOfDoor && (change.what === "host" || change.what === "cluster")) door.look();
          }),
        );
        ports.set(name, await door.listen(wished.get(name) ?? 0));
        pins.set(name, fingerprint(certificate.cert));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, pins, close };
}
