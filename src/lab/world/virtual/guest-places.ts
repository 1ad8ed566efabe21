import type { Guest, VirtualHost, VirtualTask } from "./model.ts";
import { brokenRule, hostObstacle, storageObstacle } from "./room.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** Where a guest is to be; what is left out stays as it is. */
export interface Destination {
  host?: string;
  /** The storage that all of its disks go to. */
  storage?: string;
  parent?: string;
}

/** A guest made from another. */
export interface CloneWish {
  /** Identifier and key of the new one; drawn when left out. */
  id?: string;
  key?: string;
  name: string;
  host?: string;
  storage?: string;
  powerOn?: boolean;
}

const gibibyte = 1024 ** 3;
/** World milliseconds: to begin with, for each gibibyte of memory and of disk, and at most. */
const moveTimes = { base: 5_000, memory: 150, disk: 100, most: 60_000 } as const;
const removeTime = 2_000;

/** Why a guest cannot be moved to a host; null when it can. */
export function migrationObstacle(
  world: VirtualWorld,
  guest: Guest,
  host: VirtualHost,
  storage?: string,
): VirtualFault | null {
  if (world.fault("migration-refused", guest.id)) {
    return new VirtualFault("refused", `${guest.name} cannot be moved: its host refuses`);
  }
  if (guest.pinnedBy !== null) {
    return new VirtualFault("pinned", `${guest.name} uses ${guest.pinnedBy} of its host`);
  }
  if (host.id === guest.host && storage === undefined) {
    return new VirtualFault("invalid", `${guest.name} is on ${host.name} already`);
  }
  if (host.cluster !== guest.cluster) {
    return new VirtualFault("invalid", `${host.name} belongs to another cluster`);
  }
  if (!world.isReachable(guest.host)) {
    return new VirtualFault("host-down", `The host ${world.host(guest.host).name} does not answer`);
  }
  if (host.id !== guest.host) {
    const obstacle = guest.power === "on" ? hostObstacle(world, guest, host) : reachObstacle(world, host);
    if (obstacle) return obstacle;
    const rule = guest.power === "on" ? brokenRule(world, guest, host) : null;
    if (rule !== null) return new VirtualFault("refused-by-rule", rule);
  }
  if (storage === undefined) return storageObstacle(world, guest, host, 0);
  const used = guest.disks
    .filter((disk) => disk.storage !== storage)
    .reduce((sum, disk) => sum + disk.used, 0);
  return storageObstacle(
    world,
    { ...guest, disks: guest.disks.map((disk) => ({ ...disk, storage })) },
    host,
    used,
  );
}

function reachObstacle(world: VirtualWorld, host: VirtualHost): VirtualFault | null {
  return world.isReachable(host.id)
    ? null
    : new VirtualFault("host-down", `The host ${host.name} does not answer`);
}

export function migrate(world: VirtualWorld, id: string, by: string, to: Destination): VirtualTask {
  const guest = world.guest(id);
  const host = world.host(to.host ?? guest.host);
  const { storage } = to;
  const from = world.host(guest.host);
  const used = guest.disks.reduce((sum, disk) => sum + (disk.storage === storage ? 0 : disk.used), 0);
  const memoryTime = guest.power === "on" ? (guest.memory / gibibyte) * moveTimes.memory : 0;
  const diskTime = storage === undefined ? 0 : (used / gibibyte) * moveTimes.disk;
  const check = () => {
    const obstacle = migrationObstacle(world, guest, host, storage);
    if (obstacle) throw obstacle;
  };
  return world.begin({
    name: storage === undefined ? "guest.migrate" : "guest.relocate",
    target: id,
    by,
    locks: id,
    cancellable: true,
    ...(to.parent === undefined ? {} : { parent: to.parent }),
    milliseconds: Math.min(moveTimes.most, moveTimes.base + memoryTime + diskTime),
    lines: [
      { at: 0, words: `starting migration of ${guest.name} from ${from.name} to ${host.name}` },
      { at: 0.5, words: "migration active, memory is being copied" },
      { at: 1, words: "migration finished" },
    ],
    check,
    finish() {
      check();
      if (storage !== undefined) {
        world.changeUse(guest.disks, -1);
        for (const disk of guest.disks) disk.storage = storage;
        world.changeUse(guest.disks, 1);
      }
      if (host.id !== guest.host) world.place(guest, host.id);
      else world.announce({ what: "guest", id });
      for (const each of [from, host]) world.announce({ what: "host", id: each.id });
      const kind = storage === undefined ? "guest-migrated" : "guest-relocated";
      world.note(kind, id, by, `${guest.name} was moved from ${from.name} to ${host.name}`);
    },
  });
}

export function cloneGuest(world: VirtualWorld, id: string, by: string, wish: CloneWish): VirtualTask {
  const guest = world.guest(id);
  const number = world.freshNumber();
  const host = world.host(wish.host ?? guest.host);
  const made = (): Guest => {
    const newId = wish.id ?? `${world.cluster(guest.cluster).region}/vm-${number}`;
    return {
      ...structuredClone(guest),
      id: newId,
      key: wish.key ?? `vm-${number}`,
      name: wish.name,
      host: host.id,
      power: "off",
      template: false,
      uuid: world.random.uuid(),
      address: null,
      bootedAt: null,
      toolsSince: 0,
      disks: guest.disks.map((disk, index) => ({
        ...disk,
        id: `${newId}/disk-${index}`,
        storage: wish.storage ?? disk.storage,
      })),
      snapshots: [],
      current: null,
      pinnedBy: null,
      lockedBy: null,
    };
  };
  const bytes = guest.disks.reduce((sum, disk) => sum + disk.used, 0);
  const check = () => {
    if (wish.id !== undefined && world.guests.has(wish.id)) {
      throw new VirtualFault("invalid", `${wish.key ?? wish.id} already exists`);
    }
    const obstacle = reachObstacle(world, host) ?? storageObstacle(world, made(), host, bytes);
    if (obstacle) throw obstacle;
    if (!world.isQuorate(guest.cluster))
      throw new VirtualFault("no-quorum", "cluster not ready - no quorum?");
  };
  return world.begin({
    name: "guest.clone",
    target: id,
    by,
    locks: id,
    cancellable: true,
    milliseconds: Math.min(moveTimes.most, moveTimes.base + (bytes / gibibyte) * moveTimes.disk),
    check,
    finish() {
      check();
      const clone = made();
      world.addGuest(clone);
      world.note("guest-made", clone.id, by, `${clone.name} was cloned from ${guest.name}`);
      if (wish.powerOn) world.powerOnGuest(clone.id, by);
      return clone.id;
    },
  });
}

export function removeGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.remove",
    target: id,
    by,
    locks: id,
    milliseconds: removeTime,
    check() {
      if (guest.power !== "off")
        throw new VirtualFault("wrong-power-state", `${guest.name} is ${guest.power}`);
    },
    finish() {
      world.note("guest-removed", id, by, `${guest.name} was removed`);
      world.dropGuest(id);
    },
  });
}
