import { guestStarts, guestStops } from "./guest-power.ts";
import type { Guest, VirtualHost, VirtualTask } from "./model.ts";
import { bestHost } from "./room.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** World milliseconds for a host to go down and to come up, and until a cluster has noticed that one is gone. */
const times = { down: 8_000, up: 40_000, noticed: 12_000 } as const;
/** World milliseconds between two restarts by HA. */
const restartGap = 500;

/** Stops a host in order, and starts it again for a reboot. */
export function stopHost(
  world: VirtualWorld,
  id: string,
  by: string,
  how: { way: "off" | "reboot"; force: boolean },
): VirtualTask {
  const host = world.host(id);
  const check = () => {
    if (!world.isReachable(id)) throw new VirtualFault("host-down", `The host ${host.name} does not answer`);
    if (!how.force && host.maintenance !== "in") {
      throw new VirtualFault("refused", `The host ${host.name} is not in maintenance mode`);
    }
  };
  return world.begin({
    name: how.way === "reboot" ? "host.reboot" : "host.shut-down",
    target: id,
    by,
    milliseconds: 1_000,
    check,
    finish() {
      check();
      world.note("host-shut-down", id, by, `${host.name} goes down`);
      if (host.machine !== null) {
        world.hardware.shutDown(host.machine, how.way);
        return;
      }
      turn(world, host, "stopping");
      world.after(times.down, () => {
        if (host.power !== "stopping") return;
        for (const guest of world.guestsOn(id)) if (guest.power === "on") guestStops(world, guest);
        turn(world, host, "off");
        if (how.way === "reboot") powerOnHost(world, id);
      });
    },
  });
}

/** Starts a host that is off; says whether it starts. */
export function powerOnHost(world: VirtualWorld, id: string): boolean {
  const host = world.host(id);
  if (host.power !== "off" || world.fault("host-dies", id) || !world.hasPower(id)) return false;
  host.standby = false;
  if (host.machine !== null) return world.hardware.powerOn(host.machine);
  turn(world, host, "starting");
  world.after(times.up, () => {
    if (host.power === "starting") started(world, host);
  });
  return true;
}

/** Has an empty host go into standby. */
export function standBy(world: VirtualWorld, id: string, by: string): VirtualTask {
  const host = world.host(id);
  const check = () => {
    if (!world.isReachable(id)) throw new VirtualFault("host-down", `The host ${host.name} does not answer`);
    const [one] = running(world, host);
    if (one) throw new VirtualFault("invalid", `${one.name} still runs on ${host.name}`);
  };
  return world.begin({
    name: "host.stand-by",
    target: id,
    by,
    milliseconds: times.down,
    check,
    finish() {
      check();
      host.standby = true;
      turn(world, host, "off");
      world.note("host-shut-down", id, by, `${host.name} is in standby`);
    },
  });
}

/** Wakes a host out of standby. */
export function wakeHost(world: VirtualWorld, id: string, by: string): VirtualTask {
  const host = world.host(id);
  const check = () => {
    if (!host.standby) throw new VirtualFault("invalid", `${host.name} is not in standby`);
    if (world.fault("host-dies", id)) throw new VirtualFault("host-down", `${host.name} does not wake up`);
  };
  return world.begin({
    name: "host.wake",
    target: id,
    by,
    milliseconds: times.up,
    check,
    finish() {
      check();
      started(world, host);
    },
  });
}

export function hostDies(world: VirtualWorld, id: string): void {
  const host = world.host(id);
  if (host.power === "off") return;
  if (host.machine !== null) world.hardware.powerOff(host.machine);
  else lost(world, host);
}

/** What befalls the machine that a host is befalls the host. */
export function hardwareTurned(world: VirtualWorld, host: VirtualHost, power: VirtualHost["power"]): void {
  if (power === host.power) return;
  const wasStopping = host.power === "stopping";
  if (power === "on") started(world, host);
  else if (power === "off" && !wasStopping) lost(world, host);
  else if (power === "starting" && host.power === "on") {
    // The reset button: nothing is left of what ran.
    lost(world, host);
    turn(world, host, "starting");
  } else {
    if (power === "off") for (const guest of running(world, host)) guestStops(world, guest);
    turn(world, host, power);
  }
}

function turn(world: VirtualWorld, host: VirtualHost, power: VirtualHost["power"]): void {
  host.power = power;
  world.announce({ what: "host", id: host.id });
  for (const guest of world.guestsOn(host.id)) world.announce({ what: "guest", id: guest.id });
  world.announce({ what: "cluster", id: host.cluster });
}

const running = (world: VirtualWorld, host: VirtualHost) =>
  world.guestsOn(host.id).filter((guest) => guest.power === "on");

function started(world: VirtualWorld, host: VirtualHost): void {
  host.bootedAt = world.clock.now();
  host.standby = false;
  turn(world, host, "on");
  world.note("host-started", host.id, "", `${host.name} has started`);
}

function lost(world: VirtualWorld, host: VirtualHost): void {
  const orphans = running(world, host);
  for (const guest of orphans) guestStops(world, guest);
  turn(world, host, "off");
  world.note("host-lost", host.id, "", `${host.name} does not respond`);
  if (!world.cluster(host.cluster).ha) return;
  const waiting = orphans.filter((guest) => guest.highlyAvailable);
  world.after(times.noticed, () => restart(world, host, waiting));
}

/** HA: starts what ran on a host that is gone elsewhere, the largest first, as room and rules allow. */
function restart(world: VirtualWorld, host: VirtualHost, waiting: Guest[]): void {
  const bySize = [...waiting].sort(
    (one, other) => other.memory - one.memory || one.id.localeCompare(other.id),
  );
  const next = () => {
    const guest = bySize.shift();
    if (!guest) return;
    if (world.guests.has(guest.id) && guest.power === "off" && guest.host === host.id) {
      const place =
        world.isQuorate(host.cluster) && guest.pinnedBy === null ? bestHost(world, guest, new Set()) : null;
      if (place) {
        world.place(guest, place.id);
        guestStarts(world, guest);
        world.note("guest-restarted-elsewhere", guest.id, "", `${guest.name} was restarted on ${place.name}`);
      } else {
        world.note(
          "guest-not-restarted",
          guest.id,
          "",
          `No host can take ${guest.name} after the loss of ${host.name}`,
        );
      }
    }
    world.after(restartGap, next);
  };
  next();
}
