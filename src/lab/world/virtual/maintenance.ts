import { migrationObstacle } from "./guest-places.ts";
import type { Guest, VirtualHost, VirtualTask } from "./model.ts";
import { bestHost } from "./room.ts";
import type { TaskHandle } from "./tasks.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** Guests that leave a host at a time. */
const movesAtOnce = 4;
/** World milliseconds between two looks at a host that is emptied, and for leaving. */
const lookTime = 500;
const leaveTime = 2_000;
/** Memory by which two hosts may differ, as a share of the larger, before guests are moved to even them out. */
const unevenness = 0.25;
const mostBalancingMoves = 8;

export function enterMaintenance(
  world: VirtualWorld,
  id: string,
  by: string,
  how: { evacuate?: boolean; evacuateAll?: boolean; timeout?: number },
): VirtualTask {
  const host = world.host(id);
  const cluster = world.cluster(host.cluster);
  const moves = how.evacuate ?? cluster.balances;
  let callOff = () => {};
  let callOffTimeout = () => {};
  const under = new Set<string>();
  const handle = world.openTask(
    { name: "host.enter-maintenance", target: id, by, cancellable: true },
    (fault) => {
      callOff();
      callOffTimeout();
      if (fault && host.maintenance === "entering") setMaintenance(world, host, "none");
      if (fault?.code === "cancelled") for (const task of under) world.cancel(task);
    },
  );
  const { task } = handle;
  const refusal = enterObstacle(world, host);
  if (refusal) {
    handle.fail(refusal);
    return task;
  }
  setMaintenance(world, host, "entering");
  world.note("host-entering-maintenance", id, by, `${host.name} enters maintenance mode`);
  if (how.timeout) {
    callOffTimeout = world.after(how.timeout, () => {
      const left = leaving(world, host, false).map((guest) => guest.name);
      handle.fail(
        new VirtualFault(
          "timed-out",
          `Operation timed out; still on ${host.name}: ${left.slice(0, 5).join(", ")}`,
        ),
      );
    });
  }
  const all = Math.max(1, leaving(world, host, how.evacuateAll === true).length);
  const look = () => {
    if (handle.isOver) return;
    const fault = ended(world, host);
    if (fault) {
      handle.fail(fault);
      return;
    }
    const left = leaving(world, host, how.evacuateAll === true);
    handle.progress(Math.min(0.98, (all - left.length) / all));
    if (left.length === 0) {
      setMaintenance(world, host, "in");
      world.note("host-in-maintenance", id, by, `${host.name} is in maintenance mode`);
      handle.finish();
      return;
    }
    if (moves) sendAway(world, { host, left, handle, by, under });
    callOff = world.after(lookTime, look);
  };
  callOff = world.after(lookTime, look);
  return task;
}

function enterObstacle(world: VirtualWorld, host: VirtualHost): VirtualFault | null {
  if (!world.isReachable(host.id))
    return new VirtualFault("host-down", `The host ${host.name} does not answer`);
  if (host.maintenance === "entering")
    return new VirtualFault("in-progress", `${host.name} is entering already`);
  if (host.maintenance === "in")
    return new VirtualFault("invalid", `${host.name} is in maintenance mode already`);
  if (!world.isQuorate(host.cluster)) return new VirtualFault("no-quorum", "cluster not ready - no quorum?");
  return null;
}

/** What ends the entering before its time. */
function ended(world: VirtualWorld, host: VirtualHost): VirtualFault | null {
  if (!world.isReachable(host.id))
    return new VirtualFault("host-down", `The host ${host.name} does not answer`);
  if (world.faultOver("task-stuck", host.id) === null && world.fault("task-fails", host.id)) {
    return new VirtualFault("failed", `A general system error occurred: maintenance of ${host.name}`);
  }
  return null;
}

function leaving(world: VirtualWorld, host: VirtualHost, evacuateAll: boolean): Guest[] {
  return world.guestsOn(host.id).filter((guest) => guest.power === "on" || (evacuateAll && !guest.template));
}

