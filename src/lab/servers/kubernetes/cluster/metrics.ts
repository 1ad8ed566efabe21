import { MachineView } from "../../../world/view.ts";
import type { World } from "../../../world/world.ts";
import type { Node, Pod } from "../store/kinds.ts";
import { count, type KubeObject, read, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";

const usageWindow = "15.051s";

/** The name that the store knows the metrics of nodes and of pods by. */
export const metricsNames = { nodes: "nodes.metrics.k8s.io", pods: "pods.metrics.k8s.io" } as const;

/** What metrics-server says of every node that is heard of (`metrics.k8s.io/v1beta1`): the load of its machine. */
export function nodeMetrics(cluster: Cluster): KubeObject[] {
  return cluster.nodes
    .all()
    .filter(({ metadata }) => cluster.machines.isUp(metadata.name))
    .map((node) => ({ ...head("NodeMetrics", node, cluster), usage: nodeUsage(node, cluster.world) }));
}

/** What metrics-server says of every pod that runs on such a node. */
export function podMetrics(cluster: Cluster): KubeObject[] {
  return cluster.pods
    .all()
    .filter((pod) => pod.status.phase === "Running" && cluster.machines.isUp(pod.spec.nodeName ?? ""))
    .map((pod) => ({
      ...head("PodMetrics", pod, cluster),
      containers: (pod.status.containerStatuses ?? [])
        .filter(({ ready }) => ready)
        .map(({ name }, index) => ({ name, usage: podUsage(pod, index, cluster.now()) })),
    }));
}

function head(
  kind: string,
  { metadata }: KubeObject,
  cluster: Cluster,
): KubeObject & { timestamp: string; window: string } {
  const { name, namespace, labels } = metadata;
  const at = stamp(cluster.now());
  return {
    apiVersion: "metrics.k8s.io/v1beta1",
    kind,
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: "",
      resourceVersion: "",
      creationTimestamp: at,
      ...(labels ? { labels } : {}),
    },
    timestamp: at,
    window: usageWindow,
  };
}

function nodeUsage(node: Node, world: World): { cpu: string; memory: string } {
  const machine = world.machines.get(node.metadata.name);
  if (!machine) {
    const processors = Number(read(node, "status", "capacity", "cpu")) || 1;
    return usage(processors * 0.3e9, 8 * 1024 ** 3);
  }
  const view = new MachineView(world, machine);
  const [load] = view.load();
  return usage(Math.min(load, machine.processors) * 1e9, machine.memoryBytes - view.memoryAvailable());
}

/** A slow swing around what its name draws, so that a list has something to sort by. */
function podUsage(pod: Pod, index: number, now: number): { cpu: string; memory: string } {
  const drawn = Number.parseInt(pod.metadata.uid.slice(0, 4), 16) / 65_536;
  const swing = 1 + 0.3 * Math.sin(now / 90_000 + drawn * 6 + index);
  const restarts = count(pod.status.containerStatuses?.[index], ["restartCount"]);
  return usage((2e6 + drawn * 60e6) * swing, (24 + drawn * 160 + restarts) * 1024 ** 2 * (0.9 + swing / 10));
}

/** Nanocores and KiB, as metrics-server writes them. */
function usage(nanocores: number, bytes: number): { cpu: string; memory: string } {
  return { cpu: `${Math.round(nanocores)}n`, memory: `${Math.round(bytes / 1024)}Ki` };
}
