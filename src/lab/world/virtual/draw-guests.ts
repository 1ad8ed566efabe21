import type { Random } from "../random.ts";
import type { GuestProfile, GuestSystem } from "./guest-profiles.ts";
import type { Guest, VirtualCluster, VirtualHost, VirtualNetwork, VirtualStorage } from "./model.ts";

const gibibyte = 1024 ** 3;
const day = 86_400_000;

/** What a guest calls its own system. */
export const guestSystems: Readonly<Record<GuestSystem, string>> = {
  debian: "Debian GNU/Linux 12 (64-bit)",
  ubuntu: "Ubuntu Linux (64-bit)",
  windows: "Microsoft Windows Server 2022 (64-bit)",
  rhel: "Red Hat Enterprise Linux 9 (64-bit)",
};

export interface GuestSurroundings {
  random: Random;
  now: number;
  cluster: VirtualCluster;
  hosts: readonly VirtualHost[];
  /** Where disks go, in turn; the first that is not shared takes those of guests that stay on its host. */
  storages: readonly VirtualStorage[];
  network: VirtualNetwork;
  /** The number that the first gets; the next ones follow. */
  firstNumber: number;
  keyOf(number: number): string;
  nameOf(role: string, index: number): string;
  /** Group of the addresses of its guests below 2001:db8::/32. */
  addressGroup: number;
}

/** Draws the guests of a cluster: each on the host with the most room left when its turn comes. */
export function drawGuests(profiles: readonly GuestProfile[], around: GuestSurroundings): Guest[] {
  const { hosts, storages, random, now, cluster } = around;
  const given = new Map(hosts.map((host) => [host.id, 0]));
  const local = storages.find((storage) => !storage.shared);
  const shared = storages.filter((storage) => storage.shared);
  const guests: Guest[] = [];
  for (const profile of profiles) {
    for (let index = 1; index <= profile.count; index += 1) {
      const number = around.firstNumber + guests.length;
      // What stays on its host stays on the one with the local storage, so that the others can be emptied.
      const isHeld = profile.isLocal === true || profile.pinnedBy !== undefined;
      const host = isHeld && local ? (local.hosts[0] ?? "") : roomiest(hosts, given);
      const storage =
        profile.isLocal && local ? local : (shared[guests.length % Math.max(1, shared.length)] ?? local);
      if (!profile.isOff) given.set(host, (given.get(host) ?? 0) + profile.memory);
      const key = around.keyOf(number);
      const id = `${cluster.region}/${key}`;
      const isOn = profile.isOff !== true;
      guests.push({
        id,
        key,
        name: around.nameOf(profile.role, index),
        kind: profile.kind ?? "vm",
        cluster: cluster.id,
        host,
        power: isOn ? "on" : "off",
        template: false,
        vcpus: profile.vcpus,
        memory: profile.memory * gibibyte,
        system: guestSystems[profile.system],
        guestTools: profile.hasNoTools !== true,
        toolsSince: 0,
        address: isOn ? `2001:db8:${around.addressGroup.toString(16)}::${number.toString(16)}` : null,
        uuid: random.uuid(),
        bootedAt: isOn ? now - random.between(3_600, 90 * 86_400) * 1_000 : null,
        disks: [
          {
            id: `${id}/disk-0`,
            storage: storage?.id ?? "",
            bytes: profile.disk * gibibyte,
            used: Math.round(profile.disk * gibibyte * (0.3 + random.next() * 0.4)),
          },
        ],
        networks: [around.network.id],
        snapshots: [],
        current: null,
        highlyAvailable: profile.pinnedBy === undefined,
        pinnedBy: profile.pinnedBy ?? null,
        environment: cluster.environment,
        lockedBy: null,
      });
    }
  }
  return guests;
}

/** Gives a guest snapshots of so many days ago, each the child of the one before. */
export function addSnapshots(
  guest: Guest | undefined,
  now: number,
  taken: readonly [string, number][],
): void {
  for (const [index, [name, days]] of taken.entries()) {
    if (!guest) return;
    const key = `snapshot-${Number.parseInt(guest.key.replace(/\D/g, ""), 10) * 10 + index}`;
    const id = `${guest.id}/${key}`;
    guest.snapshots.push({
      id,
      key,
      parent: guest.current,
      name,
      description: "",
      createdAt: now - days * day,
      withMemory: false,
    });
    guest.current = id;
  }
}

/** A template: never on, made to be cloned. */
export function drawTemplate(guest: Guest, key: string, name: string, region: string): Guest {
  const id = `${region}/${key}`;
  return {
    ...structuredClone(guest),
    id,
    key,
    name,
    power: "off",
    template: true,
    address: null,
    bootedAt: null,
    disks: guest.disks.map((disk, index) => ({ ...disk, id: `${id}/disk-${index}`, used: 3 * gibibyte })),
    snapshots: [],
    current: null,
    highlyAvailable: false,
  };
}

function roomiest(hosts: readonly VirtualHost[], given: ReadonlyMap<string, number>): string {
  let best = hosts[0]?.id ?? "";
  for (const { id } of hosts) if ((given.get(id) ?? 0) < (given.get(best) ?? 0)) best = id;
  return best;
}
