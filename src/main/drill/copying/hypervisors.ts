import { isIP } from "node:net";
import type { SystemCopyOf } from "../../../shared/estate-copy.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { ProxmoxSystemConfig } from "../../../shared/systems/proxmox.ts";
import type { VsphereSystemConfig } from "../../../shared/systems/vsphere.ts";
import { factOf, listOf, numberOf, present, type SystemKnown, wordsOf } from "./known.ts";

type VsphereCopy = SystemCopyOf<"vsphere">;
type ProxmoxCopy = SystemCopyOf<"proxmox">;

const usualProcessors = 16;
const usualMemory = 64 * 2 ** 30;
const mostNamed = 100;

const lastOf = (id: string | null) => decodeURIComponent(id?.split("/").at(-1) ?? "");
const whole = (value: number | null, usual: number) => Math.max(1, Math.round(value ?? usual));
const size = (value: number | null) => Math.max(0, value ?? 0);

function hostOf(resource: Resource) {
  const processors = whole(numberOf(resource, "cpu.count"), usualProcessors);
  return {
    name: resource.name,
    processors,
    cores: whole(numberOf(resource, "hypervisor.cores"), processors),
    sockets: whole(numberOf(resource, "hypervisor.sockets"), 1),
    memory: Math.max(1, numberOf(resource, "memory.total") ?? usualMemory),
    version: wordsOf(resource, "hypervisor.version"),
    isOff: wordsOf(resource, "power.state") === "off",
  };
}

function powerOf(resource: Resource): "on" | "off" | "suspended" {
  const power = wordsOf(resource, "power.state");
  return power === "off" || power === "suspended" ? power : "on";
}

function guestOf(key: string, host: string, resource: Resource) {
  // Of several addresses the first is the one that is used.
  const [address = ""] = (wordsOf(resource, "reach.address") ?? "").split(", ");
  return {
    key,
    name: resource.name,
    host,
    power: powerOf(resource),
    isTemplate: factOf(resource, "vm.template") === true,
    processors: whole(numberOf(resource, "cpu.count"), 1),
    memory: size(numberOf(resource, "memory.total")),
    system: wordsOf(resource, "os.name"),
    address: isIP(address) === 0 ? null : address,
    storages: listOf(resource, "vm.storages").slice(0, mostNamed),
    networks: listOf(resource, "vm.networks").slice(0, mostNamed),
    storageUsed: numberOf(resource, "vm.storageUsed"),
    snapshots: listOf(resource, "vm.snapshotNames").slice(0, mostNamed),
    oldestSnapshot: numberOf(resource, "vm.oldestSnapshot"),
  };
}

function storageOf(resource: Resource) {
  const bytes = size(numberOf(resource, "storage.capacity"));
  const free = size(numberOf(resource, "storage.free"));
  return {
    name: resource.name,
    kind: wordsOf(resource, "storage.type"),
    bytes,
    used: Math.max(0, bytes - free),
  };
}

/** The name that most of them have; null where none has one. */
function usual(names: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0] ?? null;
}

