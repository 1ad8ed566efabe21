import { randomUUID } from "node:crypto";
import { pause, type WorldClock } from "../../../world/clock.ts";
import type { FaultName } from "../../../world/faults.ts";
import type { World } from "../../../world/world.ts";
import { nameOf, type Resource, resourcesOf } from "../api/catalogue.ts";
import { type Flavour, kubernetesVersions } from "../api/flavour.ts";
import { Snapshots } from "../api/snapshots.ts";
import { Collection } from "../store/collection.ts";
import { History } from "../store/history.ts";
import type { Budget, Node, Pod, Workload } from "../store/kinds.ts";
import { type KubeObject, stamp } from "../store/object.ts";
import type { ClusterAddon, PodRequest, RunningAddon } from "./addon.ts";
import { Budgets } from "./budgets.ts";
import { type Event, Events } from "./events.ts";
import { furnish } from "./furnishing.ts";
import { Jobs } from "./jobs.ts";
import { PodLife } from "./life.ts";
import { MachinePools } from "./machine-pools.ts";
import { metricsNames, nodeMetrics, podMetrics } from "./metrics.ts";
import { NodeRoom } from "./node-room.ts";
import { Nodes } from "./nodes.ts";
import { PodIndex } from "./pod-index.ts";
import { Quotas } from "./quotas.ts";
import type { RegionPlan } from "./region-plan.ts";
import { Workloads } from "./workloads.ts";

/** Faults of the cluster's API are kept with the bounce, as those are that belong to no machine. */
export const faultPlace = "bounce";

export interface ClusterOptions {
  world: World;
  /** Further pods beside the usual ones, on further nodes that have no machine. */
  extraPods?: number;
  flavour?: Flavour;
  /** What it is where it is no cluster of the site's machines but one of a region. */
  region?: RegionPlan;
  /** What is installed in it besides. */
  addons?: readonly ClusterAddon[];
}

/** A Kubernetes cluster of the lab's World: its objects, and the controllers that work on them. */
export class Cluster {
  readonly world: World;
  readonly clock: WorldClock;
  readonly flavour: Flavour;
  /** The version that it says it has, as in `v1.31.4`. */
  readonly version: string;
  /** What it serves. */
  readonly resources: readonly Resource[];
  /** Null for the cluster of the site's machines. */
  readonly region: RegionPlan | null;
  readonly history = new History();
  readonly snapshots = new Snapshots();
  readonly pods = new Collection<Pod>("pods", this.history);
  readonly nodes = new Collection<Node>("nodes", this.history);
  readonly deployments = new Collection<Workload>("deployments.apps", this.history);
  readonly replicaSets = new Collection<Workload>("replicasets.apps", this.history);
  readonly statefulSets = new Collection<Workload>("statefulsets.apps", this.history);
  readonly daemonSets = new Collection<Workload>("daemonsets.apps", this.history);
  readonly budgets = new Collection<Budget>("poddisruptionbudgets.policy", this.history);
  readonly claims = new Collection<KubeObject>("persistentvolumeclaims", this.history);
  readonly index: PodIndex;
  readonly room: NodeRoom;
  readonly events: Events;
  readonly life: PodLife;
  readonly machines: Nodes;
  readonly workloads: Workloads;
  readonly disruption: Budgets;
  private readonly jobs: Jobs;
  private readonly quotas: Quotas;
  private readonly pools: MachinePools;
  private readonly addons: RunningAddon[];
  private readonly collections: ReadonlyMap<string, Collection<KubeObject>>;
  private readonly forgotten = new Set<() => void>();
  private readonly stopFollowing: () => void;

  constructor({ world, extraPods = 0, flavour = "usual", region, addons = [] }: ClusterOptions) {
    this.world = world;
    this.region = region ?? null;
    this.clock = world.clock;
    this.flavour = flavour;
    this.version = kubernetesVersions[flavour];
    this.resources = [...resourcesOf(flavour), ...addons.flatMap(({ resources }) => resources)];
    const events = new Collection<Event>("events", this.history);
    const known: Collection<KubeObject>[] = [
      this.pods,
      this.nodes,
      this.deployments,
      this.replicaSets,
      this.statefulSets,
      this.daemonSets,
      this.budgets,
      this.claims,
      events,
    ];
    const byName = new Map(known.map((collection) => [collection.name, collection]));
    for (const name of this.resources.map(nameOf)) {
      if (!byName.has(name)) byName.set(name, new Collection(name, this.history));
    }
    this.collections = byName;
    this.index = new PodIndex(this.pods);
    this.room = new NodeRoom(this.pods);
    this.events = new Events(events, () => this.now());
    this.life = new PodLife(this);
    this.workloads = new Workloads(this);
    this.disruption = new Budgets(this);
    this.jobs = new Jobs(this);
    this.quotas = new Quotas(this);
    this.pools = new MachinePools(this);
    this.machines = new Nodes(this);
    furnish(this, extraPods);
    this.life.start();
    this.workloads.start();
    this.jobs.start();
    this.disruption.start();
    this.quotas.start();
    this.machines.start();
    this.pools.start();
    this.addons = addons.map((addon) => addon.start(this));
    this.stopFollowing = world.onChange(({ what }) => {
      if (what !== "fault" || this.region) return;
      this.disruption.settle();
      if (this.fault("kube-gone")) this.forget();
    });
  }

