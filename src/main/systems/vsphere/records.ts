import type { Reference } from "./client/values.ts";

/** An alarm that was triggered by the object itself. */
export interface Alarm {
  /** What tells this one apart from all others that are triggered. */
  key: string;
  alarm: string;
  status: string;
  acknowledged: boolean;
  /** Who has acknowledged it and when, in epoch milliseconds by vCenter's clock; null where it does not say. */
  by: string | null;
  at: number | null;
}

export interface Entity extends Reference {
  name: string | null;
  parent: string | null;
  status: string | null;
  alarms: Alarm[];
  /** Properties that the user may not read. */
  refused: readonly string[];
}

export interface Place extends Entity {
  is: "place";
}

export interface Cluster extends Entity {
  is: "cluster";
  hosts: number | null;
  hostsEffective: number | null;
  cores: number | null;
  memory: number | null;
  ha: boolean | null;
  admissionControl: boolean | null;
  /** What admission control keeps room by: the type of its policy. */
  admissionPolicy: string | null;
  /** Hosts that may be lost: as it is configured, and as there is room for now. */
  failoverLevel: number | null;
  failoverNow: number | null;
  /** Percent kept back, where that is the policy. */
  reserved: { cpu: number | null; memory: number | null };
  drs: boolean | null;
  drsMode: string | null;
}

/** What an object takes of its processors and memory now, as it was told and as it is shown. */
export interface Load {
  /** MHz, and how many there are. */
  cpu: number | null;
  cpuMost: number | null;
  /** Bytes. */
  memory: number | null;
  /** Whole percent; it follows what was told only in steps. */
  shown: { cpu: number | null; memory: number | null };
}

/** One disk of a VM. */
export interface Disk {
  name: string;
  /** Bytes. */
  size: number | null;
  datastore: string | null;
  thin: boolean | null;
}

export interface Host extends Entity {
  is: "host";
  connection: string | null;
  power: string | null;
  maintenance: boolean | null;
  bootedAt: number | null;
  hardware: Record<"vendor" | "model" | "processor" | "uuid", string | null>;
  sockets: number | null;
  cores: number | null;
  threads: number | null;
  memory: number | null;
  version: string | null;
  load: Load;
}

export interface Snapshot {
  id: string;
  /** The snapshot that it was taken on; null at the root. */
  parent: string | null;
  name: string;
  description: string;
  createdAt: number | null;
  /** Whether it holds the memory of the VM; null when that is not known. */
  withMemory: boolean | null;
}

export interface Vm extends Entity {
  is: "vm";
  power: string | null;
  connection: string | null;
  host: string | null;
  bootedAt: number | null;
  asks: boolean;
  consolidate: boolean;
  template: boolean;
  cpus: number | null;
  memory: number | null;
  disks: number | null;
  /** The disks one by one; null until somebody looks at the VM, and again once its configuration was changed. */
  diskList: Disk[] | null;
  configured: string | null;
  load: Load;
  uuid: string | null;
  system: string | null;
  storage: number | null;
  tools: string | null;
  address: string | null;
  hostName: string | null;
  snapshots: Snapshot[];
  /** The snapshot that it has gone on from. */
  current: string | null;
  networks: string[];
  datastores: string[];
  disabled: string[];
}

export interface Datastore extends Entity {
  is: "datastore";
  capacity: number | null;
  free: number | null;
  accessible: boolean | null;
  kind: string | null;
  maintenance: string | null;
}

/** One object of the inventory, as little of it as is needed: there are ten thousands. */
export type Held = Place | Cluster | Host | Vm | Datastore;

/** One for all, since there are ten thousands of them. */
const noneRefused: readonly string[] = [];
const nothing = { name: null, parent: null, status: null, refused: noneRefused };

const noLoad = (): Load => ({ cpu: null, cpuMost: null, memory: null, shown: { cpu: null, memory: null } });

/** An object that was told of, before anything is known of it. */
export function emptyHeld({ type, id }: Reference): Held {
  const entity = { ...nothing, type, id, alarms: [] };
  if (type === "VirtualMachine") {
    return {
      ...entity,
      is: "vm",
      ...{ power: null, connection: null, host: null, bootedAt: null, asks: false, consolidate: false },
      ...{
        template: false,
        cpus: null,
        memory: null,
        disks: null,
        diskList: null,
        configured: null,
        load: noLoad(),
        uuid: null,
        system: null,
        storage: null,
      },
      ...{
        tools: null,
        address: null,
        hostName: null,
        snapshots: [],
        current: null,
        networks: [],
        datastores: [],
      },
      disabled: [],
    };
  }
  if (type === "HostSystem") {
    return {
      ...entity,
      is: "host",
      ...{ connection: null, power: null, maintenance: null, bootedAt: null, version: null },
      hardware: { vendor: null, model: null, processor: null, uuid: null },
      ...{ sockets: null, cores: null, threads: null, memory: null, load: noLoad() },
    };
  }
  if (type === "ClusterComputeResource") {
    return {
      ...entity,
      is: "cluster",
      ...{ hosts: null, hostsEffective: null, cores: null, memory: null },
      ...{
        ha: null,
        admissionControl: null,
        admissionPolicy: null,
        failoverLevel: null,
        failoverNow: null,
        reserved: { cpu: null, memory: null },
        drs: null,
        drsMode: null,
      },
    };
  }
  if (type === "Datastore") {
    return {
      ...entity,
      is: "datastore",
      ...{ capacity: null, free: null, accessible: null, kind: null, maintenance: null },
    };
  }
  return { ...entity, is: "place" };
}
