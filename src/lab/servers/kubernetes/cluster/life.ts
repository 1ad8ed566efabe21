import type { Pod } from "../store/kinds.ts";
import { items, keyOf, stamp, words } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { ended, fateOf, nextTurn, pullFailed, waitsFor } from "./fates.ts";
import { hasEnded } from "./node-room.ts";
import { ownerOf } from "./pod-index.ts";
import { creating, isActive, running, unheard, unschedulable } from "./pod-state.ts";
import { schedule } from "./scheduler.ts";

/** World milliseconds that the steps of a pod's life take. */
const steps = { schedule: 300, start: 2_000, end: 1_500, retry: 1_000 } as const;

/** The scheduler and the kubelets' work on pods: from the wish for one to its end. */
export class PodLife {
  private readonly cluster: Cluster;
  private readonly planned = new Map<string, () => void>();
  private readonly addresses = new Map<string, string>();
  private readonly pending = new Set<string>();
  private readonly ending = new Set<string>();
  private retrying: (() => void) | null = null;
  private addressCount = 256;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Follows the pods from now on. */
  start(): void {
    this.cluster.pods.onChange((after, before) => {
      const pod = after ?? before;
      if (!pod) return;
      const key = keyOf(pod.metadata.namespace, pod.metadata.name);
      if (!after || after.metadata.uid !== before?.metadata.uid) this.callOff(key);
      if (!after) {
        this.addresses.delete(pod.metadata.uid);
        this.pending.delete(key);
      } else this.next(after, key);
      if (before?.spec.nodeName && (!after || (hasEnded(after) && !hasEnded(before)))) this.retryLater();
    });
    for (const pod of this.cluster.pods.all()) {
      const { namespace, name } = pod.metadata;
      if (nextTurn(pod) !== null) this.next(pod, keyOf(namespace, name));
    }
    // Room may have come up wherever a node changed.
    this.cluster.nodes.onChange(() => this.retryLater());
  }

  close(): void {
    for (const cancel of this.planned.values()) cancel();
    this.planned.clear();
    this.retrying?.();
  }