  /** The objects of a resource by its name (`pods`, `deployments.apps`); throws for one that is not served. */
  collection(name: string): Collection<KubeObject> {
    const found = this.collections.get(name);
    if (!found) throw new RangeError(`no resource ${name}`);
    return found;
  }

  /** The objects of a resource as they are now; what metrics-server says is worked out when it is asked. */
  objects(name: string): readonly KubeObject[] {
    if (name === metricsNames.nodes) return nodeMetrics(this);
    return name === metricsNames.pods ? podMetrics(this) : this.collection(name).all();
  }

  /** One object of a resource, or null. */
  object(name: string, namespace: string | undefined, called: string): KubeObject | null {
    if (!name.endsWith(".metrics.k8s.io")) return this.collection(name).get(namespace, called);
    const isIt = ({ metadata }: KubeObject) => metadata.name === called && metadata.namespace === namespace;
    return this.objects(name).find(isIt) ?? null;
  }

  /** The names of the resources that lie in namespaces. */
  namespaced(): string[] {
    return this.resources
      .filter((resource) => resource.namespaced && resource.verbs.includes("delete"))
      .map(nameOf);
  }

  /** Epoch milliseconds, world time. */
  now(): number {
    return this.clock.now();
  }

  /** Whether a fault of the site's API is in force; a region's faults are told by its door and its addons. */
  fault(name: FaultName): boolean {
    return this.region === null && this.world.fault(name, faultPlace) !== null;
  }

  /** Why an addon takes no such new object, and the field that it is about; null when none has anything against it. */
  objectionTo(name: string, object: KubeObject): { field: string; message: string } | null {
    for (const addon of this.addons) {
      const objection = addon.objectionTo?.(name, object) ?? null;
      if (objection) return objection;
    }
    return null;
  }

  /** What an addon has to say of an object in its subresource `details`; null where there is no such. */
  detailsOf(name: string, object: KubeObject): KubeObject | null {
    for (const addon of this.addons) {
      const details = addon.detailsOf?.(name, object) ?? null;
      if (details) return details;
    }
    return null;
  }

  /** What a pod answers over HTTP through the API server; null where none answers. */
  proxied(asked: PodRequest): string | null {
    for (const addon of this.addons) {
      const words = addon.answerOf?.(asked) ?? null;
      if (words !== null) return words;
    }
    return null;
  }

  /** Waits world milliseconds; rejects when the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return pause(this.clock, milliseconds, signal);
  }

  /** Forgets every earlier version, as a compaction does: watches end with 410, and so do lists that are half read. */
  forget(): void {
    this.history.compact();
    this.snapshots.clear();
    for (const listener of [...this.forgotten]) listener();
  }

  /** Calls `listener` when earlier versions are forgotten, until the function that is returned is called. */
  onForgotten(listener: () => void): () => void {
    this.forgotten.add(listener);
    return () => this.forgotten.delete(listener);
  }

  /** A node's sign of life. */
  renewLease(node: string): void {
    const leases = this.collection("leases.coordination.k8s.io");
    const namespace = "kube-node-lease";
    const now = new Date(this.now()).toISOString().replace("Z", "000Z");
    const before = leases.get(namespace, node);
    const metadata = before?.metadata ?? {
      name: node,
      namespace,
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(this.now()),
    };
    const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime: now };
    leases.put({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec });
  }

  close(): void {
    this.stopFollowing();
    for (const addon of this.addons) addon.close();
    this.machines.close();
    this.life.close();
    this.workloads.close();
    this.jobs.close();
    this.disruption.close();
    this.quotas.close();
    this.pools.close();
  }
}
