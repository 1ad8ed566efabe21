import type { Guest } from "../../../world/virtual/model.ts";
import { type Call, folder, type Route } from "./call.ts";
import { died } from "./failure.ts";
import { needed, optional, parts } from "./parameters.ts";
import { nodeFigures, shownGuest, swing } from "./shown.ts";
import { numbered } from "./task-routes.ts";

const audit = { path: "/nodes/{node}", all: ["Sys.Audit"] } as const;
const syslog = { path: "/nodes/{node}", all: ["Sys.Syslog"] } as const;
const power = { path: "/nodes/{node}", all: ["Sys.PowerMgmt"] } as const;

function status({ cluster, host }: Call): unknown {
  const { cpu, mem, maxmem, disk, maxdisk, uptime } = nodeFigures(cluster, host);
  const kernel = cluster.major >= 9 ? "6.14.8-2-pve" : "6.8.12-9-pve";
  const load = (share: number) => (host.threads * swing(host.id, cluster.now(), 0.02, share)).toFixed(2);
  return {
    uptime,
    cpu,
    wait: 0.001,
    idle: 0,
    loadavg: [load(0.3), load(0.25), load(0.2)],
    kversion: `Linux ${kernel} #1 SMP PREEMPT_DYNAMIC`,
    "current-kernel": {
      sysname: "Linux",
      release: kernel,
      version: "#1 SMP PREEMPT_DYNAMIC",
      machine: "x86_64",
    },
    "boot-info": { mode: "efi", secureboot: 0 },
    pveversion: `pve-manager/${cluster.version}/a1b2c3d4e5f60718`,
    cpuinfo: {
      model: host.processorModel,
      sockets: host.sockets,
      cores: host.cores,
      cpus: host.threads,
      mhz: "3200.000",
      hvm: "1",
      user_hz: 100,
      flags: "fpu vme de pse tsc msr",
    },
    memory: {
      total: maxmem,
      used: mem,
      free: maxmem - mem,
      ...(cluster.major >= 9 ? { available: maxmem - mem } : {}),
    },
    swap: { total: 8 * 1024 ** 3, used: 0, free: 8 * 1024 ** 3 },
    rootfs: { total: maxdisk, used: disk, free: maxdisk - disk, avail: maxdisk - disk },
    ksm: { shared: 0 },
  };
}

/** Goes down in order; what runs on it goes down with it. */
function command({ cluster, host, values, caller }: Call): null {
  const then = values.text("command") === "reboot" ? ("reboot" as const) : ("off" as const);
  cluster.logs.write(
    host,
    "systemd-logind[812]",
    `The system will ${then === "reboot" ? "reboot" : "power off"} now!`,
  );
  if (then === "off") cluster.highAvailability.recover(host);
  const by = caller.name;
  if (then === "reboot") cluster.virtual.rebootHost(host.id, by, true);
  else cluster.virtual.shutDownHost(host.id, by, true);
  return null;
}

/** The guests that a bulk call means: those named, or all of the node but templates. */
function meant({ cluster, host, values }: Call): Guest[] {
  const named = values.get("vms")?.split(/[,;\s]+/);
  return cluster.virtual
    .guestsOn(host.id)
    .filter((guest) => !guest.template && (named === undefined || named.includes(guest.key)));
}

const bulk = { vms: optional.text(), "max-workers": optional.integer({ minimum: 0, maximum: 64 }) };

function journal({ cluster, host, values }: Call): string[] {
  const since = values.number("since") ?? 0;
  const until = values.number("until") ?? Number.MAX_VALUE;
  const lines = cluster.logs.of(host).filter(({ at }) => at / 1000 >= since && at / 1000 <= until);
  const last = values.number("lastentries");
  // The first and the last line are where a reader goes on from.
  const kept = last === null ? lines : lines.slice(-last);
  return [
    `s=lab;i=${lines.length - kept.length}`,
    ...kept.map(({ line }) => line),
    `s=lab;i=${lines.length}`,
  ];
}

