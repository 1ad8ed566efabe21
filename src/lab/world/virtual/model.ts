/*
 * What the lab's hypervisors are made of, whichever protocol shows it. Times are world time in epoch milliseconds,
 * memory and disks are bytes. Identifiers are unique in the World; `key` is what the thing's own manager calls it.
 */

export type Platform = "vsphere" | "proxmox";

/** A place with one manager: a vCenter, or a Proxmox cluster that manages itself. */
export interface VirtualRegion {
  id: string;
  name: string;
  platform: Platform;
  /** In-world address of the vCenter; null where every node answers for the cluster. */
  address: string | null;
  /** The region of the World that it stands in, where that is not called as it is; null: in none. */
  site?: string | null;
  /** What its datacenter is called, where that is not what it is called itself. */
  datacenter?: string;
  /** The tags that name environments, by environment; the usual ones when left out. */
  environmentTags?: { category: string; tags: Readonly<Record<string, string>> };
}

export interface VirtualCluster {
  id: string;
  key: string;
  name: string;
  region: string;
  platform: Platform;
  environment: string;
  /** Guests of a host that died are started elsewhere. */
  ha: boolean;
  /** Guests are moved by themselves: away from a host that enters maintenance, and evenly afterwards (DRS). */
  balances: boolean;
  /** Nothing is started that would leave no room for the loss of the largest host. */
  admissionControl: boolean;
  rules: AffinityRule[];
  /** The backups and replications that it begins with, by identifiers; usual ones are drawn when left out. */
  history?: {
    backups: readonly { guest: string; storage: string; madeAt: number }[];
    replications: readonly { guest: string; target: string }[];
  };
}

export interface AffinityRule {
  name: string;
  kind: "apart" | "together" | "must-run-on";
  /** Guests by identifier; `hosts` for `must-run-on` only. */
  guests: string[];
  hosts: string[];
}

export interface VirtualHost {
  id: string;
  key: string;
  name: string;
  cluster: string;
  /** In-world address. */
  address: string;
  power: "on" | "off" | "starting" | "stopping";
  maintenance: "none" | "entering" | "in";
  /** Off on purpose, and can be woken by its manager; `power` is off meanwhile. */
  standby: boolean;
  model: string;
  vendor: string;
  processorModel: string;
  sockets: number;
  cores: number;
  threads: number;
  /** Bytes that are built in; `VirtualWorld.memoryOf` says what is left of it. */
  memory: number;
  bootedAt: number;
  version: string;
  build: string;
  uuid: string;
  /** The World's machine that it is (SSH, AMT), where it is one. */
  machine: string | null;
}

export interface VirtualDisk {
  id: string;
  storage: string;
  bytes: number;
  used: number;
}

export interface VirtualSnapshot {
  id: string;
  key: string;
  parent: string | null;
  name: string;
  description: string;
  createdAt: number;
  withMemory: boolean;
}

export interface Guest {
  id: string;
  key: string;
  name: string;
  kind: "vm" | "container";
  cluster: string;
  host: string;
  power: "on" | "off" | "suspended";
  template: boolean;
  vcpus: number;
  memory: number;
  /** The operating system in it, as it calls itself. */
  system: string;
  /** Whether guest tools run in it while it is on; see `VirtualWorld.toolsRun`. */
  guestTools: boolean;
  /** World time from which on its tools answer, while it is on. */
  toolsSince: number;
  address: string | null;
  uuid: string;
  bootedAt: number | null;
  disks: VirtualDisk[];
  /** Networks by identifier. */
  networks: string[];
  snapshots: VirtualSnapshot[];
  /** The snapshot that it goes on from. */
  current: string | null;
  /** Started elsewhere when its host dies. */
  highlyAvailable: boolean;
  /** What keeps it where it is: a device of its host, a CD-ROM of its host. */
  pinnedBy: string | null;
  environment: string;
  /** The task that works on it and lets no other in. */
  lockedBy: string | null;
}

export interface VirtualStorage {
  id: string;
  key: string;
  name: string;
  region: string;
  type: string;
  shared: boolean;
  /** Hosts that reach it. */
  hosts: string[];
  bytes: number;
  /** `VirtualWorld.storageOf` lays the faults over it. */
  used: number;
}

export interface VirtualNetwork {
  id: string;
  key: string;
  name: string;
  region: string;
  cluster: string;
}

export type TaskName =
  | "guest.power-on"
  | "guest.power-off"
  | "guest.shut-down"
  | "guest.reboot"
  | "guest.reset"
  | "guest.suspend"
  | "guest.create-snapshot"
  | "guest.delete-snapshot"
  | "guest.revert-snapshot"
  | "guest.migrate"
  | "guest.relocate"
  | "guest.clone"
  | "guest.remove"
  | "guest.back-up"
  | "guest.restore"
  | "host.enter-maintenance"
  | "host.leave-maintenance"
  | "host.reboot"
  | "host.shut-down"
  | "host.stand-by"
  | "host.wake"
  | (string & {});

export interface VirtualTask {
  id: string;
  key: string;
  name: TaskName;
  /** The guest, host, storage or cluster that it works on, by identifier, and its name at the time. */
  target: string;
  targetName: string;
  /** The host that it runs on. */
  host: string;
  region: string;
  by: string;
  state: "queued" | "running" | "done" | "failed";
  /** 0 to 1. */
  fraction: number;
  queuedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  fault: { code: VirtualFaultCode; words: string } | null;
  cancellable: boolean;
  log: { at: number; words: string }[];
  /** What it made, such as a snapshot or a guest, by identifier. */
  made: string | null;
  /** The task that began it, such as entering maintenance. */
  parent: string | null;
}

export type VirtualFaultCode =
  | "not-found"
  | "wrong-power-state"
  | "in-progress"
  | "no-room"
  | "no-space"
  | "storage-lost"
  | "refused-by-rule"
  | "pinned"
  | "tools-not-running"
  | "in-maintenance"
  | "host-down"
  | "no-quorum"
  | "not-reachable"
  | "refused"
  | "failed"
  | "timed-out"
  | "cancelled"
  | "invalid";

export type EventKind =
  | "guest-on"
  | "guest-off"
  | "guest-suspended"
  | "guest-reset"
  | "guest-shut-down"
  | "guest-rebooted"
  | "guest-migrated"
  | "guest-relocated"
  | "guest-restarted-elsewhere"
  | "guest-not-restarted"
  | "guest-made"
  | "guest-removed"
  | "snapshot-made"
  | "snapshot-removed"
  | "snapshot-reverted"
  | "host-entering-maintenance"
  | "host-in-maintenance"
  | "host-left-maintenance"
  | "host-shut-down"
  | "host-started"
  | "host-lost"
  | "quorum-lost"
  | "task-failed"
  | "logged-in"
  | "logged-out";

export interface VirtualEvent {
  id: number;
  at: number;
  kind: EventKind;
  region: string;
  cluster: string | null;
  host: string | null;
  guest: string | null;
  by: string;
  words: string;
  task: string | null;
}

/** Something that changed; `gone` when it is no longer there. */
export interface VirtualChange {
  what: "host" | "guest" | "storage" | "network" | "cluster" | "task" | "event";
  id: string;
  gone?: boolean;
}
