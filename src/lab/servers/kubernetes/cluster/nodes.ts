import type { Machine } from "../../../world/machine.ts";
import type { World } from "../../../world/world.ts";
import type { Condition, Node, Taint } from "../store/kinds.ts";
import { stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { nodeOf } from "./node-drawing.ts";
import { regionNodes } from "./region-drawing.ts";

/** World milliseconds without a sign of life until a node counts as lost, and between two signs. */
const graceTime = 10_000;
const leaseEvery = 10_000;
/** World milliseconds that pods stay on a node that is lost, as their usual toleration says. */
const lostTime = 300_000;

const unreachableTaint = "node.kubernetes.io/unreachable";
const cordonTaint = "node.kubernetes.io/unschedulable";

/** The kubelets of the VMs: a node is as its machine is. */
export class Nodes {
  private readonly cluster: Cluster;
  private readonly world: World;
  private readonly waiting = new Map<string, () => void>();
  private readonly stop: (() => void)[] = [];
  private renewing: (() => void) | null = null;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.world = cluster.world;
    if (cluster.region) {
      for (const node of regionNodes(cluster.region, cluster)) cluster.nodes.put(node);
    }
    for (const machine of this.ownMachines()) {
      cluster.nodes.put(nodeOf(machine, cluster.version, cluster.now()));
    }
  }

  /** Follows the machines from now on. */
  start(): void {
    this.stop.push(
      this.world.onChange(({ machine: id, what }) => {
        const machine = this.ownMachines().find((each) => each.id === id);
        if (machine && (what === "power" || what === "fault")) this.look(machine);
      }),
    );
    for (const machine of this.ownMachines()) this.look(machine);
    this.renew();
    if (this.cluster.region) this.stop.push(this.cluster.region.onChange(() => this.lookAtAll()));
    // Cordoning is an intent; the taint that follows from it is what keeps pods away.
    this.cluster.nodes.onChange((node, before) => {
      if (node && node.spec.unschedulable !== before?.spec.unschedulable)
        this.taintCordoned(node.metadata.name);
    });
  }

  close(): void {
    this.renewing?.();
    for (const stop of [...this.stop, ...this.waiting.values()]) stop();
  }

  /** Whether the node's kubelet runs and is heard of. A node without a machine always is. */
  isUp(name: string): boolean {
    if (this.cluster.region) return this.cluster.region.runs();
    const machine = this.world.machines.get(name);
    if (!machine) return true;
    const away = ["link-cut", "machine-hang", "machine-dead"] as const;
    return machine.power === "on" && !away.some((fault) => this.world.fault(fault, name));
  }

  /** The machines that its nodes are; a region's nodes stand for none of the site's. */
  private ownMachines(): Machine[] {
    if (this.cluster.region) return [];
    return [...this.world.machines.values()].filter(({ role, region }) => role === "vm" && region === null);
  }

  /** The nodes of a region are lost and come back together, as its hosts do. */
  private lookAtAll(): void {
    for (const node of this.cluster.nodes.all()) {
      const { name } = node.metadata;
      this.waiting.get(name)?.();
      this.waiting.delete(name);
      const isReady = readyOf(node)?.status === "True";
      if (this.isUp(name)) {
        if (isReady) continue;
        this.turn(withoutLoss(node), {
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
        });
        this.cluster.life.back(name, true);
      } else if (isReady) {
        this.waiting.set(
          name,
          this.cluster.clock.after(graceTime, () => this.lose(name)),
        );
      }
    }
  }

  private look(machine: Machine): void {
    const { id } = machine;
    this.waiting.get(id)?.();
    this.waiting.delete(id);
    const node = this.cluster.nodes.get(undefined, id);
    if (!node) return;
    const ready = readyOf(node);
    if (this.isUp(id)) this.comeBack(node, machine);
    else if (machine.power === "stopping") {
      // The kubelet itself says good-bye (graceful node shutdown).
      this.turn(node, { status: "False", reason: "KubeletNotReady", message: "node is shutting down" });
    } else if (ready?.status !== "Unknown") {
      this.waiting.set(
        id,
        this.cluster.clock.after(graceTime, () => this.lose(id)),
      );
    }
  }

  private lose(id: string): void {
    this.waiting.delete(id);
    const node = this.cluster.nodes.get(undefined, id);
    if (!node || this.isUp(id)) return;
    const message = "Kubelet stopped posting node status.";
    const lost = this.turn(node, { status: "Unknown", reason: "NodeStatusUnknown", message });
    const taints: Taint[] = ["NoSchedule", "NoExecute"].map((effect) => ({
      key: unreachableTaint,
      effect,
      timeAdded: stamp(this.cluster.now()),
    }));
    const others = (lost.spec.taints ?? []).filter(({ key }) => key !== unreachableTaint);
    this.cluster.nodes.put({ ...lost, spec: { ...lost.spec, taints: [...others, ...taints] } });
    this.cluster.life.lost(id);
    this.waiting.set(
      id,
      this.cluster.clock.after(lostTime, () => {
        this.waiting.delete(id);
        this.cluster.life.giveUp(id);
      }),
    );
  }

  private comeBack(node: Node, machine: Machine): void {
    const ready = readyOf(node);
    const rebooted = node.status.nodeInfo.bootID !== machine.bootId;
    const full = this.world.fault("disk-full", machine.id) !== null;
    const pressed = node.status.conditions.some(
      ({ type, status }) => type === "DiskPressure" && status === "True",
    );
    if (ready?.status === "True" && !rebooted && pressed === full) return;
    const fresh = nodeOf(machine, this.cluster.version, this.cluster.now(), full);
    const taints = (node.spec.taints ?? []).filter(({ key }) => key !== unreachableTaint);
    const spec = { ...node.spec };
    if (taints.length > 0) spec.taints = taints;
    else delete spec.taints;
    const back = this.cluster.nodes.put({ ...node, spec, status: fresh.status });
    const said = (type: "Normal" | "Warning", reason: string, message: string) =>
      this.cluster.events.record(back, { type, reason, message, from: "kubelet" });
    if (rebooted) {
      said("Warning", "Rebooted", `Node ${machine.id} has been rebooted, boot id: ${machine.bootId}`);
    }
    if (ready?.status !== "True") said("Normal", "NodeReady", `Node ${machine.id} status is now: NodeReady`);
    if (full && !pressed)
      said("Warning", "NodeHasDiskPressure", `Node ${machine.id} status is now: NodeHasDiskPressure`);
    this.cluster.life.back(machine.id, rebooted);
  }

  private turn(node: Node, ready: Pick<Condition, "status" | "reason" | "message">): Node {
    const at = stamp(this.cluster.now());
    const conditions = node.status.conditions.map((condition) =>
      condition.type === "Ready" || ready.status === "Unknown"
        ? { ...condition, ...ready, lastTransitionTime: at }
        : condition,
    );
    const put = this.cluster.nodes.put({ ...node, status: { ...node.status, conditions } });
    if (ready.status === "True") return put;
    const message = `Node ${node.metadata.name} status is now: NodeNotReady`;
    this.cluster.events.record(put, { reason: "NodeNotReady", message, from: "node-controller" });
    return put;
  }

  private taintCordoned(name: string): void {
    const node = this.cluster.nodes.get(undefined, name);
    if (!node) return;
    const others = (node.spec.taints ?? []).filter(({ key }) => key !== cordonTaint);
    const spec = { ...node.spec };
    if (spec.unschedulable) spec.taints = [...others, { key: cordonTaint, effect: "NoSchedule" }];
    else if (others.length > 0) spec.taints = others;
    else delete spec.taints;
    this.cluster.nodes.put({ ...node, spec });
  }

  private renew(): void {
    for (const { metadata } of this.cluster.nodes.all()) {
      const isOne = this.cluster.region !== null || this.world.machines.has(metadata.name);
      if (!isOne || !this.isUp(metadata.name)) continue;
      this.cluster.renewLease(metadata.name);
    }
    this.renewing = this.cluster.clock.after(leaseEvery, () => this.renew());
  }
}

/** The node without the marks of having been lost; other conditions are as its kubelet last said. */
function withoutLoss(node: Node): Node {
  const taints = (node.spec.taints ?? []).filter(({ key }) => key !== unreachableTaint);
  const { taints: _, ...spec } = node.spec;
  const conditions = node.status.conditions.map((condition) =>
    condition.type === "Ready" ? condition : { ...condition, status: "False" as const },
  );
  return {
    ...node,
    spec: taints.length > 0 ? { ...spec, taints } : spec,
    status: { ...node.status, conditions },
  };
}

function readyOf(node: Node): Condition | undefined {
  return node.status.conditions.find(({ type }) => type === "Ready");
}
