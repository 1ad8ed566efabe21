import { randomFor } from "../random.ts";
import { proxmoxNodes } from "../site.ts";
import { addSnapshots, drawGuests, drawTemplate } from "./draw-guests.ts";
import { annexeGuests, forgeGuests, type GuestProfile } from "./guest-profiles.ts";
import type { VirtualCluster, VirtualHost, VirtualStorage } from "./model.ts";
import type { VirtualSite } from "./virtual-state.ts";
import { countUse } from "./vsphere-region.ts";

const gibibyte = 1024 ** 3;
const tebibyte = 1024 ** 4;

interface ClusterWish {
  name: string;
  ha: boolean;
  environment: VirtualCluster["environment"];
  version: string;
  profiles: readonly GuestProfile[];
  /** The number of its first guest. */
  firstNumber: number;
  group: number;
  /** The storage that its nodes share for disks; null: each has its own only. */
  sharedDisks: string | null;
}

/** The Proxmox clusters: `forge` with three nodes and a shared storage, `annexe` with two nodes and two votes. */
export function drawProxmoxSite(seed: number, now: number): VirtualSite {
  const drawn = [
    drawCluster(seed, now, {
      name: "forge",
      ha: true,
      environment: "production",
      version: "9.0.3",
      profiles: forgeGuests,
      firstNumber: 100,
      group: 3,
      sharedDisks: "ceph-vm",
    }),
    drawCluster(seed, now, {
      name: "annexe",
      ha: false,
      environment: "non-production",
      version: "8.4.1",
      profiles: annexeGuests,
      firstNumber: 100,
      group: 4,
      sharedDisks: null,
    }),
  ];
  return {
    regions: drawn.flatMap(({ regions }) => regions),
    clusters: drawn.flatMap(({ clusters }) => clusters),
    hosts: drawn.flatMap(({ hosts }) => hosts),
    guests: drawn.flatMap(({ guests }) => guests),
    storages: drawn.flatMap(({ storages }) => storages),
    networks: drawn.flatMap(({ networks }) => networks),
  };
}

function drawCluster(seed: number, now: number, wish: ClusterWish): VirtualSite {
  const { name } = wish;
  const random = randomFor(seed, `cluster ${name}`);
  const cluster: VirtualCluster = {
    id: name,
    key: name,
    name,
    region: name,
    platform: "proxmox",
    environment: wish.environment,
    ha: wish.ha,
    balances: false,
    admissionControl: false,
    rules: [],
  };
  const hosts = proxmoxNodes
    .filter((node) => node.cluster === name)
    .map(
      (node): VirtualHost => ({
        id: node.id,
        key: node.id,
        name: node.id,
        cluster: name,
        address: node.address,
        power: "on",
        maintenance: "none",
        standby: false,
        vendor: "Lab Systems",
        model: "Tower Server 1S",
        // As the machine that it is tells of itself.
        processorModel: "Lab Processor 16-Core",
        sockets: 1,
        cores: 16,
        threads: 16,
        memory: 64 * gibibyte,
        bootedAt: now - random.between(5 * 86_400, 60 * 86_400) * 1_000,
        version: wish.version,
        build: "a1b2c3d4",
        uuid: random.uuid(),
        machine: node.id,
      }),
    );
  const storage = (key: string, type: string, size: number, at: readonly VirtualHost[]): VirtualStorage => ({
    id: at.length === 1 && at[0] ? `${at[0].id}-${key}` : `${name}-${key}`,
    key,
    name: at.length === 1 && at[0] ? `${at[0].id}-${key}` : `${name}-${key}`,
    region: name,
    type,
    shared: at.length > 1,
    hosts: at.map(({ id }) => id),
    bytes: size * tebibyte,
    used: 0,
  });
  const own = hosts.map((host) => storage("local-zfs", "zfspool", 2, [host]));
  const disks = wish.sharedDisks ? [storage(wish.sharedDisks, "rbd", 8, hosts)] : [];
  const others = [
    ...hosts.map((host) => storage("local", "dir", 0.1, [host])),
    storage("backup", "nfs", 6, hosts),
  ];
  const network = { id: `${name}-vmbr0`, key: "vmbr0", name: "vmbr0", region: name, cluster: name };
  const guests = drawGuests(wish.profiles, {
    random,
    now,
    cluster,
    hosts,
    storages: disks.length > 0 ? disks : own,
    network,
    firstNumber: wish.firstNumber,
    keyOf: String,
    nameOf: (role, index) => `${role}-${index}`,
    addressGroup: wish.group,
  });
  if (disks.length === 0) {
    for (const guest of guests) {
      const place = own.find(({ hosts: [only] }) => only === guest.host);
      for (const disk of guest.disks) disk.storage = place?.id ?? disk.storage;
      guest.highlyAvailable = false;
    }
  }
  const [first] = guests;
  addSnapshots(first, now, [["before_upgrade", 21]]);
  const template = first ? [drawTemplate(first, "9000", `${name}-debian-template`, name)] : [];
  const all = [...guests, ...template];
  const storages = [...disks, ...own, ...others];
  countUse(storages, all);
  return {
    regions: [{ id: name, name, platform: "proxmox", address: null }],
    clusters: [cluster],
    hosts,
    guests: all,
    storages,
    networks: [network],
  };
}