/** The clusters with their hosts, and the VMs and datastores of these. Hosts of no cluster are left out, with their VMs. */
export function vsphereCopy(config: VsphereSystemConfig, known: SystemKnown): VsphereCopy {
  const clusters = known.below("clusters/").map(({ rest, resource }) => ({
    key: decodeURIComponent(rest),
    name: resource.name,
    environment: resource.environment,
    ha: factOf(resource, "hypervisor.ha") === true,
    balances:
      factOf(resource, "vsphere.drs") === true && wordsOf(resource, "vsphere.drsMode") === "fullyAutomated",
    admissionControl: factOf(resource, "vsphere.admissionControl") === true,
  }));
  const clustersKnown = new Set(clusters.map(({ key }) => key));
  const seenHosts = known.below("hosts/");
  const hosts = seenHosts
    .map(({ rest, resource }) => ({
      key: decodeURIComponent(rest),
      cluster: lastOf(resource.parent),
      ...hostOf(resource),
      maintenance: factOf(resource, "hypervisor.maintenance") === true,
      isStandby: wordsOf(resource, "power.state") === "sleeping",
    }))
    .filter(({ cluster }) => clustersKnown.has(cluster));
  const hostsKnown = new Set(hosts.map(({ key }) => key));
  const guests = known
    .below("vms/")
    .map(({ rest, resource }) => ({
      ...guestOf(decodeURIComponent(rest), lastOf(resource.parent), resource),
      environment: resource.environment,
      hasTools: wordsOf(resource, "vsphere.tools") !== null,
    }))
    .filter(({ host }) => hostsKnown.has(host));
  const { name, site, environment, every, address, datacenters, environments } = config;
  return {
    type: "vsphere",
    ...present({ name, site, environment, every, environments }),
    address,
    datacenter:
      usual(seenHosts.map(({ resource }) => wordsOf(resource, "vsphere.datacenter"))) ?? "Datacenter",
    datacenters,
    clusters,
    hosts,
    guests,
    storages: known
      .below("datastores/")
      .map(({ rest, resource }) => ({ key: decodeURIComponent(rest), ...storageOf(resource) })),
  };
}

/** The nodes, guests and storages of a cluster, with its backups and replications; null while no node of it was ever seen. */
export function proxmoxCopy(config: ProxmoxSystemConfig, known: SystemKnown): ProxmoxCopy | null {
  const nodes = known.below("nodes/").map(({ resource }) => {
    const address = wordsOf(resource, "reach.address");
    return {
      ...hostOf(resource),
      // A node that left its cluster may be off; nobody who is asked knows.
      isOff: factOf(resource, "proxmox.online") === false,
      address: address !== null && isIP(address) !== 0 ? address : null,
    };
  });
  if (nodes.length === 0) return null;
  const nodesKnown = new Set(nodes.map(({ name }) => name));
  const guests = known
    .below("vms/")
    .map(({ rest, resource }) => {
      const kind = wordsOf(resource, "vm.kind") === "container" ? ("container" as const) : ("vm" as const);
      const isHighlyAvailable = wordsOf(resource, "proxmox.ha") !== null;
      return { ...guestOf(rest, wordsOf(resource, "vm.host") ?? "", resource), kind, isHighlyAvailable };
    })
    .filter(({ host }) => nodesKnown.has(host));
  const guestsKnown = new Set(guests.map(({ key }) => key));
  const storages = known.below("storages/").flatMap(({ rest, resource }) => {
    const on = listOf(resource, "proxmox.onNodes").filter((node) => nodesKnown.has(node));
    if (on.length === 0) return [];
    return [
      {
        key: rest.split("/").map(decodeURIComponent).join("/"),
        ...storageOf(resource),
        isShared: factOf(resource, "proxmox.shared") === true,
        nodes: on,
        holdsBackups: listOf(resource, "proxmox.content").includes("backup"),
      },
    ];
  });
  const backups = known.below("backups/").flatMap(({ rest, resource }) => {
    const guest = wordsOf(resource, "proxmox.id") ?? "";
    const madeAt = numberOf(resource, "backup.madeAt");
    const storage = rest.split("/").slice(0, -1).map(decodeURIComponent).join("/");
    const isGood = wordsOf(resource, "backup.state") === "good";
    return isGood && madeAt !== null && guestsKnown.has(guest) ? [{ guest, storage, madeAt }] : [];
  });
  const replications = known.below("replication/").flatMap(({ resource }) => {
    const guest = lastOf(resource.parent);
    const target = wordsOf(resource, "replication.to") ?? "";
    return guestsKnown.has(guest) && nodesKnown.has(target) ? [{ guest, target }] : [];
  });
  const { name, site, environment, every, offSite } = config;
  return {
    type: "proxmox",
    ...present({ name, site, environment, every }),
    isHighlyAvailable: factOf(known.get("cluster"), "hypervisor.ha") === true,
    offSite,
    nodes,
    guests,
    storages,
    backups,
    replications,
  };
}
