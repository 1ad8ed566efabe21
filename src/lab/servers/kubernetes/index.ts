import type { LabContext, LabServers } from "../server.ts";
import { apiPort, prepareKubernetesCredentials, writeKubeconfigs } from "./access/credentials.ts";
import { Cluster } from "./cluster/cluster.ts";
import { ApiDoor } from "./door.ts";
import { type ApiSite, atelierSite } from "./site.ts";
import { ApiServer } from "./web-server.ts";

/** The API of a cluster that runs; the cluster itself is drawn when somebody first asks for it. */
export interface StartedCluster extends LabServers {
  cluster(): Cluster;
}

/** Starts the API of Atelier's Kubernetes cluster: at its address behind the bounce, and on loopback as `kubernetes`. */
export function startKubernetes(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { extraPods = 0, clusterFlavour = "usual" } = context;
  const options = { world: context.world, extraPods, flavour: clusterFlavour };
  return startCluster(context, wished, atelierSite, () => new Cluster(options));
}

/**
 * Starts the API of one cluster: at its address behind the bounce, and on loopback. `draw` makes the cluster when it is
 * first asked for.
 */
export async function startCluster(
  { world, network, folder, onFailure }: LabContext,
  wished: ReadonlyMap<string, number>,
  site: ApiSite,
  draw: () => Cluster,
): Promise<StartedCluster> {
  const credentials = await prepareKubernetesCredentials(folder, site);
  let running: { cluster: Cluster; server: ApiServer } | null = null;
  const run = () => {
    if (!running) {
      const cluster = draw();
      running = { cluster, server: new ApiServer(cluster, credentials, onFailure) };
    }
    return running;
  };
  const door = new ApiDoor(world, (stream) => run().server.connect(stream), site);
  const takeAway = network.serve(site.address, apiPort, door);
  const close = async () => {
    takeAway();
    running?.server.close();
    running?.cluster.close();
    await door.close();
  };
  try {
    const port = await door.listen(wished.get(site.portName) ?? 0, onFailure);
    await writeKubeconfigs(folder, site, port, credentials);
    return { ports: new Map([[site.portName, port]]), close, cluster: () => run().cluster };
  } catch (error) {
    await close();
    throw error;
  }
}