  /**
   * Deletes a pod in order: it ends within its grace, when its node can be told. `grace` in seconds; 0 takes it away at
   * once, whatever runs on.
   */
  remove(pod: Pod, grace: number): Pod {
    const { namespace, name } = pod.metadata;
    if (grace === 0 || !pod.spec.nodeName) return this.cluster.pods.remove(namespace, name) ?? pod;
    if (pod.metadata.deletionTimestamp) return pod;
    this.cluster.events.record(pod, {
      reason: "Killing",
      message: `Stopping container ${pod.spec.containers[0]?.name ?? ""}`,
      from: "kubelet",
    });
    return this.cluster.pods.put({
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: stamp(this.cluster.now() + grace * 1000),
        deletionGracePeriodSeconds: grace,
      },
    });
  }

  /** A node is not heard of: what ran on it is not counted on any more. */
  lost(node: string): void {
    for (const pod of this.cluster.index.onNode(node)) {
      this.callOff(keyOf(pod.metadata.namespace, pod.metadata.name));
      this.cluster.pods.put(unheard(pod, this.cluster.now()));
    }
  }

  /** A node has been lost for long: its pods are to end, once it can be told, and others take their place. */
  giveUp(node: string): void {
    for (const pod of this.cluster.index.onNode(node)) {
      const isBound = ownerOf(pod)?.kind === "DaemonSet" || toleratesLoss(pod);
      if (!isActive(pod) || isBound) continue;
      const { namespace, name } = pod.metadata;
      this.cluster.events.record(pod, {
        reason: "TaintManagerEviction",
        message: `Marking for deletion Pod ${keyOf(namespace, name)}`,
        from: "taint-eviction-controller",
      });
      this.remove(pod, pod.spec.terminationGracePeriodSeconds ?? 30);
    }
  }

  /** A node is back: what was to end does, and after a boot everything starts again. */
  back(node: string, rebooted: boolean): void {
    for (const pod of this.cluster.index.onNode(node)) {
      const { namespace, name } = pod.metadata;
      if (pod.metadata.deletionTimestamp) this.next(pod, keyOf(namespace, name));
      else if (isActive(pod)) {
        this.plan(keyOf(namespace, name), steps.start, () => {
          const now = this.cluster.pods.get(namespace, name);
          if (now && isActive(now)) this.cluster.pods.put(this.found(now, rebooted));
        });
      }
    }
  }

  /** The pod as it is found on its node some time after it was started: it runs, has crashed, or is over. */
  found(pod: Pod, again: boolean): Pod {
    const fate = fateOf(pod);
    const now = this.cluster.now();
    const run = this.run(pod, again);
    if (fate.is === "unpullable") return pullFailed(creating(pod, now), now);
    return fate.is === "ends" ? ended(run, fate.exitCode, now) : run;
  }

  /** The pod as it runs on its node. */
  run(pod: Pod, again: boolean): Pod {
    const node = this.cluster.nodes.get(undefined, pod.spec.nodeName ?? "");
    const host = words(
      items(node, "status", "addresses").find((entry) => words(entry, "type") === "InternalIP"),
      "address",
    );
    const known = this.addresses.get(pod.metadata.uid);
    if (known === undefined) this.addressCount += 1;
    const address = known ?? `2001:db8:0:1::${this.addressCount.toString(16)}`;
    this.addresses.set(pod.metadata.uid, address);
    return running(pod, { host, pod: address }, this.cluster.now(), again);
  }

  private next(pod: Pod, key: string): void {
    const { namespace, name } = pod.metadata;
    const current = () => this.cluster.pods.get(namespace, name);
    const { nodeName } = pod.spec;
    if (pod.metadata.deletionTimestamp) {
      const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
      if (!this.cluster.machines.isUp(nodeName ?? "")) this.callOff(key);
      else if (!this.ending.has(key)) {
        this.plan(key, Math.min(steps.end, grace), () => {
          const last = current();
          if (last?.metadata.deletionTimestamp) this.cluster.pods.remove(namespace, name);
        });
        this.ending.add(key);
      }
    } else if (!nodeName) {
      if (!this.pending.has(key) && !this.planned.has(key))
        this.plan(key, steps.schedule, () => this.place(key));
    } else if (!this.planned.has(key) && isActive(pod)) {
      const milliseconds = nextTurn(pod) ?? (pod.status.phase === "Pending" ? steps.start : null);
      if (milliseconds === null) return;
      this.plan(key, milliseconds, () => {
        const now = current();
        if (now && isActive(now) && this.cluster.machines.isUp(nodeName)) this.turn(now, key);
      });
    }
  }

  /** What a pod's containers do next by themselves: they start, end, crash, or try again. */
  private turn(pod: Pod, key: string): void {
    const fate = fateOf(pod);
    const name = pod.spec.containers[0]?.name ?? "";
    const waits = waitsFor(pod);
    if (fate.is === "unpullable") {
      const image = pod.spec.containers[0]?.image ?? "";
      this.cluster.events.record(pod, {
        type: "Warning",
        reason: "Failed",
        message: `Failed to pull image "${image}": not found`,
        from: "kubelet",
      });
      if (waits === "ImagePullBackOff") this.next(pod, key);
      else this.cluster.pods.put(pullFailed(pod, this.cluster.now()));
    } else if (fate.is === "ends" && pod.status.phase === "Running" && waits === "") {
      const after = this.cluster.pods.put(ended(pod, fate.exitCode, this.cluster.now()));
      if (waitsFor(after) === "") return;
      this.cluster.events.record(after, {
        type: "Warning",
        reason: "BackOff",
        message: `Back-off restarting failed container ${name}`,
        from: "kubelet",
      });
    } else {
      const up = this.cluster.pods.put(this.run(pod, waits === "CrashLoopBackOff"));
      this.cluster.events.record(up, {
        reason: "Started",
        message: `Started container ${name}`,
        from: "kubelet",
      });
    }
  }

  private place(key: string): void {
    const [namespace, name = ""] = key.split("/");
    const pod = this.cluster.pods.get(namespace, name);
    this.pending.delete(key);
    if (!pod || pod.spec.nodeName || pod.metadata.deletionTimestamp) return;
    const placed = schedule(pod, this.cluster);
    if ("node" in placed) {
      const bound = { ...pod, spec: { ...pod.spec, nodeName: placed.node } };
      const put = this.cluster.pods.put(creating(bound, this.cluster.now()));
      const message = `Successfully assigned ${key} to ${placed.node}`;
      this.cluster.events.record(put, { reason: "Scheduled", message, from: "default-scheduler" });
      return;
    }
    this.pending.add(key);
    const message = pod.status.conditions?.find(({ type }) => type === "PodScheduled")?.message;
    if (message === placed.why) return;
    const put = this.cluster.pods.put(unschedulable(pod, placed.why, this.cluster.now()));
    this.cluster.events.record(put, {
      type: "Warning",
      reason: "FailedScheduling",
      message: placed.why,
      from: "default-scheduler",
    });
  }

  private retryLater(): void {
    if (this.retrying || this.pending.size === 0) return;
    this.retrying = this.cluster.clock.after(steps.retry, () => {
      this.retrying = null;
      for (const key of [...this.pending]) this.place(key);
    });
  }

  private plan(key: string, milliseconds: number, work: () => void): void {
    this.callOff(key);
    const cancel = this.cluster.clock.after(milliseconds, () => {
      this.planned.delete(key);
      this.ending.delete(key);
      work();
    });
    this.planned.set(key, cancel);
  }

  private callOff(key: string): void {
    this.planned.get(key)?.();
    this.planned.delete(key);
    this.ending.delete(key);
  }
}

function toleratesLoss(pod: Pod): boolean {
  return (pod.spec.tolerations ?? []).some(
    (toleration) => toleration.operator === "Exists" && toleration.key === undefined,
  );
}
