import { printable } from "./client/exchange.ts";
import type { GuestKind } from "./client/requests.ts";
import { readUpid, type Upid } from "./client/upid.ts";
import { type Fields, fieldsOf, flagAt, listOf, momentAt, numberAt, wordsAt } from "./client/values.ts";

/** A node as the cluster lists it; sizes in bytes, `cpu` from 0 to 1. */
export interface NodeRow {
  name: string;
  online: boolean;
  cpus: number | null;
  cpu: number | null;
  memory: number | null;
  memoryUsed: number | null;
  maintenance: boolean;
}

/** A VM or container as the cluster lists it. */
export interface GuestRow {
  id: number;
  kind: GuestKind;
  name: string;
  node: string;
  /** `running`, `stopped`, `paused` …; `unknown` for one of a node that does not answer. */
  status: string;
  template: boolean;
  cpus: number | null;
  cpu: number | null;
  memory: number | null;
  memoryUsed: number | null;
  /** The root disk of a VM, the root file system of a container. */
  disk: number | null;
  diskUsed: number | null;
  uptime: number | null;
  ha: string | null;
  lock: string | null;
  tags: string[];
  pool: string | null;
}

/** A storage as one node has it. */
export interface StorageRow {
  name: string;
  node: string;
  /** `available`, `unknown` … */
  status: string;
  shared: boolean;
  type: string | null;
  content: string[];
  capacity: number | null;
  used: number | null;
}

export interface Inventory {
  nodes: NodeRow[];
  guests: GuestRow[];
  storages: StorageRow[];
}

