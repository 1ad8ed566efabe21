import type {
  Guest,
  VirtualCluster,
  VirtualHost,
  VirtualNetwork,
  VirtualStorage,
  VirtualTask,
} from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";
import type { Reference, Value } from "../soap/values.ts";
import { notFound } from "../soap/vim-fault.ts";
import { Alarms } from "./alarms.ts";

/** The objects that every vCenter has, by what they are for. */
export const fixed = {
  serviceInstance: { type: "ServiceInstance", id: "ServiceInstance" },
  rootFolder: { type: "Folder", id: "group-d1" },
  datacenter: { type: "Datacenter", id: "datacenter-2" },
  vmFolder: { type: "Folder", id: "group-v3" },
  hostFolder: { type: "Folder", id: "group-h4" },
  datastoreFolder: { type: "Folder", id: "group-s5" },
  networkFolder: { type: "Folder", id: "group-n6" },
  propertyCollector: { type: "PropertyCollector", id: "propertyCollector" },
  viewManager: { type: "ViewManager", id: "ViewManager" },
  sessionManager: { type: "SessionManager", id: "SessionManager" },
  searchIndex: { type: "SearchIndex", id: "SearchIndex" },
  taskManager: { type: "TaskManager", id: "TaskManager" },
  eventManager: { type: "EventManager", id: "EventManager" },
  alarmManager: { type: "AlarmManager", id: "AlarmManager" },
  provisioningChecker: { type: "VirtualMachineProvisioningChecker", id: "ProvisioningChecker" },
  authorizationManager: { type: "AuthorizationManager", id: "AuthorizationManager" },
} as const satisfies Record<string, Reference>;

/** How long a task that is over stays in the lists of recent ones, in world milliseconds. */
const recentTime = 10 * 60_000;
const keptResults = 100;

/** The region of the World that one vCenter manages, and what it calls each thing in it. */
export class VCenter {
  readonly virtual: VirtualWorld;
  readonly region: string;
  readonly address: string;
  readonly instanceUuid: string;
  readonly alarms: Alarms;
  /** What tasks had to say at their end that is no object of the World, by the World's identifier of the task. */
  readonly results = new Map<string, Value>();
  private readonly hostIds = new Map<string, string>();
  private readonly clusterIds = new Map<string, string>();
  private readonly storageIds = new Map<string, string>();
  private readonly networkIds = new Map<string, string>();

  constructor(virtual: VirtualWorld, region: string, address: string) {
    this.virtual = virtual;
    this.region = region;
    this.address = address;
    const digits = Buffer.from(region.padEnd(6, "-")).toString("hex").slice(0, 12);
    this.instanceUuid = `5f0c2a10-8b1e-4d3c-9a77-${digits}`;
    for (const cluster of virtual.clusters.values()) {
      if (cluster.region !== region) continue;
      this.clusterIds.set(cluster.key, cluster.id);
      for (const host of virtual.hostsOf(cluster.id)) this.hostIds.set(host.key, host.id);
    }
    for (const storage of virtual.storages.values()) {
      if (storage.region === region) this.storageIds.set(storage.key, storage.id);
    }
    for (const network of virtual.networks.values()) {
      if (network.region === region) this.networkIds.set(network.key, network.id);
    }
    this.alarms = new Alarms(this);
  }

  /** Epoch milliseconds, world time. */
  now(): number {
    return this.virtual.clock.now();
  }

  get name(): string {
    const named = this.virtual.regions.get(this.region)?.datacenter;
    return named ?? `${this.region.charAt(0).toUpperCase()}${this.region.slice(1)}`;
  }

  /** Keeps what a task had to say, as long as there are not too many since. */
  keepResult(task: string, result: Value): void {
    this.results.set(task, result);
    const [oldest] = this.results.keys();
    if (this.results.size > keptResults && oldest !== undefined) this.results.delete(oldest);
  }

  // What there is, by type and identifier.

  guest({ id }: Reference): Guest | undefined {
    return this.virtual.guests.get(`${this.region}/${id}`);
  }

  host({ id }: Reference): VirtualHost | undefined {
    return this.virtual.hosts.get(this.hostIds.get(id) ?? "");
  }

