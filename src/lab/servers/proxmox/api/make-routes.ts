import type { Guest, VirtualHost } from "../../../world/virtual/model.ts";
import { namedArchive } from "../cluster/backups.ts";
import { failureWords } from "../cluster/fault-words.ts";
import type { Call, Route } from "./call.ts";
import { died, Failure, wrongParameters } from "./failure.ts";
import { folders, guestRoute, kinds, onGuest } from "./guest-path.ts";
import { checkCloudInit, machineOptions } from "./option-checks.ts";
import { formats, needed, optional, parts } from "./parameters.ts";

/** Throws a Failure 500 when a number is taken. */
function requireFree({ cluster }: Call, key: string): void {
  const taken = cluster.find(key);
  if (!taken) return;
  const kind = taken.kind === "vm" ? "VM" : "CT";
  throw died(`unable to create ${kind} ${key}: config file already exists`);
}

/** Makes a guest of an archive: a new one, or in the place of one with `force`. */
function restore(call: Call, kind: Guest["kind"], volume: string): string {
  const { cluster, host, values, caller } = call;
  const key = values.text("vmid");
  const archive = namedArchive(cluster, host, volume);
  if (archive.guest.kind !== kind) throw died(`archive '${volume}' is not of that type of guest`);
  const former = cluster.find(key);
  if (former && !values.flag("force")) {
    throw died(
      `unable to restore VM ${key} - VM ${key} already exists on node '${cluster.virtual.host(former.host).name}'`,
    );
  }
  if (former && former.host !== host.id) {
    throw died(
      `unable to restore VM ${key} - VM ${key} already exists on node '${cluster.virtual.host(former.host).name}'`,
    );
  }
  if (former && former.kind !== kind) throw died(`unable to restore VM ${key} - it is of another type`);
  const storage = values.get("storage");
  return cluster.backups.restore(caller.name, {
    key,
    host,
    archive,
    storage: storage === null ? null : cluster.storage(host, storage),
    isUnique: values.flag("unique"),
    start: values.flag("start"),
    name: values.get("name") ?? values.get("hostname"),
  });
}

function createMachine(call: Call): string {
  const { values, cluster, host } = call;
  checkCloudInit(values);
  const archive = values.get("archive");
  if (archive !== null) return restore(call, "vm", archive);
  requireFree(call, values.text("vmid"));
  return make(
    call,
    "vm",
    host,
    cluster.storages.find(({ hosts, shared }) => shared && hosts.includes(host.id))?.id ?? null,
  );
}

/** An empty guest, off and with a small disk. */
function make(call: Call, kind: Guest["kind"], host: VirtualHost, shared: string | null): string {
  const { cluster, values, caller } = call;
  const { virtual } = cluster;
  const key = values.text("vmid");
  const wished = values.get("storage");
  const storage =
    wished !== null
      ? cluster.storage(host, wished).id
      : (shared ?? cluster.storages.find(({ hosts }) => hosts.includes(host.id))?.id ?? "");
  const pen = cluster.operations.openOn(host, kind === "vm" ? "qmcreate" : "vzcreate", key, caller.name);
  const id = `${cluster.cluster.id}/guest-${key}-${virtual.freshNumber()}`;
  const guest: Guest = {
    id,
    key,
    name: values.get("name") ?? values.get("hostname") ?? `${kind === "vm" ? "VM" : "CT"}${key}`,
    kind,
    cluster: cluster.cluster.id,
    host: host.id,
    power: "off",
    template: false,
    vcpus: values.number("cores") ?? 1,
    memory: Number((values.get("memory") ?? "512").replace("current=", "")) * 1024 ** 2,
    system: "Other Linux",
    guestTools: false,
    toolsSince: 0,
    address: null,
    uuid: virtual.random.uuid(),
    bootedAt: null,
    disks: [{ id: `${id}/disk-0`, storage, bytes: 8 * 1024 ** 3, used: 1024 ** 2 }],
    networks: [...virtual.networks.values()]
      .filter((network) => network.cluster === cluster.cluster.id)
      .map((network) => network.id),
    snapshots: [],
    current: null,
    highlyAvailable: false,
    pinnedBy: null,
    environment: cluster.cluster.environment,
    lockedBy: null,
  };
  const work = virtual.begin({
    name: "guest.create",
    target: host.id,
    by: caller.name,
    milliseconds: 2_000,
    finish: () => {
      virtual.addGuest(guest);
      cluster.configs.change(guest, new Map([...values.all].filter(([name]) => name in machineOptions)), []);
      return id;
    },
  });
  cluster.tasks.attach(pen, work, (fault) => (fault ? failureWords(fault, pen.task, guest) : null));
  return pen.task.upid;
}

