import type { Guest, VirtualStorage } from "../../../world/virtual/model.ts";
import type { Archive } from "../cluster/archives.ts";
import { namedArchive } from "../cluster/backups.ts";
import { contentsOf, formatOf, volumeOf } from "../cluster/storages.ts";
import { type Call, folder, type Route } from "./call.ts";
import { died, wrongParameters } from "./failure.ts";
import { needed, optional, parts } from "./parameters.ts";
import { shownStorage } from "./shown.ts";

const audit = { path: "/storage/{storage}", any: ["Datastore.Audit", "Datastore.AllocateSpace"] } as const;
const space = { path: "/storage/{storage}", any: ["Datastore.AllocateSpace", "Datastore.Allocate"] } as const;

function storageOf({ cluster, host, values }: Call): VirtualStorage {
  return cluster.storage(host, values.text("storage"));
}

/** Throws a Failure 500 while a storage cannot be reached. */
function requireOnline({ cluster }: Call, storage: VirtualStorage): void {
  if (!cluster.virtual.storageOf(storage.id).accessible) throw died(`storage '${storage.key}' is not online`);
}

function shownArchive(archive: Archive, storage: VirtualStorage): Record<string, unknown> {
  return {
    volid: `${storage.key}:${archive.name}`,
    content: "backup",
    ctime: Math.floor(archive.madeAt / 1000),
    format: /\.(vma|tar)(\.\w+)?$/.exec(archive.name)?.[0].slice(1) ?? "vma",
    size: archive.bytes,
    subtype: archive.guest.kind === "vm" ? "qemu" : "lxc",
    vmid: Number(archive.guest.key),
    ...(archive.notes ? { notes: archive.notes } : {}),
    ...(archive.isProtected ? { protected: 1 } : {}),
  };
}

function content(call: Call): unknown[] {
  const { cluster, values, host } = call;
  const storage = storageOf(call);
  requireOnline(call, storage);
  const wanted = values.get("content");
  const key = values.get("vmid");
  const volumes = cluster.guests.flatMap((guest) =>
    guest.disks.flatMap((disk, at) =>
      disk.storage === storage.id && (storage.shared || guest.host === host.id)
        ? [
            {
              volid: volumeOf(guest, at, storage),
              content: guest.kind === "vm" ? "images" : "rootdir",
              ctime: Math.floor((guest.bootedAt ?? cluster.now()) / 1000),
              format: formatOf(guest, storage),
              size: disk.bytes,
              vmid: Number(guest.key),
            },
          ]
        : [],
    ),
  );
  return [
    ...volumes,
    ...cluster.archives.on(storage.id).map((archive) => shownArchive(archive, storage)),
  ].filter(
    (entry) => (wanted === null || entry.content === wanted) && (key === null || String(entry.vmid) === key),
  );
}

function archiveOf(call: Call): { archive: Archive; storage: VirtualStorage } {
  const storage = storageOf(call);
  requireOnline(call, storage);
  const volume = call.values.text("volume");
  const name = volume.startsWith(`${storage.key}:`) ? volume : `${storage.key}:${volume}`;
  return { archive: namedArchive(call.cluster, call.host, name), storage };
}

const volume = { node: parts.node, storage: parts.storage, volume: needed.text() };

