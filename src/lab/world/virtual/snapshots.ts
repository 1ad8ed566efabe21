import { guestStarts, guestStops } from "./guest-power.ts";
import type { Guest, VirtualSnapshot, VirtualTask } from "./model.ts";
import { storageObstacle } from "./room.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

const times = { make: 4_000, memory: 8_000, remove: 5_000, revert: 6_000 } as const;
/** The share of a disk's data that a snapshot comes to hold. */
const growth = 0.05;
const longestName = 80;

function find(guest: Guest, id: string): VirtualSnapshot {
  const found = guest.snapshots.find((snapshot) => snapshot.id === id);
  if (!found) throw new VirtualFault("not-found", `no snapshot ${id}`);
  return found;
}

function requireManaged(world: VirtualWorld, guest: Guest): void {
  const host = world.host(guest.host);
  if (!world.isReachable(host.id))
    throw new VirtualFault("host-down", `The host ${host.name} does not answer`);
}

const usedBySnapshot = (guest: Guest) =>
  guest.disks.map(({ storage, used }) => ({ storage, used: Math.round(used * growth) }));

export function createSnapshot(
  world: VirtualWorld,
  id: string,
  by: string,
  wish: { name: string; description?: string; withMemory?: boolean },
): VirtualTask {
  const guest = world.guest(id);
  const withMemory = wish.withMemory === true && guest.power === "on";
  return world.begin({
    name: "guest.create-snapshot",
    target: id,
    by,
    locks: id,
    milliseconds: withMemory ? times.memory : times.make,
    check() {
      if (wish.name === "" || wish.name.length > longestName) {
        throw new VirtualFault("invalid", "A snapshot's name has 1 to 80 characters");
      }
      requireManaged(world, guest);
      const sum = usedBySnapshot(guest).reduce((all, { used }) => all + used, 1);
      const obstacle = storageObstacle(world, guest, world.host(guest.host), sum);
      if (obstacle) throw obstacle;
    },
    finish() {
      const number = world.freshNumber();
      const made: VirtualSnapshot = {
        id: `${guest.id}/snapshot-${number}`,
        key: `snapshot-${number}`,
        parent: guest.current,
        name: wish.name,
        description: wish.description ?? "",
        createdAt: world.clock.now(),
        withMemory,
      };
      guest.snapshots.push(made);
      guest.current = made.id;
      world.changeUse(usedBySnapshot(guest), 1);
      world.announce({ what: "guest", id });
      world.note("snapshot-made", id, by, `Snapshot ${made.name} of ${guest.name} was made`);
      return made.id;
    },
  });
}

export function deleteSnapshot(
  world: VirtualWorld,
  id: string,
  by: string,
  snapshot: string,
  withChildren: boolean,
): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.delete-snapshot",
    target: id,
    by,
    locks: id,
    milliseconds: times.remove,
    check() {
      find(guest, snapshot);
      requireManaged(world, guest);
    },
    finish() {
      const removed = find(guest, snapshot);
      const doomed = new Set([removed.id]);
      if (withChildren) {
        // Parents come before their children.
        for (const each of guest.snapshots) if (each.parent && doomed.has(each.parent)) doomed.add(each.id);
      }
      guest.snapshots = guest.snapshots.filter((each) => !doomed.has(each.id));
      for (const each of guest.snapshots)
        if (each.parent && doomed.has(each.parent)) each.parent = removed.parent;
      if (guest.current && doomed.has(guest.current)) guest.current = removed.parent;
      for (let count = 0; count < doomed.size; count += 1) world.changeUse(usedBySnapshot(guest), -1);
      world.announce({ what: "guest", id });
      world.note("snapshot-removed", id, by, `Snapshot ${removed.name} of ${guest.name} was removed`);
    },
  });
}

export function revertSnapshot(world: VirtualWorld, id: string, by: string, snapshot: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.revert-snapshot",
    target: id,
    by,
    locks: id,
    milliseconds: times.revert,
    check() {
      find(guest, snapshot);
      requireManaged(world, guest);
    },
    finish() {
      const wanted = find(guest, snapshot);
      guest.current = wanted.id;
      // Without its memory a guest comes back as a machine does whose plug was pulled.
      if (wanted.withMemory) guestStarts(world, guest);
      else guestStops(world, guest);
      world.note("snapshot-reverted", id, by, `${guest.name} is back at the snapshot ${wanted.name}`);
    },
  });
}
