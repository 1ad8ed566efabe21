import type { EstateCopy, SystemCopyOf } from "../../../shared/estate-copy.ts";
import { randomFor } from "../../world/random.ts";
import type {
  Guest,
  VirtualCluster,
  VirtualHost,
  VirtualNetwork,
  VirtualRegion,
  VirtualStorage,
} from "../../world/virtual/model.ts";
import type { VirtualSite } from "../../world/virtual/virtual-state.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopiedMachines } from "./machines.ts";
import type { CopyAddresses } from "./parts.ts";

const gibibyte = 1024 ** 3;
const day = 86_400_000;
const usualDisk = 20 * gibibyte;
const usualSystem = "Debian GNU/Linux 12 (64-bit)";

interface Surroundings {
  copy: EstateCopy;
  machines: CopiedMachines;
  addresses: CopyAddresses;
  seed: number;
  /** World time. */
  now: number;
}

/**
 * The hypervisors of a copied estate. All hosts of a vCenter reach each of its datastores: which do is not known, nor the
 * rules that keep VMs together or apart.
 */
export function copiedHypervisors(around: Surroundings): VirtualSite {
  const parts = [
    ...systemsOf(around.copy, "vsphere").map(([id, copy]) => vsphereSite(id, copy, around)),
    ...systemsOf(around.copy, "proxmox").map(([id, copy]) => proxmoxSite(id, copy, around)),
  ];
  return {
    regions: parts.flatMap(({ regions }) => regions),
    clusters: parts.flatMap(({ clusters }) => clusters),
    hosts: parts.flatMap(({ hosts }) => hosts),
    guests: parts.flatMap(({ guests }) => guests),
    storages: parts.flatMap(({ storages }) => storages),
    networks: parts.flatMap(({ networks }) => networks),
  };
}

function regionOf(
  id: string,
  platform: VirtualRegion["platform"],
  { site, name }: { site?: string | undefined; name?: string | undefined },
  { copy }: Surroundings,
): VirtualRegion {
  const stands = site !== undefined && Object.hasOwn(copy.sites, site) ? site : null;
  return { id, name: name ?? id, platform, address: null, site: stands };
}

function vsphereSite(system: string, copy: SystemCopyOf<"vsphere">, around: Surroundings): VirtualSite {
  const of = (key: string) => `${system}/${key}`;
  const { environments, environment: usual = "production" } = copy;
  const tags = Object.fromEntries(
    Object.entries(environments?.tags ?? {}).map(([tag, environment]) => [environment, tag]),
  );
  const region: VirtualRegion = {
    ...regionOf(system, "vsphere", copy, around),
    address: copy.address,
    datacenter: copy.datacenter,
    ...(environments ? { environmentTags: { category: environments.category, tags } } : {}),
  };
  const clusters = copy.clusters.map(
    ({ key, name, environment, ha, balances, admissionControl }): VirtualCluster => ({
      id: of(key),
      key,
      name,
      region: system,
      platform: "vsphere",
      environment: environment ?? usual,
      ha,
      balances,
      admissionControl,
      rules: [],
    }),
  );
  const hosts = copy.hosts.map((host): VirtualHost => {
    const { key, cluster, isStandby, maintenance } = host;
    return {
      ...drawnHost(host, around),
      id: of(key),
      key,
      cluster: of(cluster),
      address: around.addresses.of(`host ${of(key)}`),
      maintenance: maintenance ? "in" : "none",
      standby: isStandby,
      ...(isStandby ? { power: "off" as const } : {}),
      ...versionOf(host, "8.0.2"),
      machine: null,
    };
  });
  const storages = copy.storages.map(
    ({ key, name, kind, bytes, used }): VirtualStorage => ({
      id: of(key),
      key,
      name,
      region: system,
      type: kind ?? "VMFS",
      shared: true,
      hosts: hosts.map(({ id }) => id),
      bytes,
      used,
    }),
  );
  const networks = networksOf(system, copy.guests, { cluster: clusters[0]?.id ?? "" });
  const clusterOf = new Map(hosts.map(({ id, cluster }) => [id, cluster]));
  const guests = copy.guests.map((guest): Guest => {
    const places = { storages, networks, host: of(guest.host) };
    return {
      ...drawnGuest(of(guest.key), guest, places, around),
      cluster: clusterOf.get(of(guest.host)) ?? "",
      kind: "vm",
      guestTools: guest.hasTools,
      highlyAvailable: true,
      environment: guest.environment ?? usual,
    };
  });
  return { regions: [region], clusters, hosts, guests, storages, networks };
}

/** Types of storage that keep files, as backups are, and those whose content is no such. */
const fileTypes: readonly string[] = ["dir", "nfs", "cifs", "cephfs", "btrfs"];

