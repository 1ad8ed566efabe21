import type { Guest } from "../../../world/virtual/model.ts";
import type { Call, Route } from "./call.ts";
import { forbidden } from "./failure.ts";
import { guestRoute, onGuest } from "./guest-path.ts";
import { optional, parts } from "./parameters.ts";

/** What stands against a move, and where to it may go (qm, "Migration precondition"). */
function preconditions(guest: Guest, { cluster }: Call): unknown {
  const { virtual, migrations, major } = cluster;
  const runs = guest.power !== "off";
  const others = cluster.hosts.filter((host) => host.id !== guest.host);
  const missing = new Map(
    others.map((host) => [
      host.name,
      guest.disks
        .map(({ storage }) => virtual.storage(storage))
        .filter(
          (storage) =>
            !cluster.storages.some(({ key, hosts }) => key === storage.key && hosts.includes(host.id)),
        )
        .map(({ key }) => key),
    ]),
  );
  const blocked = new Map(
    others.map((host) => {
      const obstacle = runs ? virtual.migrationObstacle(guest.id, host.id) : null;
      return [host.name, obstacle?.code === "refused-by-rule" ? obstacle.message : null] as const;
    }),
  );
  const isAllowed = (name: string) => (missing.get(name)?.length ?? 0) === 0 && !blocked.get(name);
  const allowed = others
    .filter((host) => virtual.isReachable(host.id) && isAllowed(host.name))
    .map(({ name }) => name);
  const refused = others.filter(({ name }) => !isAllowed(name));
  return {
    running: runs ? 1 : 0,
    ...(runs && major < 9 ? {} : { allowed_nodes: allowed }),
    not_allowed_nodes: Object.fromEntries(
      refused.map(({ name }) => [
        name,
        {
          ...((missing.get(name)?.length ?? 0) > 0 ? { unavailable_storages: missing.get(name) } : {}),
          ...(blocked.get(name)
            ? { "blocking-ha-resources": [{ sid: `vm:${guest.key}`, cause: "resource-affinity" }] }
            : {}),
        },
      ]),
    ),
    local_disks: migrations.localDisks(guest).map(({ volid, size }) => ({
      volid,
      size,
      cdrom: 0,
      is_attached: 1,
      is_unused: 0,
      is_vmstate: 0,
      shared: 0,
      replicate: 1,
    })),
    local_resources: guest.pinnedBy === null ? [] : ["hostpci0"],
    "mapped-resources": [],
    ...(major >= 9 ? { "has-dbus-vmstate": 1, "mapped-resource-info": {} } : {}),
  };
}

function containerPreconditions(guest: Guest, { cluster }: Call): unknown {
  const others = cluster.hosts.filter(
    (host) => host.id !== guest.host && cluster.virtual.isReachable(host.id),
  );
  return {
    running: guest.power === "on" ? 1 : 0,
    "allowed-nodes": others.map(({ name }) => name),
    "not-allowed-nodes": {},
  };
}

/** Sends a guest on its way, through the HA manager where that keeps it. */
function migrate(guest: Guest, { cluster, caller, values }: Call): string {
  const host = cluster.host(values.text("target"));
  if (values.flag("force") && caller.user !== "root@pam") throw forbidden("/", ["root@pam"]);
  if (cluster.highAvailability.of(guest)) {
    return cluster.operations.moveByManager(guest, host, caller.name, "hamigrate");
  }
  return cluster.migrations.begin(guest, caller.name, {
    host,
    isOnline: values.flag("online"),
    isRestart: values.flag("restart"),
    withLocalDisks: values.flag("with-local-disks"),
    targetStorage: storageKey(values.get("targetstorage") ?? values.get("target-storage")),
  });
}

/** A mapping names one storage, or `1` for that of the same name. */
function storageKey(mapping: string | null): string | null {
  return mapping === null || mapping === "1" ? null : (mapping.split(/[,:]/).at(-1) ?? null);
}

const common = { target: parts.node, bwlimit: optional.number({ minimum: 0 }), online: optional.flag() };
const need = onGuest("VM.Migrate");

export const migrateRoutes: Route[] = [
  guestRoute("vm", {
    method: "GET",
    path: "/migrate",
    need,
    parameters: { target: optional.text() },
    answer: preconditions,
  }),
  guestRoute("vm", {
    method: "POST",
    path: "/migrate",
    need,
    parameters: {
      ...common,
      force: optional.flag(),
      migration_type: optional.choice("secure", "insecure"),
      migration_network: optional.text(),
      "with-local-disks": optional.flag(),
      targetstorage: optional.text(),
    },
    answer: migrate,
  }),
  guestRoute("container", {
    method: "GET",
    path: "/migrate",
    need,
    only: 9,
    parameters: { target: optional.text() },
    answer: containerPreconditions,
  }),
  guestRoute("container", {
    method: "POST",
    path: "/migrate",
    need,
    parameters: {
      ...common,
      restart: optional.flag(),
      timeout: optional.integer(),
      "target-storage": optional.text(),
    },
    answer: migrate,
  }),
];