  /** The cluster of that identifier, or the one whose root resource pool has it. */
  cluster({ id }: Reference): VirtualCluster | undefined {
    return this.virtual.clusters.get(this.clusterIds.get(id.replace(/^resgroup-/, "domain-c")) ?? "");
  }

  storage({ id }: Reference): VirtualStorage | undefined {
    return this.virtual.storages.get(this.storageIds.get(id) ?? "");
  }

  network({ id }: Reference): VirtualNetwork | undefined {
    return this.virtual.networks.get(this.networkIds.get(id) ?? "");
  }

  task({ id }: Reference): VirtualTask | undefined {
    return this.virtual.tasks.get(`${this.region}/${id}`);
  }

  /** The guest of that snapshot, and the snapshot. */
  snapshot({ id }: Reference): { guest: Guest; snapshot: Guest["snapshots"][number] } | undefined {
    for (const guest of this.guests()) {
      const snapshot = guest.snapshots.find(({ key }) => key === id);
      if (snapshot) return { guest, snapshot };
    }
    return undefined;
  }

  /** Throws VimFault `ManagedObjectNotFound`, as the next does. */
  needGuest(reference: Reference): Guest {
    const found = reference.type === "VirtualMachine" ? this.guest(reference) : undefined;
    if (!found) throw notFound(reference);
    return found;
  }

  needHost(reference: Reference): VirtualHost {
    const found = reference.type === "HostSystem" ? this.host(reference) : undefined;
    if (!found) throw notFound(reference);
    return found;
  }

  // All there is.

  clusters(): VirtualCluster[] {
    return [...this.clusterIds.values()].map((id) => this.virtual.cluster(id));
  }

  hosts(): VirtualHost[] {
    return [...this.hostIds.values()].map((id) => this.virtual.host(id));
  }

  guests(): Guest[] {
    return this.hosts().flatMap((host) => this.virtual.guestsOn(host.id));
  }

  storages(): VirtualStorage[] {
    return [...this.storageIds.values()].map((id) => this.virtual.storage(id));
  }

  networks(): VirtualNetwork[] {
    return [...this.networkIds.values()].flatMap((id) => this.virtual.networks.get(id) ?? []);
  }

  tasks(): VirtualTask[] {
    return [...this.virtual.tasks.values()].filter((task) => task.region === this.region);
  }

  /** The tasks of a thing, or of all, that run or have lately ended. */
  recentTasks(target?: string): Reference[] {
    const since = this.now() - recentTime;
    return this.tasks()
      .filter((task) => (target === undefined || task.target === target) && (task.endedAt ?? since) >= since)
      .slice(-20)
      .map((task) => ({ type: "Task", id: task.key }));
  }

  // What each is called.

  guestReference = (guest: Guest): Reference => ({ type: "VirtualMachine", id: guest.key });
  hostReference = (host: VirtualHost): Reference => ({ type: "HostSystem", id: host.key });
  clusterReference = (cluster: VirtualCluster): Reference => ({
    type: "ClusterComputeResource",
    id: cluster.key,
  });
  poolReference = (cluster: VirtualCluster): Reference => ({
    type: "ResourcePool",
    id: cluster.key.replace(/^domain-c/, "resgroup-"),
  });
  storageReference = (storage: VirtualStorage): Reference => ({ type: "Datastore", id: storage.key });
  networkReference = (network: VirtualNetwork): Reference => ({ type: "Network", id: network.key });

  /** The reference to a guest, host, cluster or storage by the World's identifier; the root folder for anything else. */
  referenceTo(id: string): Reference {
    const { guests, hosts, clusters, storages } = this.virtual;
    const guest = guests.get(id);
    if (guest) return this.guestReference(guest);
    const host = hosts.get(id);
    if (host) return this.hostReference(host);
    const cluster = clusters.get(id);
    if (cluster) return this.clusterReference(cluster);
    const storage = storages.get(id);
    if (storage) return this.storageReference(storage);
    // A guest that is gone is still called what it was.
    const key = id.startsWith(`${this.region}/vm-`) ? id.slice(this.region.length + 1) : null;
    return key ? { type: "VirtualMachine", id: key } : fixed.rootFolder;
  }
}
