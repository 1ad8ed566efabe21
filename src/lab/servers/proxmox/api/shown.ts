import type { Guest, VirtualHost, VirtualStorage } from "../../../world/virtual/model.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import { lockOf } from "../cluster/fault-words.ts";
import { contentsOf } from "../cluster/storages.ts";
import type { PveTask } from "../cluster/tasks.ts";

/** Bytes of a node's own root file system. */
const rootBytes = 94 * 1024 ** 3;

/** A share between 0 and 1 that swings slowly, so that a curve has something to show. */
export function swing(seed: string, now: number, low: number, high: number): number {
  let phase = 0;
  for (const character of seed) phase = (phase * 31 + (character.codePointAt(0) ?? 0)) % 997;
  return low + (high - low) * (0.5 + 0.5 * Math.sin(now / 97_000 + phase));
}

/** Whole seconds since a moment; nothing while it has not come. */
export function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, Math.floor((now - at) / 1000));
}

/** The figures of a node that several calls show. */
export function nodeFigures(cluster: PveCluster, host: VirtualHost) {
  const now = cluster.now();
  const memory = cluster.virtual.memoryOf(host.id);
  const given = cluster.virtual.memoryGiven(host.id);
  return {
    cpu: swing(host.id, now, 0.03, 0.4),
    maxcpu: host.threads,
    mem: Math.min(memory, Math.round(2 * 1024 ** 3 + given * 0.8)),
    maxmem: memory,
    disk: Math.round(rootBytes * 0.11),
    maxdisk: rootBytes,
    uptime: secondsSince(host.bootedAt, now),
  };
}

/** A guest's line in the lists of its node; `full` as the cluster's list has it. */
export function shownGuest(cluster: PveCluster, guest: Guest): Record<string, unknown> {
  const { virtual } = cluster;
  const now = cluster.now();
  const lives = virtual.isReachable(guest.host);
  const runs = lives && guest.power !== "off" && !isOnDisk(cluster, guest);
  const lock = lockOf(guest, virtual.tasks) ?? (isOnDisk(cluster, guest) ? "suspended" : null);
  const tags = cluster.configs.option(guest, "tags");
  const [disk] = guest.disks;
  return {
    vmid: Number(guest.key),
    name: guest.name,
    status: lives ? (runs ? "running" : "stopped") : "unknown",
    ...(guest.template ? { template: 1 } : {}),
    ...(tags ? { tags } : {}),
    ...(lock ? { lock } : {}),
    maxmem: guest.memory,
    mem: runs ? Math.round(guest.memory * swing(guest.id, now, 0.3, 0.8)) : 0,
    maxdisk: disk?.bytes ?? 0,
    disk: guest.kind === "container" && runs ? (disk?.used ?? 0) : 0,
    cpu: runs && guest.power === "on" ? swing(guest.id, now, 0.01, 0.5) : 0,
    uptime: runs ? secondsSince(guest.bootedAt, now) : 0,
    netin: runs ? Math.round(secondsSince(guest.bootedAt, now) * 4_000) : 0,
    netout: runs ? Math.round(secondsSince(guest.bootedAt, now) * 2_500) : 0,
    diskread: 0,
    diskwrite: 0,
  };
}

/** Whether a guest's memory was written to disk, so that nothing of it runs. */
export function isOnDisk(cluster: PveCluster, guest: Guest): boolean {
  return guest.power === "suspended" && cluster.operations.isOnDisk(guest);
}

/** A storage's line in the lists of a node. */
export function shownStorage(cluster: PveCluster, storage: VirtualStorage): Record<string, unknown> {
  const { bytes, used, accessible } = cluster.virtual.storageOf(storage.id);
  return {
    storage: storage.key,
    type: storage.type,
    content: contentsOf(storage).join(","),
    shared: storage.shared ? 1 : 0,
    enabled: 1,
    active: accessible ? 1 : 0,
    total: accessible ? Math.round(bytes) : 0,
    used: accessible ? used : 0,
    avail: accessible ? Math.max(0, Math.round(bytes) - used) : 0,
    ...(accessible ? { used_fraction: bytes === 0 ? 0 : used / bytes } : {}),
  };
}

/** A task's line in a list. Times in epoch seconds. */
export function shownTask(task: PveTask): Record<string, unknown> {
  const [user, token] = task.user.split("!");
  return {
    upid: task.upid,
    node: task.node,
    pid: task.pid,
    pstart: task.processStart,
    starttime: Math.floor(task.startedAt / 1000),
    type: task.type,
    id: task.id,
    user: task.user,
    ...(token === undefined ? {} : { tokenid: token, user }),
    ...(task.endedAt === null ? {} : { endtime: Math.floor(task.endedAt / 1000) }),
    ...(task.exit === null ? {} : { status: task.exit }),
  };
}