const nodeName = /^[A-Za-z0-9]([A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/;

/** Reads `GET /cluster/resources`; what cannot be made out is left out. */
export function readInventory(data: unknown): Inventory {
  const inventory: Inventory = { nodes: [], guests: [], storages: [] };
  for (const row of listOf(data)) {
    const node = wordsAt(row, "node");
    if (node === null || !nodeName.test(node)) continue;
    const type = wordsAt(row, "type");
    if (type === "node") inventory.nodes.push(nodeOf(row, node));
    if (type === "qemu" || type === "lxc") inventory.guests.push(...guestOf(row, node, type));
    if (type === "storage") inventory.storages.push(...storageOf(row, node));
  }
  return inventory;
}

function nodeOf(row: Fields, name: string): NodeRow {
  return {
    name,
    online: wordsAt(row, "status") === "online",
    cpus: numberAt(row, "maxcpu"),
    cpu: numberAt(row, "cpu"),
    memory: numberAt(row, "maxmem"),
    memoryUsed: numberAt(row, "mem"),
    maintenance: wordsAt(row, "hastate") === "maintenance",
  };
}

function guestOf(row: Fields, node: string, kind: GuestKind): GuestRow[] {
  const id = numberAt(row, "vmid");
  if (id === null || !Number.isInteger(id) || id < 1 || id > 999_999_999) return [];
  const ha = wordsAt(row, "hastate");
  return [
    {
      id,
      kind,
      node,
      name: printable(wordsAt(row, "name") ?? "") || `${kind === "lxc" ? "CT" : "VM"} ${id}`,
      status: wordsAt(row, "status") ?? "unknown",
      template: flagAt(row, "template") === true,
      cpus: numberAt(row, "maxcpu"),
      cpu: numberAt(row, "cpu"),
      memory: numberAt(row, "maxmem"),
      memoryUsed: numberAt(row, "mem"),
      disk: numberAt(row, "maxdisk"),
      diskUsed: numberAt(row, "disk"),
      uptime: numberAt(row, "uptime"),
      ha: ha === "ignored" || ha === "unmanaged" ? null : ha,
      lock: wordsAt(row, "lock"),
      tags: (wordsAt(row, "tags") ?? "").split(/[;, ]+/).filter((tag) => tag !== ""),
      pool: wordsAt(row, "pool"),
    },
  ];
}

function storageOf(row: Fields, node: string): StorageRow[] {
  const name = wordsAt(row, "storage");
  if (name === null) return [];
  return [
    {
      name,
      node,
      status: wordsAt(row, "status") ?? "unknown",
      shared: flagAt(row, "shared") === true,
      type: wordsAt(row, "plugintype"),
      content: (wordsAt(row, "content") ?? "").split(",").filter((each) => each !== ""),
      capacity: numberAt(row, "maxdisk"),
      used: numberAt(row, "disk"),
    },
  ];
}

/** How the cluster stands; a node by itself has no cluster, and needs no quorum. */
export interface ClusterState {
  /** Null for a node by itself. */
  cluster: { name: string; quorate: boolean; nodes: number } | null;
  members: { name: string; online: boolean; address: string | null }[];
}

/** Reads `GET /cluster/status`. */
export function readClusterState(data: unknown): ClusterState {
  const state: ClusterState = { cluster: null, members: [] };
  for (const entry of listOf(data)) {
    const name = wordsAt(entry, "name");
    if (name === null) continue;
    if (wordsAt(entry, "type") === "cluster") {
      const quorate = flagAt(entry, "quorate") === true;
      state.cluster = { name, quorate, nodes: numberAt(entry, "nodes") ?? 0 };
    } else if (wordsAt(entry, "type") === "node" && nodeName.test(name)) {
      state.members.push({ name, online: flagAt(entry, "online") === true, address: wordsAt(entry, "ip") });
    }
  }
  return state;
}

/** A guest as HA looks after it. */
export interface HaService {
  /** Such as `vm:100`. */
  sid: string;
  state: string;
  wanted: string | null;
  node: string | null;
}

/** What HA does: on which node its manager runs, how each node's part stands, and each guest's service. */
export interface HaState {
  master: string | null;
  /** By node. */
  local: Map<string, string>;
  maintenance: Set<string>;
  /** By VMID. */
  services: Map<number, HaService>;
}

/** Reads `GET /cluster/ha/status/current`. */
export function readHaState(data: unknown): HaState {
  const ha: HaState = { master: null, local: new Map(), maintenance: new Set(), services: new Map() };
  for (const entry of listOf(data)) {
    const node = wordsAt(entry, "node");
    const status = printable(wordsAt(entry, "status") ?? "");
    switch (wordsAt(entry, "type")) {
      case "master":
        ha.master = node;
        break;
      case "lrm":
        if (node === null) break;
        // The words say the node first: `pve-1 (maintenance mode, …)`.
        ha.local.set(node, /\(([^,)]*)/.exec(status)?.[1] ?? status);
        if (/maintenance/.test(status)) ha.maintenance.add(node);
        break;
      case "service": {
        const sid = wordsAt(entry, "sid") ?? "";
        const id = /^(?:vm|ct):(\d{1,9})$/.exec(sid)?.[1];
        const state = wordsAt(entry, "state") ?? wordsAt(entry, "crm_state");
        if (id === undefined || state === null) break;
        ha.services.set(Number(id), { sid, state, wanted: wordsAt(entry, "request_state"), node });
        break;
      }
    }
  }
  return ha;
}

/** What a node says of itself. */
export interface NodeDetails {
  version: string | null;
  kernel: string | null;
  processor: string | null;
  /** Physical ones, and the threads that they have. */
  cores: number | null;
  sockets: number | null;
  threads: number | null;
  memory: number | null;
  bootedAt: number | null;
  load: number[];
  rootUsed: number | null;
  swapUsed: number | null;
}

/** Reads `GET /nodes/{node}/status`; `now` by its own clock in epoch milliseconds, since it says how long it has run. */
export function readNodeDetails(data: unknown, now: number): NodeDetails {
  const status = fieldsOf(data);
  const cpu = fieldsOf(status?.cpuinfo);
  const uptime = numberAt(status, "uptime");
  const share = (fields: Fields | null) => {
    const [used, total] = [numberAt(fields, "used"), numberAt(fields, "total")];
    return used !== null && total !== null && total > 0 ? Math.round((used / total) * 1000) / 10 : null;
  };
  return {
    // `pve-manager/9.0.3/a1b2c3d4…`: the last part is a commit.
    version: wordsAt(status, "pveversion")?.replace(/^pve-manager\/([^/]+)\/.*$/, "Proxmox VE $1") ?? null,
    kernel: wordsAt(fieldsOf(status?.["current-kernel"]), "release") ?? wordsAt(status, "kversion"),
    processor: wordsAt(cpu, "model"),
    // `cores` are those of all sockets together, `cpus` the threads.
    cores: numberAt(cpu, "cores"),
    sockets: numberAt(cpu, "sockets"),
    threads: numberAt(cpu, "cpus"),
    memory: numberAt(fieldsOf(status?.memory), "total"),
    // To ten seconds: told anew with each reading it would seem another moment each time.
    bootedAt: uptime === null ? null : Math.round((now - uptime * 1000) / 10_000) * 10_000,
    load: Array.isArray(status?.loadavg)
      ? status.loadavg
          .slice(0, 3)
          .map(Number)
          .filter((each) => Number.isFinite(each))
      : [],
    rootUsed: share(fieldsOf(status?.rootfs)),
    swapUsed: share(fieldsOf(status?.swap)),
  };
}

/** A job that copies a guest's disks to another node, with how it went. */
export interface ReplicationJob {
  id: string;
  guest: number;
  source: string | null;
  target: string;
  schedule: string | null;
  disabled: boolean;
  run: {
    lastAt: number | null;
    triedAt: number | null;
    nextAt: number | null;
    seconds: number | null;
    failures: number;
    error: string | null;
  } | null;
}

/** Reads `GET /cluster/replication`, and what each node says of its jobs (`GET /nodes/{node}/replication`). */
export function readReplication(jobs: unknown, told: readonly unknown[]): ReplicationJob[] {
  const runs = new Map(told.flatMap(listOf).map((run) => [wordsAt(run, "id") ?? "", run]));
  return listOf(jobs).flatMap((job) => {
    const id = wordsAt(job, "id");
    const guest = numberAt(job, "guest") ?? Number(/^(\d{1,9})-/.exec(id ?? "")?.[1] ?? Number.NaN);
    const target = wordsAt(job, "target");
    if (id === null || target === null || !Number.isInteger(guest)) return [];
    const run = runs.get(id);
    return [
      {
        id,
        guest,
        source: wordsAt(run, "source") ?? wordsAt(job, "source"),
        target,
        // Every quarter of an hour where nothing is said (pvesr).
        schedule: wordsAt(job, "schedule") ?? "*/15",
        disabled: flagAt(job, "disable") === true,
        run: run
          ? {
              lastAt: momentAt(run, "last_sync"),
              triedAt: momentAt(run, "last_try"),
              nextAt: momentAt(run, "next_sync"),
              seconds: numberAt(run, "duration"),
              failures: numberAt(run, "fail_count") ?? 0,
              error: printable(wordsAt(run, "error") ?? "") || null,
            }
          : null,
      },
    ];
  });
}

/** A backup in a storage. */
export interface Backup {
  volume: string;
  guest: number;
  kind: GuestKind | null;
  madeAt: number | null;
  size: number | null;
  notes: string | null;
  protected: boolean;
  verified: "ok" | "failed" | null;
}

/** Reads the backups of `GET /nodes/{node}/storage/{storage}/content`. */
export function readBackups(data: unknown): Backup[] {
  return listOf(data).flatMap((entry) => {
    const volume = wordsAt(entry, "volid");
    const guest = numberAt(entry, "vmid");
    if (volume === null || guest === null || (wordsAt(entry, "content") ?? "backup") !== "backup") return [];
    const said = wordsAt(entry, "subtype") ?? volume;
    const state = wordsAt(fieldsOf(entry.verification), "state");
    return [
      {
        volume,
        guest,
        kind: /qemu/.test(said) ? "qemu" : /lxc|openvz/.test(said) ? "lxc" : null,
        madeAt: momentAt(entry, "ctime"),
        size: numberAt(entry, "size"),
        notes: printable(wordsAt(entry, "notes") ?? "") || null,
        protected: flagAt(entry, "protected") === true,
        verified: state === "ok" || state === "failed" ? state : null,
      },
    ];
  });
}

/** A task as the far side lists it; times in epoch milliseconds, null where it goes on. */
export interface TaskRow {
  upid: Upid;
  endedAt: number | null;
  /** `OK`, `WARNINGS: 2`, or why it failed; null where it goes on. */
  status: string | null;
}

/** Reads `GET /cluster/tasks` and `GET /nodes/{node}/tasks`. */
export function readTasks(data: unknown): TaskRow[] {
  return listOf(data).flatMap((entry) => {
    const upid = readUpid(wordsAt(entry, "upid") ?? "");
    if (!upid) return [];
    const endedAt = momentAt(entry, "endtime");
    return [{ upid, endedAt, status: endedAt === null ? null : printable(wordsAt(entry, "status") ?? "") }];
  });
}

/** How the status of a task that has ended is to be taken. */
export function endOf(status: string): "done" | "warned" | "failed" | "unknown" {
  if (status === "OK") return "done";
  if (/^WARNINGS: \d+$/.test(status)) return "warned";
  // A worker that was killed leaves nothing behind that says how far it came.
  return status === "" || status === "unexpected status" ? "unknown" : "failed";
}