function proxmoxSite(system: string, copy: SystemCopyOf<"proxmox">, around: Surroundings): VirtualSite {
  const of = (what: string, key: string) => `${system}/${what}/${key}`;
  const { environment = "production", isHighlyAvailable } = copy;
  const hosts = copy.nodes.map((node): VirtualHost => {
    const { id: machine, address } = around.machines.node(system, node.name);
    return {
      ...drawnHost(node, around),
      id: of("nodes", node.name),
      key: node.name,
      cluster: system,
      address,
      maintenance: "none",
      standby: false,
      ...versionOf(node, "9.0.3"),
      machine,
    };
  });
  const storages = copy.storages.map(
    ({ key, name, kind, isShared, nodes, holdsBackups, bytes, used }): VirtualStorage => {
      const isOfFiles = kind !== null && fileTypes.includes(kind);
      return {
        id: of("storages", key),
        // A storage of each node has the same name on all.
        key: key.slice(key.lastIndexOf("/") + 1),
        name,
        region: system,
        // The lab keeps backups in files only, not on a backup server.
        type: holdsBackups && !isOfFiles ? "nfs" : (kind ?? "dir"),
        shared: isShared,
        hosts: nodes.map((node) => of("nodes", node)),
        bytes,
        used,
      };
    },
  );
  const history = {
    backups: copy.backups.map(({ guest, storage, madeAt }) => ({
      guest: of("vms", guest),
      storage: of("storages", storage),
      madeAt,
    })),
    replications: copy.replications.map(({ guest, target }) => ({
      guest: of("vms", guest),
      target: of("nodes", target),
    })),
  };
  const cluster: VirtualCluster = {
    id: system,
    key: system,
    name: system,
    region: system,
    platform: "proxmox",
    environment,
    ha: isHighlyAvailable,
    balances: false,
    admissionControl: false,
    rules: [],
    history,
  };
  const networks = networksOf(system, copy.guests, { cluster: system, areBridges: true });
  const guests = copy.guests.map((guest): Guest => {
    const host = of("nodes", guest.host);
    const own = storages.filter((storage) => storage.hosts.includes(host));
    return {
      // What the cluster knows a guest by is its number.
      ...drawnGuest(of("vms", guest.key), guest, { storages: own, networks, host }, around),
      cluster: system,
      kind: guest.kind,
      guestTools: true,
      highlyAvailable: guest.isHighlyAvailable,
      environment,
    };
  });
  const region = regionOf(system, "proxmox", copy, around);
  return { regions: [region], clusters: [cluster], hosts, guests, storages, networks };
}

/** What is written such as `VMware ESXi 8.0.2 build-22380479`, in its parts. */
function versionOf({ version }: CopiedHost, usual: string): Pick<VirtualHost, "version" | "build"> {
  const [, known = usual] = /(\d+\.\d+(?:\.\d+)?)/.exec(version ?? "") ?? [];
  const [, build = "22380479"] = /build-(\w+)/.exec(version ?? "") ?? [];
  return { version: known, build };
}

type CopiedHost = SystemCopyOf<"vsphere">["hosts"][number] | SystemCopyOf<"proxmox">["nodes"][number];

function drawnHost(
  { name, processors, cores, sockets, memory, isOff }: CopiedHost,
  { seed, now }: Surroundings,
) {
  const random = randomFor(seed, `host ${name}`);
  return {
    name,
    power: isOff ? ("off" as const) : ("on" as const),
    vendor: "Lab Systems",
    model: "Copied Server",
    processorModel: "Lab Processor 16-Core",
    sockets,
    cores,
    threads: processors,
    memory,
    bootedAt: now - random.between(5, 60) * day,
    uuid: random.uuid(),
  };
}

type CopiedGuest = SystemCopyOf<"vsphere">["guests"][number] | SystemCopyOf<"proxmox">["guests"][number];

function drawnGuest(
  id: string,
  guest: CopiedGuest,
  places: { host: string; storages: readonly VirtualStorage[]; networks: readonly VirtualNetwork[] },
  { seed, now }: Surroundings,
) {
  const { key, name, power, isTemplate, processors, memory, system, address, storageUsed } = guest;
  const random = randomFor(seed, `guest ${id}`);
  const named = places.storages.filter((storage) => guest.storages.includes(storage.name));
  const on = named.length > 0 ? named : places.storages.slice(0, 1);
  const used = storageUsed ?? usualDisk / 2;
  const snapshots = guest.snapshots.map((snapshot, index) => ({
    id: `${id}/snapshot-${index + 1}`,
    key: `snapshot-${key.replace(/\D/g, "")}${index + 1}`,
    parent: index === 0 ? null : `${id}/snapshot-${index}`,
    name: snapshot,
    description: "",
    createdAt: (guest.oldestSnapshot ?? now - day) + index * 60_000,
    withMemory: false,
  }));
  return {
    id,
    key,
    name,
    host: places.host,
    power,
    template: isTemplate,
    vcpus: processors,
    memory,
    system: system ?? usualSystem,
    toolsSince: 0,
    address,
    uuid: random.uuid(),
    bootedAt: power === "on" ? now - random.between(3_600, 30 * 86_400) * 1_000 : null,
    disks: on.map(({ id: storage }, index) => ({
      id: `${id}/disk-${index}`,
      storage,
      bytes: Math.max(usualDisk, used * 2),
      used: used / on.length,
    })),
    networks: places.networks
      .filter((network) => guest.networks.includes(network.name))
      .map(({ id: own }) => own),
    snapshots,
    current: snapshots.at(-1)?.id ?? null,
    pinnedBy: null,
    lockedBy: null,
  };
}

/** The networks that guests are on; Proxmox calls a bridge by its name, vCenter gives each a number. */
function networksOf(
  system: string,
  guests: readonly CopiedGuest[],
  { cluster, areBridges = false }: { cluster: string; areBridges?: boolean },
): VirtualNetwork[] {
  const names = [...new Set(guests.flatMap(({ networks }) => networks))].sort();
  return names.map((name, index) => {
    const key = areBridges ? name : `network-${31 + index}`;
    return { id: `${system}/${key}`, key, name, region: system, cluster };
  });
}
