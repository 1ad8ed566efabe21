import type { Collection } from "../store/collection.ts";
import type { Pod, Workload } from "../store/kinds.ts";
import { type JsonObject, keyOf, read } from "../store/object.ts";
import { claimsOf, withClaims } from "./claims.ts";
import type { Cluster } from "./cluster.ts";
import { deploymentConditions, replicaSetOf, revisionNote } from "./deployment-parts.ts";
import { ownerOf } from "./pod-index.ts";
import { isActive, isReady, podOf } from "./pod-state.ts";
import { rollOut, templateHash } from "./replicas.ts";
import { keepRevision } from "./revisions.ts";
import { suffix } from "./suffix.ts";

/** World milliseconds between a change and the controllers' answer to it. */
const reactionTime = 300;
const historyLimit = 10;

type Kind = "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet";

/** The controllers of `apps/v1`: what is wished for becomes pods, step by step. */
export class Workloads {
  private readonly cluster: Cluster;
  private readonly queue = new Map<string, () => void>();
  /** Replicas wished for, by the uid of their controller. */
  private readonly wishes = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    for (const kind of ["ReplicaSet", "StatefulSet", "DaemonSet", "Deployment"] as const) {
      this.collectionOf(kind).onChange((after, before) => {
        if (!after && before) this.wishes.delete(before.metadata.uid);
        if (after && kind !== "DaemonSet") this.wishes.set(after.metadata.uid, after.spec.replicas ?? 1);
      });
    }
  }

  /** Looks at every workload once, and follows workloads, pods and nodes from then on. */
  start(): void {
    const { cluster } = this;
    for (const kind of ["ReplicaSet", "StatefulSet", "DaemonSet", "Deployment"] as const) {
      for (const workload of this.collectionOf(kind).all()) this.settle(kind, workload);
    }
    for (const kind of ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"] as const) {
      this.collectionOf(kind).onChange((after) => {
        if (!after) return;
        this.later(kind, after.metadata.namespace, after.metadata.name);
        const owner = ownerOf(after);
        if (owner?.kind === "Deployment") this.later("Deployment", after.metadata.namespace, owner.name);
      });
    }
    cluster.pods.onChange((after, before) => {
      const pod = after ?? before;
      const owner = pod && ownerOf(pod);
      if (!pod || !owner || !isKind(owner.kind)) return;
      const same =
        after && before && isReady(after) === isReady(before) && isActive(after) === isActive(before);
      if (!same) this.later(owner.kind, pod.metadata.namespace, owner.name);
    });
    cluster.nodes.onChange((after, before) => {
      if (after && before) return;
      for (const set of cluster.daemonSets.all())
        this.later("DaemonSet", set.metadata.namespace, set.metadata.name);
    });
  }

  close(): void {
    for (const cancel of this.queue.values()) cancel();
    this.queue.clear();
  }

  /** How many pods the controller with that uid is to have; 0 when it is none. */
  wanted(uid: string | undefined): number {
    if (uid === undefined) return 0;
    const isDaemonSet = this.cluster.daemonSets.all().some(({ metadata }) => metadata.uid === uid);
    return isDaemonSet ? this.cluster.nodes.size : (this.wishes.get(uid) ?? 0);
  }

  private collectionOf(kind: Kind): Collection<Workload> {
    const { deployments, replicaSets, statefulSets, daemonSets } = this.cluster;
    return {
      Deployment: deployments,
      ReplicaSet: replicaSets,
      StatefulSet: statefulSets,
      DaemonSet: daemonSets,
    }[kind];
  }

  private later(kind: Kind, namespace: string | undefined, name: string): void {
    const key = `${kind} ${keyOf(namespace, name)}`;
    if (this.queue.has(key)) return;
    const cancel = this.cluster.clock.after(reactionTime, () => {
      this.queue.delete(key);
      const workload = this.collectionOf(kind).get(namespace, name);
      if (workload && !workload.metadata.deletionTimestamp) this.settle(kind, workload);
    });
    this.queue.set(key, cancel);
  }

  private settle(kind: Kind, workload: Workload): void {
    if (kind === "Deployment") this.settleDeployment(workload);
    else if (kind === "ReplicaSet") this.settleReplicaSet(workload);
    else if (kind === "StatefulSet") this.settleStatefulSet(workload);
    else this.settleDaemonSet(workload);
  }

  private settleDeployment(deployment: Workload): void {
    const { replicaSets } = this.cluster;
    const { namespace, name, uid } = deployment.metadata;
    const owned = replicaSets.all().filter((set) => ownerOf(set)?.uid === uid);
    const hash = templateHash(deployment);
    const revision = (set: Workload) => Number(set.metadata.annotations?.[revisionNote] ?? 0);
    const latest = Math.max(0, ...owned.map(revision));
    let newest = owned.find((set) => set.metadata.labels?.["pod-template-hash"] === hash);
    if (!newest) {
      newest = replicaSets.put(replicaSetOf(deployment, hash, latest + 1, this.cluster.now()));
      owned.push(newest);
      const message = `Scaled up replica set ${newest.metadata.name}`;
      this.cluster.events.record(deployment, {
        reason: "ScalingReplicaSet",
        message,
        from: "deployment-controller",
      });
    } else if (revision(newest) < latest) {
      // A roll-back: what was old is the newest again.
      const annotations = { ...newest.metadata.annotations, [revisionNote]: String(latest + 1) };
      const again = replicaSets.put({ ...newest, metadata: { ...newest.metadata, annotations } });
      owned.splice(owned.indexOf(newest), 1, again);
      newest = again;
    }
    const current = newest;
    if (!deployment.spec.paused || owned.length === 1) {
      const next = rollOut(
        deployment,
        owned.map((set) => ({
          replicas: set.spec.replicas ?? 0,
          ready: this.readyOf(set),
          isNewest: set === current,
        })),
      );
      for (const [index, set] of owned.entries()) {
        const replicas = next[index] ?? 0;
        if (set.spec.replicas === replicas) continue;
        const put = replicaSets.put({ ...set, spec: { ...set.spec, replicas } });
        owned[index] = put;
      }
    }
    const idle = owned.filter((set) => set.spec.replicas === 0 && set.metadata.uid !== current.metadata.uid);
    for (const set of idle.sort((a, b) => revision(a) - revision(b)).slice(0, -historyLimit)) {
      replicaSets.remove(namespace, set.metadata.name);
    }
    const pods = owned.flatMap((set) => this.activeOf(set));
    const ready = pods.filter(isReady).length;
    const updated = this.activeOf(current).length;
    const now = this.cluster.deployments.get(namespace, name) ?? deployment;
    const desired = now.spec.replicas ?? 1;
    const note = current.metadata.annotations?.[revisionNote] ?? "1";
    const status: JsonObject = {
      observedGeneration: now.metadata.generation ?? 1,
      replicas: pods.length,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: ready,
      ...(desired > ready ? { unavailableReplicas: desired - ready } : {}),
      conditions: deploymentConditions(
        now,
        { desired, ready, updated, total: pods.length },
        this.cluster.now(),
      ),
    };
    const annotations = { ...now.metadata.annotations, [revisionNote]: note };
    if (now.metadata.annotations?.[revisionNote] !== note || !same(now.status, status)) {
      this.cluster.deployments.put({ ...now, metadata: { ...now.metadata, annotations }, status });
    }
  }

  private settleReplicaSet(set: Workload): void {
    const active = this.activeOf(set);
    const desired = set.spec.replicas ?? 1;
    const { name, namespace } = set.metadata;
    for (let missing = desired - active.length; missing > 0; missing -= 1) {
      const pod = podOf(set, `${name}-${suffix()}`, {}, this.cluster.now());
      this.cluster.pods.put(pod);
      const message = `Created pod: ${pod.metadata.name}`;
      this.cluster.events.record(set, { reason: "SuccessfulCreate", message, from: "replicaset-controller" });
    }
    // Those that do no work go first.
    const order = (pod: Pod) => (isReady(pod) ? 2 : pod.spec.nodeName ? 1 : 0);
    const surplus = [...active]
      .sort((a, b) => order(a) - order(b))
      .slice(0, Math.max(0, active.length - desired));
    for (const pod of surplus) this.end(pod);
    const left = this.activeOf(set);
    const ready = left.filter(isReady).length;
    const now = this.cluster.replicaSets.get(namespace, name) ?? set;
    this.putStatus(this.cluster.replicaSets, now, {
      observedGeneration: now.metadata.generation ?? 1,
      replicas: left.length,
      fullyLabeledReplicas: left.length,
      readyReplicas: ready,
      availableReplicas: ready,
    });
  }

  private settleStatefulSet(set: Workload): void {
    const { namespace, name, uid } = set.metadata;
    const desired = set.spec.replicas ?? 1;
    const hash = templateHash(set);
    const revision = `${name}-${hash}`;
    keepRevision(this.cluster, set, hash);
    const pods = this.cluster.index.ownedBy(uid);
    const ordinal = (pod: Pod) => Number(pod.metadata.name.slice(name.length + 1));
    const byOrdinal = new Map(pods.map((pod) => [ordinal(pod), pod]));
    const labels = (index: number) => ({
      "controller-revision-hash": revision,
      "statefulset.kubernetes.io/pod-name": `${name}-${index}`,
      "apps.kubernetes.io/pod-index": String(index),
    });
    // One after the other: each waits until those before it are ready.
    let settled = true;
    for (let index = 0; index < desired && settled; index += 1) {
      const pod = byOrdinal.get(index);
      if (!pod) {
        for (const claim of claimsOf(set, index, this.cluster.now())) {
          const { namespace: where, name: what } = claim.metadata;
          if (!this.cluster.claims.get(where, what)) this.cluster.claims.put(claim);
        }
        const made = podOf(set, `${name}-${index}`, labels(index), this.cluster.now());
        this.cluster.pods.put(withClaims(made, set, index));
      }
      settled = pod !== undefined && isActive(pod) && isReady(pod);
    }
    const surplus = pods.filter((pod) => ordinal(pod) >= desired && isActive(pod));
    const last = surplus.sort((a, b) => ordinal(b) - ordinal(a))[0];
    const outdated = pods
      .filter((pod) => isActive(pod) && pod.metadata.labels?.["controller-revision-hash"] !== revision)
      .sort((a, b) => ordinal(b) - ordinal(a))[0];
    if (last) this.end(last);
    else if (outdated && settled) this.end(outdated);
    const active = this.activeOf(set);
    const ready = active.filter(isReady).length;
    const updated = active.filter(
      (pod) => pod.metadata.labels?.["controller-revision-hash"] === revision,
    ).length;
    const now = this.cluster.statefulSets.get(namespace, name) ?? set;
    const before = read(now.status, "currentRevision");
    this.putStatus(this.cluster.statefulSets, now, {
      observedGeneration: now.metadata.generation ?? 1,
      replicas: active.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: active.length,
      updatedReplicas: updated,
      currentRevision: updated === desired || typeof before !== "string" ? revision : before,
      updateRevision: revision,
      collisionCount: 0,
    });
  }

  private settleDaemonSet(set: Workload): void {
    const { namespace, name, uid } = set.metadata;
    const revision = templateHash(set);
    keepRevision(this.cluster, set, revision);
    const nodes = this.cluster.nodes.all().map(({ metadata }) => metadata.name);
    const pods = this.cluster.index.ownedBy(uid);
    const isUpdated = (pod: Pod) => pod.metadata.labels?.["controller-revision-hash"] === revision;
    for (const node of nodes) {
      if (pods.some((pod) => pod.spec.nodeName === node)) continue;
      const labels = { "controller-revision-hash": revision };
      const pod = podOf(set, `${name}-${suffix()}`, labels, this.cluster.now());
      this.cluster.pods.put({ ...pod, spec: { ...pod.spec, nodeName: node } });
    }
    for (const pod of pods) if (!nodes.includes(pod.spec.nodeName ?? "")) this.end(pod);
    const active = this.activeOf(set);
    const outdated = active.find((pod) => !isUpdated(pod));
    if (
      outdated &&
      active.length === nodes.length &&
      active.every((pod) => isUpdated(pod) === isReady(pod) || isReady(pod))
    ) {
      this.end(outdated);
    }
    const left = this.activeOf(set);
    const ready = left.filter(isReady).length;
    const now = this.cluster.daemonSets.get(namespace, name) ?? set;
    this.putStatus(this.cluster.daemonSets, now, {
      observedGeneration: now.metadata.generation ?? 1,
      currentNumberScheduled: left.length,
      desiredNumberScheduled: nodes.length,
      updatedNumberScheduled: left.filter(isUpdated).length,
      numberAvailable: ready,
      numberReady: ready,
      numberMisscheduled: 0,
      ...(nodes.length > ready ? { numberUnavailable: nodes.length - ready } : {}),
    });
  }

  private activeOf(set: Workload): Pod[] {
    return this.cluster.index.ownedBy(set.metadata.uid).filter(isActive);
  }

  private readyOf(set: Workload): number {
    return this.activeOf(set).filter(isReady).length;
  }

  private end(pod: Pod): void {
    this.cluster.life.remove(pod, pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  private putStatus(collection: Collection<Workload>, workload: Workload, status: JsonObject): void {
    if (!same(workload.status, status)) collection.put({ ...workload, status });
  }
}

function isKind(kind: string): kind is Kind {
  return ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].includes(kind);
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