function interfaces({ cluster, host, values }: Call): unknown[] {
  const type = values.get("type");
  const bridges = [...cluster.virtual.networks.values()].filter(
    ({ cluster: of }) => of === cluster.cluster.id,
  );
  return [
    { iface: "eno1", type: "eth", active: 1, exists: 1, autostart: 0, method: "manual", priority: 2 },
    ...bridges.map(({ key }, at) => ({
      iface: key,
      type: "bridge",
      active: 1,
      autostart: 1,
      method: "static",
      address: host.address,
      netmask: "24",
      cidr: `${host.address}/24`,
      bridge_ports: "eno1",
      bridge_stp: "off",
      bridge_fd: "0",
      priority: 3 + at,
    })),
  ].filter(
    (entry) => type === null || entry.type === type || (type === "any_bridge" && entry.type === "bridge"),
  );
}

function replications({ cluster, host, values }: Call): unknown[] {
  cluster.replication.catchUp();
  const guest = values.get("guest");
  return cluster.replication.all
    .map((job) => ({ job, guest: cluster.virtual.guest(job.guest) }))
    .filter(({ guest: of }) => of.host === host.id && (guest === null || of.key === guest))
    .map(({ job, guest: of }) => ({
      id: job.id,
      type: "local",
      guest: Number(of.key),
      vmtype: of.kind === "vm" ? "qemu" : "lxc",
      jobnum: Number(job.id.split("-")[1] ?? 0),
      source: host.name,
      target: cluster.virtual.host(job.target).name,
      schedule: `*/${job.every}`,
      last_try: Math.floor(job.lastTry / 1000),
      last_sync: Math.floor(job.lastSync / 1000),
      next_sync: Math.floor(job.lastTry / 1000) + job.every * 60,
      duration: job.duration,
      fail_count: job.failures,
      ...(job.error === null ? {} : { error: job.error }),
    }));
}

