import { createHash } from "node:crypto";
import { refusedEviction } from "../api/eviction.ts";
import type { Node, Pod } from "../store/kinds.ts";
import { items, type JsonObject, type KubeObject, read, stamp, words } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { ownerOf } from "./pod-index.ts";
import { isActive } from "./pod-state.ts";

const prefix = "machineconfiguration.openshift.io";
/** Notes that the machine-config daemon writes on its node. */
const notes = {
  current: `${prefix}/currentConfig`,
  desired: `${prefix}/desiredConfig`,
  state: `${prefix}/state`,
} as const;
export const roleLabel = `${prefix}/role`;
/** World milliseconds between two looks at a node that is being updated. */
const step = 1_000;

/** A node on its way to another configuration, and the boot that it had when it began. */
interface Update {
  node: string;
  configuration: string;
  restarting: boolean;
  bootId: string;
}

/**
 * The machine-config operator of OpenShift: nodes of a pool that is not paused take its configuration one after the
 * other; each is cordoned, drained as budgets allow, restarted and uncordoned.
 */
export class MachinePools {
  private readonly cluster: Cluster;
  private readonly updates = new Map<string, Update>();
  private cancel: (() => void) | null = null;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  start(): void {
    if (this.cluster.flavour !== "openshift") return;
    for (const name of ["machineconfigpools", "machineconfigs"]) {
      this.cluster.collection(`${name}.${prefix}`).onChange(() => this.later());
    }
    this.cluster.nodes.onChange(() => this.later());
    this.settle();
  }

  close(): void {
    this.cancel?.();
  }

  private later(): void {
    this.cancel ??= this.cluster.clock.after(step, () => {
      this.cancel = null;
      this.settle();
    });
  }

  private settle(): void {
    const pools = this.cluster.collection(`machineconfigpools.${prefix}`);
    for (const pool of pools.all()) this.settlePool(pool);
    if (this.updates.size > 0) this.later();
  }

  private settlePool(pool: KubeObject): void {
    const { name } = pool.metadata;
    const configuration = renderedName(this.cluster, name);
    const isPaused = read(pool, "spec", "paused") === true;
    const nodes = this.nodesOf(pool);
    const update = this.updates.get(name);
    if (update) this.advance(name, update);
    else if (!isPaused) {
      const next = nodes.find((node) => noteOf(node, "current") !== configuration);
      if (next) this.begin(name, next, configuration);
    }
    this.tell(pool, configuration);
  }

