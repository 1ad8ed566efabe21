import type { Call, Route } from "./call.ts";
import { folder } from "./call.ts";
import { died } from "./failure.ts";
import { formats, needed, optional } from "./parameters.ts";
import { nodeFigures, shownGuest, shownStorage, shownTask } from "./shown.ts";

const audit = { path: "/", all: ["Sys.Audit"] } as const;
const firstKey = 100;
const lastKey = 999_999_999;

function resources({ cluster, values }: Call): unknown[] {
  const { virtual, highAvailability } = cluster;
  const type = values.get("type");
  const wants = (...types: string[]) => type === null || types.includes(type);
  const found: unknown[] = [];
  if (wants("vm")) {
    for (const guest of cluster.guests) {
      const kind = guest.kind === "vm" ? "qemu" : "lxc";
      found.push({
        ...shownGuest(cluster, guest),
        id: `${kind}/${guest.key}`,
        type: kind,
        node: virtual.host(guest.host).name,
        template: guest.template ? 1 : 0,
        maxcpu: guest.vcpus,
        ...(highAvailability.of(guest) ? { hastate: highAvailability.stateOf(guest) } : {}),
      });
    }
  }
  if (wants("node")) {
    for (const host of cluster.hosts) {
      const isUp = virtual.isReachable(host.id);
      found.push({
        id: `node/${host.name}`,
        type: "node",
        node: host.name,
        status: isUp ? "online" : "offline",
        level: "",
        "cgroup-mode": 2,
        ...(isUp ? nodeFigures(cluster, host) : {}),
      });
    }
  }
  if (wants("storage")) {
    for (const host of cluster.hosts) {
      const isUp = virtual.isReachable(host.id);
      for (const storage of cluster.storages.filter(({ hosts }) => hosts.includes(host.id))) {
        const { type: plugin, content, shared, total, used, active } = shownStorage(cluster, storage);
        found.push({
          id: `storage/${host.name}/${storage.key}`,
          type: "storage",
          node: host.name,
          storage: storage.key,
          plugintype: plugin,
          content,
          shared,
          status: isUp && active === 1 ? "available" : "unknown",
          ...(isUp ? { disk: used, maxdisk: total } : {}),
        });
      }
    }
  }
  if (wants("sdn")) {
    for (const host of cluster.hosts) {
      found.push({
        id: `sdn/${host.name}/localnetwork`,
        type: "sdn",
        node: host.name,
        sdn: "localnetwork",
        status: virtual.isReachable(host.id) ? "ok" : "unknown",
      });
    }
  }
  return found;
}

function status({ cluster, host: serving }: Call): unknown[] {
  return [
    {
      type: "cluster",
      id: "cluster",
      name: cluster.name,
      version: cluster.hosts.length,
      nodes: cluster.hosts.length,
      quorate: cluster.isQuorate ? 1 : 0,
    },
    ...cluster.hosts.map((host, at) => ({
      type: "node",
      id: `node/${host.name}`,
      name: host.name,
      nodeid: at + 1,
      ip: host.address,
      online: cluster.virtual.isReachable(host.id) ? 1 : 0,
      local: host === serving ? 1 : 0,
      level: "",
    })),
  ];
}

/** The tasks that the cluster's nodes tell each other of: those that run, and the last that are over. */
function tasks({ cluster }: Call): unknown[] {
  return cluster.tasks.all
    .sort((one, other) => other.startedAt - one.startedAt)
    .slice(0, 200)
    .map(shownTask);
}

function log({ cluster, values }: Call): unknown[] {
  const lines = cluster.hosts.flatMap((host) =>
    cluster.logs.of(host).map(({ at, unit, line }, index) => ({
      uid: index + 1,
      id: `${index + 1}:${host.name}`,
      time: Math.floor(at / 1000),
      node: host.name,
      pid: 1_200,
      user: "root@pam",
      tag: unit,
      pri: 6,
      msg: line.slice(line.indexOf(": ") + 2),
    })),
  );
  return lines.sort((one, other) => other.time - one.time).slice(0, values.number("max") ?? 50);
}

function nextId({ cluster, values }: Call): string {
  const wished = values.get("vmid");
  if (wished === null) return String(cluster.freeKey(firstKey));
  if (cluster.find(wished)) throw died(`VM ${wished} already exists`);
  return wished;
}

function replicationJobs({ cluster }: Call): unknown[] {
  return cluster.replication.all.map((job, at) => {
    const guest = cluster.virtual.guest(job.guest);
    return {
      id: job.id,
      type: "local",
      guest: Number(guest.key),
      jobnum: Number(job.id.split("-")[1] ?? at),
      source: cluster.virtual.host(guest.host).name,
      target: cluster.virtual.host(job.target).name,
      schedule: `*/${job.every}`,
      ...(job.isDisabled ? { disable: 1 } : {}),
    };
  });
}

export const clusterRoutes: Route[] = [
  folder(
    "/cluster",
    "replication",
    "config",
    "ha",
    "log",
    "resources",
    "tasks",
    "options",
    "status",
    "nextid",
  ),
  {
    method: "GET",
    path: "/cluster/resources",
    need: "user",
    parameters: { type: optional.choice("vm", "storage", "node", "sdn") },
    answer: (call) => (call.caller.privileges.has("VM.Audit") ? resources(call) : []),
  },
  { method: "GET", path: "/cluster/status", need: audit, answer: status },
  { method: "GET", path: "/cluster/tasks", need: "user", answer: tasks },
  {
    method: "GET",
    path: "/cluster/log",
    need: { path: "/", any: ["Sys.Syslog", "Sys.Audit"] },
    parameters: { max: optional.integer({ minimum: 1 }) },
    answer: log,
  },
  {
    method: "GET",
    path: "/cluster/nextid",
    need: "user",
    parameters: {
      vmid: optional.integer({ minimum: firstKey, maximum: lastKey, format: formats.guest }),
    },
    answer: nextId,
  },
  {
    method: "GET",
    path: "/cluster/options",
    need: "user",
    answer: () => ({
      keyboard: "en-us",
      migration: { type: "secure" },
      ha: { shutdown_policy: "conditional" },
    }),
  },
  {
    method: "GET",
    path: "/cluster/config/nodes",
    need: audit,
    answer: ({ cluster }) =>
      cluster.hosts.map((host, at) => ({
        node: host.name,
        name: host.name,
        nodeid: String(at + 1),
        quorum_votes: "1",
        ring0_addr: host.address,
      })),
  },
  // None of the lab's clusters has a QDevice: a node without one says nothing of it.
  { method: "GET", path: "/cluster/config/qdevice", need: audit, answer: () => ({}) },
  {
    method: "GET",
    path: "/cluster/backup",
    need: audit,
    answer: ({ cluster }) => [
      {
        id: "backup-nightly",
        type: "vzdump",
        enabled: 1,
        schedule: "03:00",
        storage: "backup",
        mode: "snapshot",
        compress: "zstd",
        all: 1,
        "prune-backups": { "keep-daily": "7" },
        "next-run": Math.floor((Math.floor(cluster.now() / 86_400_000) + 1) * 86_400 + 3 * 3_600),
      },
    ],
  },
  { method: "GET", path: "/cluster/replication", need: "user", answer: replicationJobs },
  {
    method: "GET",
    path: "/cluster/replication/{id}",
    need: audit,
    parameters: { id: needed.text({ maxLength: 32 }) },
    answer: (call) => {
      const id = call.values.text("id");
      const found = replicationJobs(call).find((job) => (job as { id: string }).id === id);
      if (!found) throw died(`no such replication job '${id}'`);
      return found;
    },
  },
];