export const nodeRoutes: Route[] = [
  {
    method: "GET",
    path: "/nodes",
    need: "user",
    answer: ({ cluster }) =>
      cluster.hosts.map((host) => {
        const isUp = cluster.virtual.isReachable(host.id);
        return {
          node: host.name,
          id: `node/${host.name}`,
          type: "node",
          status: isUp ? "online" : "offline",
          level: "",
          ssl_fingerprint: cluster.fingerprints.get(host.name) ?? "",
          ...(isUp ? nodeFigures(cluster, host) : {}),
        };
      }),
  },
  folder(
    "/nodes/{node}",
    "qemu",
    "lxc",
    "storage",
    "tasks",
    "status",
    "replication",
    "network",
    "vzdump",
    "version",
    "time",
  ),
  { method: "GET", path: "/nodes/{node}/status", need: audit, answer: status },
  {
    method: "POST",
    path: "/nodes/{node}/status",
    need: power,
    isWithoutQuorum: true,
    parameters: { node: parts.node, command: { ...needed.text(), choices: ["reboot", "shutdown"] } },
    answer: command,
  },
  {
    method: "GET",
    path: "/nodes/{node}/time",
    need: audit,
    // The lab's schedules are those of UTC.
    answer: ({ cluster }) => {
      const time = Math.floor(cluster.now() / 1000);
      return { timezone: "UTC", time, localtime: time };
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/version",
    need: "user",
    answer: ({ cluster: { version } }) => ({
      version,
      release: version.split(".").slice(0, 2).join("."),
      repoid: "a1b2c3d4e5f60718",
    }),
  },
  {
    method: "GET",
    path: "/nodes/{node}/qemu",
    need: "user",
    parameters: { node: parts.node, full: optional.flag() },
    answer: (call) => guestsOf(call, "vm"),
  },
  { method: "GET", path: "/nodes/{node}/lxc", need: "user", answer: (call) => guestsOf(call, "container") },
  {
    method: "GET",
    path: "/nodes/{node}/network",
    need: "user",
    parameters: { node: parts.node, type: optional.text() },
    answer: interfaces,
  },
  {
    method: "GET",
    path: "/nodes/{node}/journal",
    need: syslog,
    parameters: {
      node: parts.node,
      since: optional.integer({ minimum: 0 }),
      until: optional.integer({ minimum: 0 }),
      lastentries: optional.integer({ minimum: 0 }),
      startcursor: optional.text(),
      endcursor: optional.text(),
    },
    answer: journal,
  },
  {
    method: "GET",
    path: "/nodes/{node}/syslog",
    need: syslog,
    parameters: {
      node: parts.node,
      start: optional.integer({ minimum: 0 }),
      limit: optional.integer({ minimum: 0 }),
      since: optional.text(),
      until: optional.text(),
      service: optional.text({ maxLength: 128 }),
    },
    answer: ({ cluster, host, values }) =>
      numbered(
        cluster.logs.of(host).map(({ line }) => line),
        values.number("start") ?? 0,
        values.number("limit") ?? 50,
      ),
  },
  {
    method: "GET",
    path: "/nodes/{node}/replication",
    need: "user",
    parameters: { node: parts.node, guest: optional.integer({ minimum: 100 }) },
    answer: replications,
  },
  {
    method: "GET",
    path: "/nodes/{node}/replication/{id}/status",
    need: "user",
    parameters: { node: parts.node, id: needed.text({ maxLength: 32 }) },
    answer: (call) => {
      const id = call.values.text("id");
      const found = replications(call).find((job) => (job as { id: string }).id === id);
      if (!found) throw died(`no such replication job '${id}'`);
      return found;
    },
  },
  {
    method: "POST",
    path: "/nodes/{node}/replication/{id}/schedule_now",
    need: { path: "/nodes/{node}", all: ["Sys.Console"] },
    parameters: { node: parts.node, id: needed.text({ maxLength: 32 }) },
    answer: ({ cluster, values }) => {
      const job = cluster.replication.find(values.text("id"));
      if (!job) throw died(`no such replication job '${values.text("id")}'`);
      cluster.replication.run(job, cluster.now());
      return null;
    },
  },
  {
    method: "POST",
    path: "/nodes/{node}/startall",
    need: { path: "/vms", all: ["VM.PowerMgmt"] },
    parameters: { node: parts.node, ...bulk, force: optional.flag() },
    answer: (call) => {
      const { cluster, caller, host } = call;
      const isWanted = (guest: Guest) =>
        guest.power === "off" &&
        (call.values.flag("force") || cluster.configs.option(guest, "onboot") === "1");
      return cluster.operations.each(host, "startall", caller.name, meant(call).filter(isWanted), (guest) =>
        cluster.operations.start(guest, caller.name),
      );
    },
  },
  {
    method: "POST",
    path: "/nodes/{node}/stopall",
    need: { path: "/vms", all: ["VM.PowerMgmt"] },
    parameters: {
      node: parts.node,
      ...bulk,
      "force-stop": optional.flag(),
      timeout: optional.integer({ minimum: 0, maximum: 7200 }),
    },
    answer: (call) => {
      const { cluster, caller, host, values } = call;
      const running = meant(call).filter(({ power: state }) => state === "on");
      return cluster.operations.each(host, "stopall", caller.name, running, (guest) =>
        cluster.operations.shutdown(guest, caller.name, {
          timeout: values.number("timeout"),
          forceStop: values.get("force-stop") === null || values.flag("force-stop"),
        }),
      );
    },
  },
  {
    method: "POST",
    path: "/nodes/{node}/migrateall",
    need: { path: "/vms", all: ["VM.Migrate"] },
    parameters: {
      node: parts.node,
      target: parts.node,
      ...bulk,
      maxworkers: optional.integer({ minimum: 1 }),
      "with-local-disks": optional.flag(),
    },
    answer: (call) => {
      const { cluster, caller, host, values } = call;
      const target = cluster.host(values.text("target"));
      if (target === host) throw died("target is local node.");
      return cluster.operations.each(host, "migrateall", caller.name, meant(call), (guest) =>
        cluster.migrations.begin(guest, caller.name, {
          host: target,
          isOnline: true,
          isRestart: true,
          withLocalDisks: values.flag("with-local-disks"),
        }),
      );
    },
  },
];

function guestsOf({ cluster, host, caller }: Call, kind: Guest["kind"]): unknown[] {
  if (!caller.privileges.has("VM.Audit")) return [];
  return cluster.virtual
    .guestsOn(host.id)
    .filter((guest) => guest.kind === kind)
    .map((guest) => ({
      ...shownGuest(cluster, guest),
      cpus: guest.vcpus,
      ...(kind === "container" ? { type: "lxc", maxswap: 512 * 1024 ** 2, swap: 0 } : {}),
    }));
}
