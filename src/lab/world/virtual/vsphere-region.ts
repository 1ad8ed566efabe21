import { type Random, randomFor } from "../random.ts";
import { addSnapshots, drawGuests, drawTemplate, guestSystems } from "./draw-guests.ts";
import { oneTooMany, productionGuests, trialGuests } from "./guest-profiles.ts";
import type { Guest, VirtualCluster, VirtualHost, VirtualNetwork, VirtualStorage } from "./model.ts";
import type { VirtualSite } from "./virtual-state.ts";

const gibibyte = 1024 ** 3;
const tebibyte = 1024 ** 4;
/** Guests on each of the further hosts, and what such a host has. */
const guestsPerExtraHost = 100;

export interface RegionWish {
  name: string;
  address: string;
  /** Group of its guests' addresses. */
  group: number;
  /** Further guests, on further hosts in a cluster of their own. */
  extra: number;
  /** Whether its tests have one guest more than the loss of a host allows. */
  isTight?: boolean;
  /** Whether DRS only recommends in production, so that its guests are moved by hand. */
  isManual?: boolean;
}

/** A region with a vCenter: production on four hosts, tests on three, shared storages and one of a single host. */
export function drawVsphereRegion(seed: number, now: number, wish: RegionWish): VirtualSite {
  const { name, extra } = wish;
  const random = randomFor(seed, `region ${name}`);
  const cluster = (key: string, part: string, more: Partial<VirtualCluster> = {}): VirtualCluster => ({
    id: `${name}-${part}`,
    key,
    name: `${name}-${part}`,
    region: name,
    platform: "vsphere",
    environment: "production",
    ha: true,
    balances: true,
    admissionControl: false,
    rules: [],
    ...more,
  });
  const production = cluster("domain-c8", "production", {
    admissionControl: true,
    balances: wish.isManual !== true,
  });
  const trials = cluster("domain-c9", "trials", { environment: "non-production" });
  const scale = cluster("domain-c10", "scale", { environment: "non-production" });
  const prefix = wish.address.slice(0, wish.address.lastIndexOf(".") + 1);
  const first = Number(wish.address.slice(prefix.length));
  const host = (
    number: number,
    of: VirtualCluster,
    size: { cores: number; memory: number },
  ): VirtualHost => ({
    id: `${name}-esx-${number}`,
    key: `host-${10 + number}`,
    name: `esx-${number}.${name}.example`,
    cluster: of.id,
    // Hosts beyond the site's own are never spoken to by themselves.
    address: number <= 80 ? `${prefix}${first + number}` : `2001:db8:${wish.group}:1::${number.toString(16)}`,
    power: "on",
    maintenance: "none",
    standby: false,
    vendor: "Lab Systems",
    model: size.cores > 16 ? "Rack Server 2S" : "Rack Server 1S",
    processorModel: "Lab Processor 16-Core @ 2.80GHz",
    sockets: size.cores / 16,
    cores: size.cores,
    threads: size.cores * 2,
    memory: size.memory * gibibyte,
    bootedAt: now - random.between(5 * 86_400, 120 * 86_400) * 1_000,
    version: "8.0.2",
    build: "22380479",
    uuid: random.uuid(),
    machine: null,
  });
  const large = { cores: 32, memory: 512 };
  const productionHosts = [1, 2, 3, 4].map((number) => host(number, production, large));
  const trialHosts = [5, 6, 7].map((number) => host(number, trials, { cores: 16, memory: 256 }));
  const scaleHosts = Array.from({ length: Math.ceil(extra / guestsPerExtraHost) }, (_, index) =>
    host(101 + index, scale, large),
  );
  const storage = (
    number: number,
    part: string,
    hosts: VirtualHost[],
    size: number,
    type = "VMFS",
  ): VirtualStorage => ({
    id: `${name}-${part}`,
    key: `datastore-${20 + number}`,
    name: `${name}-${part}`,
    region: name,
    type,
    shared: hosts.length > 1,
    hosts: hosts.map(({ id }) => id),
    bytes: size * tebibyte,
    used: 0,
  });
  const network = (number: number, part: string, of: VirtualCluster): VirtualNetwork => ({
    id: `${name}-net-${part.toLowerCase()}`,
    key: `network-${30 + number}`,
    name: part,
    region: name,
    cluster: of.id,
  });
  const sans = [
    storage(1, "san-1", productionHosts, 12),
    storage(2, "san-2", productionHosts, 12),
    storage(3, "local-4", productionHosts.slice(3), 0.8),
  ];
  const trialStorage = storage(4, "nfs-trials", trialHosts, 6, "NFS");
  const scaleStorage = storage(5, "san-scale", scaleHosts, 200);
  const networks = [network(1, "Production", production), network(2, "Trials", trials)] as const;
  const scaleNetwork = network(3, "Scale", scale);
  const drawn = (profiles: typeof productionGuests, of: VirtualCluster, parts: object, firstNumber: number) =>
    drawGuests(profiles, {
      random,
      now,
      cluster: of,
      hosts: productionHosts,
      storages: sans,
      network: networks[0],
      firstNumber,
      keyOf: (number) => `vm-${number}`,
      nameOf: (role, index) => `${name}-${role}-${index}`,
      addressGroup: wish.group,
      ...parts,
    });
  const ofProduction = drawn(productionGuests, production, {}, 1001);
  const ofTrials = drawn(
    wish.isTight ? [...trialGuests, ...oneTooMany] : trialGuests,
    trials,
    { hosts: trialHosts, storages: [trialStorage], network: networks[1] },
    1101,
  );
  const named = (part: string) => ofProduction.find((guest) => guest.name === `${name}-${part}`);
  addSnapshots(named("app-3"), now, [["before-upgrade", 43]]);
  addSnapshots(
    ofTrials.find((guest) => guest.name === `${name}-test-app-1`),
    now,
    [
      ["clean", 5],
      ["schema 12", 3],
      ["schema 13", 1],
    ],
  );
  production.rules = [
    {
      name: "directories apart",
      kind: "apart",
      guests: ["directory-1", "directory-2"].flatMap((part) => named(part)?.id ?? []),
      hosts: [],
    },
    {
      name: "licence of the application",
      kind: "must-run-on",
      guests: [named("app-6")?.id ?? ""],
      hosts: productionHosts.slice(3).map(({ id }) => id),
    },
  ];
  keepRules(production, ofProduction, productionHosts);
  const [model] = ofProduction.filter((guest) => guest.name === `${name}-web-1`);
  const templates = model ? [drawTemplate(model, "vm-1200", `${name}-debian-template`, name)] : [];
  const guests = [
    ...ofProduction,
    ...ofTrials,
    ...templates,
    ...scaleGuests(random, now, {
      wish,
      cluster: scale,
      hosts: scaleHosts,
      storage: scaleStorage,
      network: scaleNetwork,
    }),
  ];
  const storages = [...sans, trialStorage, ...(extra > 0 ? [scaleStorage] : [])];
  countUse(storages, guests);
  return {
    regions: [{ id: name, name, platform: "vsphere", address: wish.address }],
    clusters: [production, trials, ...(extra > 0 ? [scale] : [])],
    hosts: [...productionHosts, ...trialHosts, ...scaleHosts],
    guests,
    storages,
    networks: [...networks, ...(extra > 0 ? [scaleNetwork] : [])],
  };
}