  private nodesOf(pool: KubeObject): Node[] {
    const wanted = Object.entries(Object(read(pool, "spec", "nodeSelector", "matchLabels")));
    return this.cluster.nodes
      .all()
      .filter(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  }

  private begin(pool: string, node: Node, configuration: string): void {
    const bootId = words(node, "status", "nodeInfo", "bootID");
    this.updates.set(pool, { node: node.metadata.name, configuration, restarting: false, bootId });
    this.put(node, { desired: configuration, state: "Working" }, true);
    this.said(node, "SetDesiredConfig", `Targeted node ${node.metadata.name} to ${configuration}`);
  }

  private advance(pool: string, update: Update): void {
    const node = this.cluster.nodes.get(undefined, update.node);
    if (!node) {
      this.updates.delete(pool);
      return;
    }
    const ready = node.status.conditions.find(({ type }) => type === "Ready")?.status === "True";
    if (update.restarting) {
      if (!ready || words(node, "status", "nodeInfo", "bootID") === update.bootId) return;
      this.put(node, { current: update.configuration, state: "Done" }, false);
      this.said(
        node,
        "NodeDone",
        `Setting node ${update.node}, currentConfig ${update.configuration} to Done`,
      );
      this.updates.delete(pool);
    } else if (ready && this.drain(update.node)) {
      this.said(node, "Reboot", "Node will reboot into its new configuration");
      this.cluster.world.shutDown(update.node, "reboot");
      update.restarting = true;
    }
  }

  /** Evicts what may be evicted now; says whether nothing is left. */
  private drain(name: string): boolean {
    const leaving = this.cluster.index
      .onNode(name)
      .filter((pod) => ownerOf(pod)?.kind !== "DaemonSet" && !isEnded(pod));
    for (const pod of leaving) {
      if (!isActive(pod) || refusedEviction(this.cluster, pod)) continue;
      this.cluster.life.remove(pod, pod.spec.terminationGracePeriodSeconds ?? 30);
      this.cluster.disruption.settle();
    }
    return leaving.length === 0;
  }

  private put(node: Node, noted: Partial<Record<keyof typeof notes, string>>, cordoned: boolean): void {
    const annotations = { ...node.metadata.annotations };
    for (const key of ["current", "desired", "state"] as const) {
      const value = noted[key];
      if (value !== undefined) annotations[notes[key]] = value;
    }
    const { unschedulable: _, ...spec } = node.spec;
    this.cluster.nodes.put({
      ...node,
      metadata: { ...node.metadata, annotations },
      spec: cordoned ? { ...spec, unschedulable: true } : spec,
    });
  }

  private said(node: Node, reason: string, message: string): void {
    this.cluster.events.record(node, { reason, message, from: "machineconfigdaemon" });
  }

  private tell(pool: KubeObject, configuration: string): void {
    const nodes = this.nodesOf(pool);
    const isReady = ({ spec, status }: Node) =>
      !spec.unschedulable &&
      status.conditions.some(({ type, status: met }) => type === "Ready" && met === "True");
    const updated = nodes.filter((node) => noteOf(node, "current") === configuration);
    const ready = updated.filter(isReady);
    const isUpdated = updated.length === nodes.length && ready.length === nodes.length;
    const isPaused = read(pool, "spec", "paused") === true;
    const isUpdating = !isUpdated && (!isPaused || this.updates.has(pool.metadata.name));
    const before = items(pool, "status", "conditions");
    const condition = (type: string, isMet: boolean, message: string): JsonObject => {
      const status = isMet ? "True" : "False";
      const known = before.find(
        (entry) => words(entry, "type") === type && words(entry, "status") === status,
      );
      const since = words(known, "lastTransitionTime") || stamp(this.cluster.now());
      return { type, status, reason: "", message: isMet ? message : "", lastTransitionTime: since };
    };
    const last = words(pool, "status", "configuration", "name");
    const status: JsonObject = {
      observedGeneration: pool.metadata.generation ?? 1,
      machineCount: nodes.length,
      updatedMachineCount: updated.length,
      readyMachineCount: ready.length,
      unavailableMachineCount: nodes.filter((node) => !isReady(node)).length,
      degradedMachineCount: 0,
      configuration: {
        name: isUpdated || last === "" ? (noteOf(nodes[0], "current") ?? configuration) : last,
      },
      conditions: [
        condition("Updated", isUpdated, `All nodes are updated with ${configuration}`),
        condition("Updating", isUpdating, `All nodes are updating to ${configuration}`),
        condition("Degraded", false, ""),
        condition("NodeDegraded", false, ""),
        condition("RenderDegraded", false, ""),
      ],
    };
    const spec = { ...pool.spec, configuration: { name: configuration } };
    if (JSON.stringify([spec, status]) === JSON.stringify([pool.spec, pool.status])) return;
    this.cluster.collection(`machineconfigpools.${prefix}`).put({ ...pool, spec, status });
  }
}

function noteOf(node: Node | undefined, key: keyof typeof notes): string | undefined {
  return node?.metadata.annotations?.[notes[key]];
}

const isEnded = (pod: Pod) => pod.status.phase === "Succeeded" || pod.status.phase === "Failed";

/** The name of what the MachineConfigs of a pool come to. */
export function renderedName(cluster: Cluster, pool: string): string {
  const parts = cluster
    .collection(`machineconfigs.${prefix}`)
    .all()
    .filter(({ metadata }) => metadata.labels?.[roleLabel] === pool)
    .map(({ metadata, spec }) => [metadata.name, spec]);
  return `rendered-${pool}-${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)}`;
}

/** The notes of a node that has a configuration. */
export function configured(configuration: string): Record<string, string> {
  return { [notes.current]: configuration, [notes.desired]: configuration, [notes.state]: "Done" };
}
