import type { LabContext, LabServers } from "../server.ts";
import { apiAddress, apiPort, prepareKubernetesCredentials, writeKubeconfigs } from "./access/credentials.ts";
import { Cluster } from "./cluster/cluster.ts";
import { ApiDoor } from "./door.ts";
import { ApiServer } from "./web-server.ts";

const portName = "kubernetes";

/**
 * Starts the API of the World's Kubernetes cluster: at its address behind the bounce, and on loopback as `kubernetes`.
 * The cluster itself is drawn when somebody first connects.
 */
export async function startKubernetes(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  const credentials = await prepareKubernetesCredentials(folder);
  let running: { cluster: Cluster; server: ApiServer } | null = null;
  const door = new ApiDoor(world, (stream) => {
    if (!running) {
      const cluster = new Cluster({
        world,
        extraPods: context.extraPods ?? 0,
        ...(context.clusterFlavour ? { flavour: context.clusterFlavour } : {}),
      });
      running = { cluster, server: new ApiServer(cluster, credentials, onFailure) };
    }
    running.server.connect(stream);
  });
  const takeAway = network.serve(apiAddress, apiPort, door);
  const close = async () => {
    takeAway();
    running?.server.close();
    running?.cluster.close();
    await door.close();
  };
  try {
    const port = await door.listen(wished.get(portName) ?? 0, onFailure);
    await writeKubeconfigs(folder, port, credentials);
    return { ports: new Map([[portName, port]]), close };
  } catch (error) {
    await close();
    throw error;
  }
}
