import type { RealApiServer } from "./api-server.ts";

const every = 250;
/** Below the 40 s after which the node lifecycle controller takes a node for lost. */
const heartbeatEvery = 10_000;

interface PodObject {
  metadata: { name: string; namespace: string; deletionTimestamp?: string };
  spec: {
    nodeName?: string;
    nodeSelector?: Record<string, string>;
    containers: { name: string; image: string }[];
  };
  status: { phase?: string };
}
interface NodeObject {
  metadata: { name: string; labels?: Record<string, string> };
  spec: { unschedulable?: boolean };
}

/**
 * The scheduler and the kubelets of a cluster that has none: binds pods to nodes that take them, reports those that are
 * bound as running, and takes those away that are to end.
 */
export class Kubelets {
  private readonly server: RealApiServer;
  private readonly stopping = new AbortController();
  private readonly working: Promise<void>;
  private beat = 0;

  constructor(server: RealApiServer) {
    this.server = server;
    this.working = this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.round().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, every));
    }
  }

  private async list<Item>(path: string): Promise<Item[]> {
    return JSON.parse((await this.server.ask("GET", path)).text).items ?? [];
  }

  private async round(): Promise<void> {
    const nodes = await this.list<NodeObject>("/api/v1/nodes");
    if (Date.now() - this.beat > heartbeatEvery) {
      this.beat = Date.now();
      for (const { metadata } of nodes) await this.report(metadata.name);
    }
    const pods = await this.list<PodObject>("/api/v1/pods");
    for (const pod of pods) await this.look(pod, nodes, pods);
  }

  private async report(node: string): Promise<void> {
    const lastHeartbeatTime = new Date().toISOString();
    const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime };
    await this.patch(`/api/v1/nodes/${node}/status`, { status: { conditions: [ready] } });
  }

  private async look(
    pod: PodObject,
    nodes: readonly NodeObject[],
    pods: readonly PodObject[],
  ): Promise<void> {
    const { name, namespace, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (deletionTimestamp) {
      await this.server.ask("DELETE", path, { gracePeriodSeconds: 0 });
    } else if (!pod.spec.nodeName) {
      const wanted = Object.entries(pod.spec.nodeSelector ?? {});
      const count = (node: string) => pods.filter(({ spec }) => spec.nodeName === node).length;
      const [node] = nodes
        .filter(({ spec }) => !spec.unschedulable)
        .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))
        .sort((a, b) => count(a.metadata.name) - count(b.metadata.name));
      if (!node) return;
      const target = { apiVersion: "v1", kind: "Node", name: node.metadata.name };
      const binding = { apiVersion: "v1", kind: "Binding", metadata: { name }, target };
      await this.server.ask("POST", `${path}/binding`, binding);
      pod.spec.nodeName = node.metadata.name;
    } else if (pod.status.phase !== "Running") {
      const startedAt = new Date().toISOString();
      const conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
        type,
        status: "True",
      }));
      const containerStatuses = pod.spec.containers.map((container) => ({
        ...{ name: container.name, image: container.image, imageID: "", ready: true, restartCount: 0 },
        state: { running: { startedAt } },
      }));
      await this.patch(`${path}/status`, {
        status: { phase: "Running", startTime: startedAt, conditions, containerStatuses },
      });
    }
  }

  private async patch(path: string, body: object): Promise<void> {
    await this.server.ask("PATCH", path, body, "application/strategic-merge-patch+json");
  }
}