export const storageRoutes: Route[] = [
  {
    method: "GET",
    path: "/storage",
    need: "user",
    parameters: { type: optional.text() },
    answer: ({ cluster }) => {
      const byKey = new Map(cluster.storages.map((storage) => [storage.key, storage]));
      return [...byKey.values()].map((storage) => ({
        storage: storage.key,
        type: storage.type,
        content: contentsOf(storage).join(","),
        ...(storage.shared ? { shared: 1 } : {}),
      }));
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage",
    need: "user",
    parameters: {
      node: parts.node,
      storage: optional.text(),
      content: optional.text(),
      enabled: optional.flag(),
      target: optional.text(),
      format: optional.flag(),
    },
    answer: ({ cluster, host, values }) => {
      const wanted = values.get("content")?.split(",");
      const target = values.get("target");
      return cluster.storages
        .filter((storage) => storage.hosts.includes(host.id))
        .filter((storage) => !wanted || wanted.some((each) => contentsOf(storage).includes(each)))
        .filter(({ key }) => values.get("storage") === null || key === values.get("storage"))
        .filter(
          ({ key }) =>
            target === null ||
            cluster.storages.some((each) => each.key === key && each.hosts.includes(cluster.host(target).id)),
        )
        .map((storage) => shownStorage(cluster, storage));
    },
  },
  folder("/nodes/{node}/storage/{storage}", "content", "status"),
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/status",
    need: audit,
    answer: (call) => {
      const { storage: _key, used_fraction: _share, ...shown } = shownStorage(call.cluster, storageOf(call));
      return shown;
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/content",
    need: audit,
    parameters: {
      node: parts.node,
      storage: parts.storage,
      content: optional.text(),
      vmid: optional.integer({ minimum: 100 }),
    },
    answer: content,
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/content/{volume}",
    need: audit,
    parameters: volume,
    answer: (call) => {
      const { archive, storage } = archiveOf(call);
      const { size, format, notes } = shownArchive(archive, storage);
      return {
        path: `/mnt/pve/${storage.key}/dump/${archive.name.slice(7)}`,
        size,
        used: size,
        format,
        notes,
      };
    },
  },
  {
    method: "PUT",
    path: "/nodes/{node}/storage/{storage}/content/{volume}",
    need: space,
    parameters: { ...volume, notes: optional.text(), protected: optional.flag() },
    answer: (call) => {
      const { archive } = archiveOf(call);
      archive.notes = call.values.get("notes") ?? archive.notes;
      if (call.values.get("protected") !== null) archive.isProtected = call.values.flag("protected");
      return null;
    },
  },
  {
    method: "DELETE",
    path: "/nodes/{node}/storage/{storage}/content/{volume}",
    need: space,
    parameters: { ...volume, delay: optional.integer({ minimum: 1, maximum: 30 }) },
    answer: (call) => {
      const { archive, storage } = archiveOf(call);
      if (archive.isProtected) throw died(`can't remove archive '${archive.name}' - it is protected`);
      const pen = call.cluster.operations.openOn(call.host, "imgdel", archive.guest.key, call.caller.name);
      call.cluster.archives.remove(archive);
      call.cluster.virtual.changeUse([{ storage: storage.id, used: archive.bytes }], -1);
      pen.say(`Removed volume '${storage.key}:${archive.name}'`);
      pen.end(null);
      return pen.task.upid;
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/vzdump/defaults",
    need: "user",
    parameters: { node: parts.node, storage: optional.text() },
    answer: () => ({ mode: "snapshot", compress: "zstd", remove: 1, "prune-backups": "keep-daily=7" }),
  },
  {
    method: "GET",
    path: "/nodes/{node}/vzdump/extractconfig",
    need: "user",
    parameters: { node: parts.node, volume: needed.text() },
    answer: archivedConfig,
  },
  {
    method: "POST",
    path: "/nodes/{node}/vzdump",
    need: { path: "/vms/{vmid}", all: ["VM.Backup"] },
    parameters: {
      node: parts.node,
      vmid: optional.text(),
      all: optional.flag(),
      exclude: optional.text(),
      storage: optional.text(),
      mode: optional.choice("snapshot", "suspend", "stop"),
      compress: optional.choice("0", "1", "gzip", "lzo", "zstd"),
      "notes-template": optional.text({ maxLength: 1024 }),
      protected: optional.flag(),
      remove: optional.flag(),
      "prune-backups": optional.text(),
      bwlimit: optional.integer({ minimum: 0 }),
      zstd: optional.integer({ minimum: 0 }),
      quiet: optional.flag(),
      mailto: optional.text(),
      mailnotification: optional.choice("always", "failure"),
      "notification-mode": optional.choice("auto", "legacy-sendmail", "notification-system"),
    },
    answer: backUp,
  },
];

/** The configuration of a guest as its file in a backup has it. */
function archivedConfig({ cluster, host, values }: Call): string {
  const { guest, options } = namedArchive(cluster, host, values.text("volume"));
  const { digest: _digest, lock: _lock, parent: _parent, ...config } = cluster.configs.of(guest);
  const lines = Object.entries({ ...config, ...Object.fromEntries(options) });
  return `${lines.map(([name, value]) => `${name}: ${value}`).join("\n")}\n`;
}

function backUp(call: Call): string {
  const { cluster, host, values, caller } = call;
  const named = values.get("vmid")?.split(/[,;\s]+/);
  if (!named && !values.flag("all"))
    throw wrongParameters({ vmid: "property is missing and it is not optional" });
  const here = cluster.virtual.guestsOn(host.id).filter((guest) => !guest.template);
  const guests = named ? here.filter(({ key }) => named.includes(key)) : here;
  const missing = named?.find((key) => !here.some((guest) => guest.key === key));
  if (missing !== undefined && guests.length === 0) {
    throw died(`unable to find VM '${missing}'`);
  }
  const storage = cluster.storage(host, values.get("storage") ?? "local");
  if (!contentsOf(storage).includes("backup"))
    throw died(`storage '${storage.key}' does not support backups`);
  const template = values.get("notes-template") ?? "{{guestname}}";
  const notes = (guest: Guest) =>
    template
      .replaceAll("{{guestname}}", guest.name)
      .replaceAll("{{vmid}}", guest.key)
      .replaceAll("{{node}}", host.name)
      .replaceAll("{{cluster}}", cluster.name);
  return cluster.backups.begin(host, caller.name, guests, {
    storage,
    mode: values.get("mode") ?? "snapshot",
    compress: values.get("compress") ?? "zstd",
    notes,
    isProtected: values.flag("protected"),
  });
}