/** Begins with rules that hold: guests that must be apart are, and those that belong to hosts are on the first of these. */
function keepRules(cluster: VirtualCluster, guests: readonly Guest[], hosts: readonly VirtualHost[]): void {
  for (const rule of cluster.rules) {
    for (const [index, id] of rule.guests.entries()) {
      const guest = guests.find((each) => each.id === id);
      const own = rule.kind === "must-run-on" ? hosts.filter(({ id }) => rule.hosts.includes(id)) : hosts;
      const host = own[index % own.length];
      if (guest && host) guest.host = host.id;
    }
  }
}

/** Counts what guests and what nobody knows of take of storages. */
export function countUse(storages: readonly VirtualStorage[], guests: readonly Guest[]): void {
  const used = new Map(storages.map((storage) => [storage.id, storage.bytes * 0.05]));
  for (const { disks } of guests) {
    for (const disk of disks) used.set(disk.storage, (used.get(disk.storage) ?? 0) + disk.used);
  }
  for (const storage of storages) storage.used = Math.round(used.get(storage.id) ?? 0);
}

function scaleGuests(
  random: Random,
  now: number,
  parts: {
    wish: RegionWish;
    cluster: VirtualCluster;
    hosts: readonly VirtualHost[];
    storage: VirtualStorage;
    network: VirtualNetwork;
  },
): Guest[] {
  const { wish, cluster, hosts, storage, network } = parts;
  return Array.from({ length: wish.extra }, (_, index): Guest => {
    const number = 10_001 + index;
    const id = `${wish.name}/vm-${number}`;
    const isOn = index % 10 !== 9;
    return {
      id,
      key: `vm-${number}`,
      name: `${wish.name}-vm-${String(index + 1).padStart(5, "0")}`,
      kind: "vm",
      cluster: cluster.id,
      host: hosts[Math.floor(index / guestsPerExtraHost)]?.id ?? "",
      power: isOn ? "on" : "off",
      template: false,
      vcpus: 1 + (index % 2),
      memory: 4 * gibibyte,
      system: index % 3 === 0 ? guestSystems.ubuntu : guestSystems.debian,
      guestTools: true,
      toolsSince: 0,
      address: isOn ? `2001:db8:${wish.group}::${number.toString(16)}` : null,
      uuid: random.uuid(),
      bootedAt: isOn ? now - random.between(3_600, 90 * 86_400) * 1_000 : null,
      disks: [{ id: `${id}/disk-0`, storage: storage.id, bytes: 20 * gibibyte, used: 8 * gibibyte }],
      networks: [network.id],
      snapshots: [],
      current: null,
      highlyAvailable: true,
      pinnedBy: null,
      environment: cluster.environment,
      lockedBy: null,
    };
  });
}
