import type { Guest, VirtualSnapshot } from "../../../world/virtual/model.ts";
import type { Call, Route } from "./call.ts";
import { died } from "./failure.ts";
import { guestRoute, kinds, onGuest } from "./guest-path.ts";
import { optional, parts } from "./parameters.ts";

function found(guest: Guest, name: string): VirtualSnapshot {
  const snapshot = guest.snapshots.find((each) => each.name === name);
  if (!snapshot) throw died(`snapshot '${name}' does not exist`);
  return snapshot;
}

function nameOf(guest: Guest, id: string | null): string | null {
  return guest.snapshots.find((each) => each.id === id)?.name ?? null;
}

/** The snapshots as a tree of parents, and `current`, which is what the guest goes on from. */
function listed(guest: Guest, { cluster }: Call): unknown[] {
  const shown = guest.snapshots.map((snapshot) => {
    const parent = nameOf(guest, snapshot.parent);
    return {
      name: snapshot.name,
      description: snapshot.description,
      snaptime: Math.floor(snapshot.createdAt / 1000),
      ...(guest.kind === "vm" ? { vmstate: snapshot.withMemory ? 1 : 0 } : {}),
      ...(parent === null ? {} : { parent }),
    };
  });
  const parent = nameOf(guest, guest.current);
  return [
    ...shown,
    {
      name: "current",
      description: "You are here!",
      digest: cluster.configs.of(guest).digest,
      ...(guest.kind === "vm" ? { running: guest.power === "on" ? 1 : 0 } : {}),
      ...(parent === null ? {} : { parent }),
    },
  ];
}

const named = { snapname: parts.snapshot };

export const snapshotRoutes: Route[] = kinds.flatMap((kind): Route[] => [
  guestRoute(kind, { method: "GET", path: "/snapshot", need: onGuest("VM.Audit"), answer: listed }),
  guestRoute(kind, {
    method: "POST",
    path: "/snapshot",
    need: onGuest("VM.Snapshot"),
    parameters: {
      ...named,
      description: optional.text(),
      ...(kind === "vm" ? { vmstate: optional.flag() } : {}),
    },
    answer: (guest, { cluster, caller, values }) => {
      const name = values.text("snapname");
      if (name === "current" || name === "pending")
        throw died(`unable to use snapshot name '${name}' (reserved name)`);
      if (guest.snapshots.some((each) => each.name === name))
        throw died(`snapshot name '${name}' already used`);
      return cluster.operations.createSnapshot(guest, caller.name, {
        name,
        description: values.get("description") ?? "",
        withMemory: values.flag("vmstate"),
      });
    },
  }),
  guestRoute(kind, {
    method: "DELETE",
    path: "/snapshot/{snapname}",
    need: onGuest("VM.Snapshot"),
    parameters: { ...named, force: optional.flag() },
    answer: (guest, { cluster, caller, values }) =>
      cluster.operations.deleteSnapshot(guest, caller.name, found(guest, values.text("snapname")).id),
  }),
  guestRoute(kind, {
    method: "GET",
    path: "/snapshot/{snapname}/config",
    need: { path: "/vms/{vmid}", any: ["VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit"] },
    parameters: named,
    answer: (guest, { cluster, values }) => {
      const snapshot = found(guest, values.text("snapname"));
      const { parent: _parent, lock: _lock, ...config } = cluster.configs.of(guest);
      const parent = nameOf(guest, snapshot.parent);
      return {
        ...config,
        description: snapshot.description,
        snaptime: Math.floor(snapshot.createdAt / 1000),
        ...(parent === null ? {} : { parent }),
      };
    },
  }),
  guestRoute(kind, {
    method: "PUT",
    path: "/snapshot/{snapname}/config",
    need: onGuest("VM.Snapshot"),
    parameters: { ...named, description: optional.text() },
    answer: (guest, { cluster, values }) => {
      const snapshot = found(guest, values.text("snapname"));
      snapshot.description = values.get("description") ?? snapshot.description;
      cluster.virtual.announce({ what: "guest", id: guest.id });
      return null;
    },
  }),
  guestRoute(kind, {
    method: "POST",
    path: "/snapshot/{snapname}/rollback",
    need: { path: "/vms/{vmid}", any: ["VM.Snapshot", "VM.Snapshot.Rollback"] },
    parameters: { ...named, start: optional.flag() },
    answer: (guest, { cluster, caller, values }) =>
      cluster.operations.rollBack(
        guest,
        caller.name,
        found(guest, values.text("snapname")).id,
        values.flag("start"),
      ),
  }),
]);