/** Begins as many moves as may go on at a time; what nothing can be done for stays, and is tried again. */
function sendAway(
  world: VirtualWorld,
  work: { host: VirtualHost; left: Guest[]; handle: TaskHandle; by: string; under: Set<string> },
): void {
  const { host, left, handle, by, under } = work;
  if (world.faultOver("task-stuck", host.id)) return;
  for (const id of under) if (world.tasks.get(id)?.endedAt !== null) under.delete(id);
  for (const guest of left) {
    if (under.size >= movesAtOnce) return;
    if (guest.lockedBy !== null) continue;
    const place = destination(world, guest, under);
    if (!place || migrationObstacle(world, guest, place)) continue;
    const task = world.migrate(guest.id, by, { host: place.id, parent: handle.task.id });
    if (task.endedAt === null) under.add(task.id);
  }
}

/** The host for a guest that leaves; what is already on its way to a host counts as being there. */
function destination(world: VirtualWorld, guest: Guest, under: ReadonlySet<string>): VirtualHost | null {
  if (guest.power !== "on") {
    const others = world.hostsOf(guest.cluster).filter((host) => host.id !== guest.host);
    return others.find((host) => world.isReachable(host.id) && host.maintenance === "none") ?? null;
  }
  const best = bestHost(world, guest, new Set([guest.host]));
  return best && (under.size === 0 || world.memoryGiven(best.id) + guest.memory <= world.memoryOf(best.id))
    ? best
    : null;
}

export function leaveMaintenance(world: VirtualWorld, id: string, by: string): VirtualTask {
  const host = world.host(id);
  return world.begin({
    name: "host.leave-maintenance",
    target: id,
    by,
    milliseconds: leaveTime,
    check() {
      if (!world.isReachable(id))
        throw new VirtualFault("host-down", `The host ${host.name} does not answer`);
      if (host.maintenance !== "in")
        throw new VirtualFault("invalid", `${host.name} is not in maintenance mode`);
    },
    finish() {
      setMaintenance(world, host, "none");
      world.note("host-left-maintenance", id, by, `${host.name} has left maintenance mode`);
      if (world.cluster(host.cluster).balances) balance(world, host);
    },
  });
}

/** Moves guests to a host that came back, one after the other, until it has its share. */
function balance(world: VirtualWorld, host: VirtualHost): void {
  let moves = 0;
  const next = () => {
    if (
      moves >= mostBalancingMoves ||
      world.hostsOf(host.cluster).some(({ maintenance }) => maintenance === "entering")
    )
      return;
    const given = (each: VirtualHost) => world.memoryGiven(each.id) / world.memoryOf(each.id);
    const [fullest] = world
      .hostsOf(host.cluster)
      .filter((each) => each.id !== host.id && world.isReachable(each.id) && each.maintenance === "none")
      .sort((one, other) => given(other) - given(one));
    if (!fullest || host.maintenance !== "none" || given(fullest) - given(host) < unevenness * given(fullest))
      return;
    const gap = world.memoryGiven(fullest.id) - world.memoryGiven(host.id);
    const guest = world
      .guestsOn(fullest.id)
      .find(
        (each) =>
          each.power === "on" &&
          each.lockedBy === null &&
          each.memory < gap &&
          migrationObstacle(world, each, host) === null,
      );
    if (!guest) return;
    moves += 1;
    const task = world.migrate(guest.id, "DRS", { host: host.id });
    const wait = () => {
      if (task.endedAt === null) world.after(lookTime, wait);
      else next();
    };
    wait();
  };
  next();
}

function setMaintenance(
  world: VirtualWorld,
  host: VirtualHost,
  maintenance: VirtualHost["maintenance"],
): void {
  host.maintenance = maintenance;
  world.announce({ what: "host", id: host.id });
  world.announce({ what: "cluster", id: host.cluster });
}
