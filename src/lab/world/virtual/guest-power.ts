import type { Guest, VirtualTask } from "./model.ts";
import { admissionObstacle, brokenRule, hostObstacle, storageObstacle } from "./room.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** World milliseconds that each takes. */
const times = {
  on: 3_000,
  off: 1_000,
  reset: 2_000,
  suspend: 5_000,
  down: 12_000,
  toolsStart: 8_000,
} as const;
/** How long a guest is given to go down before the task says that it did not, in world milliseconds. */
const usualPatience = 180_000;
/** Bytes that a guest must be able to write to start: its swap file's first pages. */
const startBytes = 1;

/** A guest that runs from now on; its tools answer a little later. */
export function guestStarts(world: VirtualWorld, guest: Guest): void {
  guest.power = "on";
  guest.bootedAt = world.clock.now();
  guest.toolsSince = guest.bootedAt + times.toolsStart;
  world.announce({ what: "guest", id: guest.id });
  world.announce({ what: "host", id: guest.host });
  if (guest.guestTools) {
    world.after(times.toolsStart, () => world.announce({ what: "guest", id: guest.id }));
  }
}

/** A guest that does not run any more. */
export function guestStops(world: VirtualWorld, guest: Guest, power: "off" | "suspended" = "off"): void {
  guest.power = power;
  if (power === "off") guest.bootedAt = null;
  world.announce({ what: "guest", id: guest.id });
  world.announce({ what: "host", id: guest.host });
}

function requirePower(guest: Guest, ...powers: Guest["power"][]): void {
  if (guest.template) throw new VirtualFault("invalid", `${guest.name} is a template`);
  if (!powers.includes(guest.power)) {
    throw new VirtualFault(
      "wrong-power-state",
      `${guest.name} is ${guest.power}, not ${powers.join(" or ")}`,
    );
  }
}

function requireHost(world: VirtualWorld, guest: Guest): void {
  const host = world.host(guest.host);
  if (!world.isReachable(host.id))
    throw new VirtualFault("host-down", `The host ${host.name} does not answer`);
}

export function powerOnGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.power-on",
    target: id,
    by,
    locks: id,
    milliseconds: times.on,
    check() {
      requirePower(guest, "off", "suspended");
      const host = world.host(guest.host);
      const obstacle =
        hostObstacle(world, guest, host) ??
        storageObstacle(world, guest, host, startBytes) ??
        admissionObstacle(world, guest);
      if (obstacle) throw obstacle;
      const rule = brokenRule(world, guest, host);
      if (rule !== null) throw new VirtualFault("refused-by-rule", rule);
    },
    finish() {
      requireHost(world, guest);
      guestStarts(world, guest);
      world.note("guest-on", id, by, `${guest.name} on ${world.host(guest.host).name} is powered on`);
    },
  });
}

export function powerOffGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.power-off",
    target: id,
    by,
    locks: id,
    milliseconds: times.off,
    check() {
      requirePower(guest, "on", "suspended");
      requireHost(world, guest);
    },
    finish() {
      guestStops(world, guest);
      world.note("guest-off", id, by, `${guest.name} on ${world.host(guest.host).name} is powered off`);
    },
  });
}

/** vSphere asks the guest and lets others work on it meanwhile; elsewhere who asks waits for it. */
function locksOf(world: VirtualWorld, guest: Guest): { locks?: string } {
  return world.cluster(guest.cluster).platform === "vsphere" ? {} : { locks: guest.id };
}

/** Guest tools are what vSphere asks for an orderly end; elsewhere the guest's power button does. */
function requireTools(world: VirtualWorld, guest: Guest): void {
  if (world.cluster(guest.cluster).platform === "vsphere" && !world.toolsRun(guest.id)) {
    throw new VirtualFault("tools-not-running", `The guest tools do not run in ${guest.name}`);
  }
}

export function shutDownGuest(
  world: VirtualWorld,
  id: string,
  by: string,
  patience = usualPatience,
): VirtualTask {
  const guest = world.guest(id);
  // A guest that does not listen is waited for in vain.
  const hangs = () => world.fault("guest-hangs", id) !== null;
  return world.begin({
    name: "guest.shut-down",
    target: id,
    by,
    ...locksOf(world, guest),
    cancellable: true,
    milliseconds: hangs() ? patience : Math.min(times.down, patience),
    check() {
      requirePower(guest, "on");
      requireHost(world, guest);
      requireTools(world, guest);
    },
    finish() {
      if (hangs() || patience < times.down) {
        throw new VirtualFault("timed-out", `${guest.name} did not go down in time`);
      }
      if (guest.power !== "on") return;
      guestStops(world, guest);
      world.note("guest-shut-down", id, by, `${guest.name} has shut down`);
    },
  });
}

export function rebootGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.reboot",
    target: id,
    by,
    ...locksOf(world, guest),
    milliseconds: times.down,
    check() {
      requirePower(guest, "on");
      requireHost(world, guest);
      requireTools(world, guest);
    },
    finish() {
      if (world.fault("guest-hangs", id)) {
        throw new VirtualFault("timed-out", `${guest.name} did not go down in time`);
      }
      if (guest.power !== "on") return;
      guestStarts(world, guest);
      world.note("guest-rebooted", id, by, `${guest.name} has rebooted`);
    },
  });
}

export function resetGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.reset",
    target: id,
    by,
    locks: id,
    milliseconds: times.reset,
    check() {
      requirePower(guest, "on");
      requireHost(world, guest);
    },
    finish() {
      guestStarts(world, guest);
      world.note("guest-reset", id, by, `${guest.name} on ${world.host(guest.host).name} is reset`);
    },
  });
}

export function suspendGuest(world: VirtualWorld, id: string, by: string): VirtualTask {
  const guest = world.guest(id);
  return world.begin({
    name: "guest.suspend",
    target: id,
    by,
    locks: id,
    milliseconds: times.suspend,
    check() {
      requirePower(guest, "on");
      requireHost(world, guest);
      const obstacle = storageObstacle(world, guest, world.host(guest.host), guest.memory);
      if (obstacle) throw obstacle;
    },
    finish() {
      guestStops(world, guest, "suspended");
      world.note("guest-suspended", id, by, `${guest.name} is suspended`);
    },
  });
}
