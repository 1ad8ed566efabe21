import type { Guest, VirtualHost } from "./model.ts";
import { VirtualFault } from "./virtual-fault.ts";
import type { VirtualWorld } from "./virtual-world.ts";

/** Why a host cannot run one more guest now, whatever its cluster's rules say; null when it can. */
export function hostObstacle(world: VirtualWorld, guest: Guest, host: VirtualHost): VirtualFault | null {
  if (!world.isReachable(host.id)) {
    return new VirtualFault(
      "host-down",
      `The host ${host.name} is not in a state in which it can run ${guest.name}`,
    );
  }
  if (host.maintenance !== "none") {
    return new VirtualFault("in-maintenance", `The host ${host.name} is in maintenance mode`);
  }
  if (!world.isQuorate(host.cluster)) return new VirtualFault("no-quorum", "cluster not ready - no quorum?");
  if (world.memoryGiven(host.id) + guest.memory > world.memoryOf(host.id)) {
    return new VirtualFault("no-room", `The host ${host.name} does not have enough memory for ${guest.name}`);
  }
  return null;
}

/** The rule that would be broken with the guest on that host, as `name: why`; null when there is none. */
export function brokenRule(world: VirtualWorld, guest: Guest, host: VirtualHost): string | null {
  for (const rule of world.cluster(host.cluster).rules) {
    if (!rule.guests.includes(guest.id)) continue;
    if (rule.kind === "must-run-on" && !rule.hosts.includes(host.id)) {
      return `${rule.name}: ${guest.name} must run on ${rule.hosts.map((id) => world.host(id).name).join(", ")}`;
    }
    const others = rule.guests
      .filter((id) => id !== guest.id)
      .flatMap((id) => world.guests.get(id) ?? [])
      .filter((other) => other.power === "on");
    const near = others.find((other) => other.host === host.id);
    if (rule.kind === "apart" && near) return `${rule.name}: ${guest.name} must not run beside ${near.name}`;
    if (rule.kind === "together" && others.length > 0 && !near) {
      return `${rule.name}: ${guest.name} must run beside ${others[0]?.name ?? ""}`;
    }
  }
  return null;
}

/** The storage of a guest that is not there or, when something is to be written, has no room; null when all have. */
export function storageObstacle(
  world: VirtualWorld,
  guest: Guest,
  host: VirtualHost,
  bytes: number,
): VirtualFault | null {
  for (const { storage } of guest.disks) {
    const held = world.storage(storage);
    const { accessible, bytes: size, used } = world.storageOf(storage);
    if (!accessible || !held.hosts.includes(host.id)) {
      return new VirtualFault("storage-lost", `${held.name} cannot be reached from ${host.name}`);
    }
    if (bytes > 0 && used + bytes > size) {
      return new VirtualFault("no-space", `Insufficient disk space on datastore ${held.name}`);
    }
  }
  return null;
}

/** Why the cluster's admission control refuses one more running guest; null when it does not. */
export function admissionObstacle(world: VirtualWorld, guest: Guest): VirtualFault | null {
  const cluster = world.cluster(guest.cluster);
  if (!cluster.ha || !cluster.admissionControl) return null;
  const sizes = world
    .hostsOf(cluster.id)
    .filter((host) => world.isReachable(host.id) && host.maintenance === "none")
    .map((host) => world.memoryOf(host.id));
  const given = world.hostsOf(cluster.id).reduce((sum, host) => sum + world.memoryGiven(host.id), 0);
  const left = sizes.reduce((sum, size) => sum + size, 0) - Math.max(0, ...sizes);
  return given + guest.memory <= left
    ? null
    : new VirtualFault(
        "no-room",
        "Insufficient resources to satisfy configured failover level for vSphere HA",
      );
}

/**
 * The host on which a guest is best started or moved to: of those that can take it and break no rule, the one with the
 * most memory left; null when there is none.
 */
export function bestHost(
  world: VirtualWorld,
  guest: Guest,
  without: ReadonlySet<string>,
): VirtualHost | null {
  const room = (host: VirtualHost) => world.memoryOf(host.id) - world.memoryGiven(host.id);
  const [best] = world
    .hostsOf(guest.cluster)
    .filter(
      (host) =>
        !without.has(host.id) &&
        hostObstacle(world, guest, host) === null &&
        brokenRule(world, guest, host) === null &&
        storageObstacle(world, guest, host, 0) === null,
    )
    .sort((one, other) => room(other) - room(one) || one.id.localeCompare(other.id));
  return best ?? null;
}