function clone(guest: Guest, call: Call): string {
  const { cluster, values, caller } = call;
  const { virtual } = cluster;
  const key = values.text("newid");
  requireFree(call, key);
  const target = values.get("target");
  const host = target === null ? virtual.host(guest.host) : cluster.host(target);
  const isLocal = guest.disks.some(({ storage }) => !virtual.storage(storage).shared);
  if (host.id !== guest.host && isLocal)
    throw died(`Can't clone VM to node '${host.name}' (VM uses local storage)`);
  const isFull = !guest.template || values.flag("full");
  const storage = values.get("storage");
  if (storage !== null && !isFull)
    throw wrongParameters({ storage: "parameter 'storage' not allowed for linked clones" });
  if (guest.power !== "off" && guest.kind === "container")
    throw died("Cannot do full clones on a running container without snapshots");
  const name =
    values.get("name") ??
    values.get("hostname") ??
    `Copy-of-${guest.kind === "vm" ? "VM" : "CT"}-${guest.name}`;
  const pen = cluster.operations.open(guest, "clone", caller.name);
  pen.say(`create ${isFull ? "full" : "linked"} clone of drive scsi0 (${guest.key})`);
  const options = new Map(cluster.configs.optionsOf(guest));
  options.delete("onboot");
  const description = values.get("description");
  if (description !== null) options.set("description", description);
  const id = `${cluster.cluster.id}/guest-${key}-${virtual.freshNumber()}`;
  return cluster.operations.work(
    guest,
    pen,
    () =>
      virtual.cloneGuest(guest.id, caller.name, {
        id,
        key,
        name,
        host: host.id,
        ...(storage === null ? {} : { storage: cluster.storage(host, storage).id }),
      }),
    {
      onEnd: (_fault, words) => {
        const made = virtual.guests.get(id);
        if (words === null && made) {
          made.highlyAvailable = false;
          cluster.configs.change(made, options, []);
        }
        return words;
      },
    },
  );
}

function destroy(guest: Guest, { cluster, caller, values }: Call): string {
  const kind = guest.kind === "vm" ? "VM" : "CT";
  if (cluster.configs.option(guest, "protection") === "1") {
    throw died(`can't remove ${kind} ${guest.key} - protection mode enabled`);
  }
  if (guest.power !== "off") throw died(`${kind} ${guest.key} is running - destroy failed`);
  const resource = cluster.highAvailability.of(guest);
  if (resource && !values.flag("purge")) {
    throw died(`unable to remove ${kind} ${guest.key} - used in HA resources and purge parameter not set.`);
  }
  if (cluster.replication.all.some((job) => job.guest === guest.id) && !values.flag("purge")) {
    throw died(
      `unable to remove ${kind} ${guest.key} - used in replication jobs and purge parameter not set.`,
    );
  }
  if (resource) cluster.highAvailability.remove(guest);
  return cluster.operations.destroy(guest, caller.name);
}

const create = { path: "/vms/{vmid}", all: ["VM.Allocate"] } as const;
const restoring = {
  force: optional.flag(),
  storage: optional.text({ format: formats.storage }),
  unique: optional.flag(),
  start: optional.flag(),
  pool: optional.text(),
  bwlimit: optional.number({ minimum: 0 }),
};
const placed = { node: parts.node, vmid: parts.guest };

export const makeRoutes: Route[] = [
  {
    method: "POST",
    path: "/nodes/{node}/qemu",
    need: create,
    parameters: {
      ...placed,
      ...restoring,
      archive: optional.text({ maxLength: 255 }),
      "live-restore": optional.flag(),
      ...machineOptions,
    },
    answer: createMachine,
  },
  {
    method: "POST",
    path: "/nodes/{node}/lxc",
    need: create,
    parameters: {
      ...placed,
      ...restoring,
      ostemplate: needed.text({ maxLength: 255 }),
      restore: optional.flag(),
      hostname: optional.text({ maxLength: 255 }),
      "ignore-unpack-errors": optional.flag(),
      unprivileged: optional.flag(),
      rootfs: optional.text(),
      cores: optional.integer({ minimum: 1 }),
      memory: optional.integer({ minimum: 16 }),
      description: optional.text(),
    },
    answer: (call) => {
      if (call.values.flag("restore")) return restore(call, "container", call.values.text("ostemplate"));
      throw new Failure(500, `volume '${call.values.text("ostemplate").slice(0, 100)}' does not exist`);
    },
  },
  ...kinds.map((kind) =>
    guestRoute(kind, {
      method: "DELETE",
      path: "",
      need: onGuest("VM.Allocate"),
      parameters: {
        purge: optional.flag(),
        "destroy-unreferenced-disks": optional.flag(),
        ...(kind === "vm" ? { skiplock: optional.flag() } : { force: optional.flag() }),
      },
      answer: destroy,
    }),
  ),
  ...kinds.map((kind) =>
    guestRoute(kind, {
      method: "POST",
      path: "/clone",
      need: onGuest("VM.Clone"),
      parameters: {
        newid: parts.guest,
        [kind === "vm" ? "name" : "hostname"]: optional.text({ format: formats.dnsName }),
        description: optional.text(),
        pool: optional.text(),
        snapname: optional.text({ maxLength: 40 }),
        storage: optional.text({ format: formats.storage }),
        full: optional.flag(),
        target: optional.text({ format: formats.node }),
        bwlimit: optional.number({ minimum: 0 }),
        ...(kind === "vm" ? { format: optional.choice("raw", "qcow2", "vmdk") } : {}),
      },
      answer: clone,
    }),
  ),
  ...kinds.map((kind) =>
    guestRoute(kind, {
      method: "POST",
      path: "/template",
      need: onGuest("VM.Allocate"),
      ...(kind === "vm" ? { parameters: { disk: optional.text() } } : {}),
      answer: (guest, { cluster, caller }) => {
        if (guest.snapshots.length > 0)
          throw died(
            `unable to create template, because ${folders[guest.kind] === "qemu" ? "VM" : "CT"} contains snapshots`,
          );
        const upid = cluster.operations.makeTemplate(guest, caller.name);
        return guest.kind === "vm" ? upid : null;
      },
    }),
  ),
];
