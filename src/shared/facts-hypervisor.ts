import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts that every hypervisor tells of its clusters, hosts, VMs and storages, in the same words. */
export const hypervisorFacts = {
  "hypervisor.version": { label: text("Hypervisor", "Hyperviseur"), group: "system", unit: "none" },
  "hypervisor.cluster": { label: text("Cluster", "Grappe"), group: "identity", unit: "none" },
  "hypervisor.hosts": { label: text("Hosts", "Hôtes"), group: "load", unit: "count" },
  "hypervisor.hostsEffective": {
    label: text("Hosts that can run VMs", "Hôtes aptes à exécuter des VM"),
    group: "load",
    unit: "count",
  },
  "hypervisor.vms": { label: text("VMs", "VM"), group: "load", unit: "count" },
  "hypervisor.vmsOn": { label: text("VMs powered on", "VM allumées"), group: "load", unit: "count" },
  "hypervisor.tags": { label: text("Tags", "Étiquettes"), group: "identity", unit: "none" },
  "hypervisor.ha": {
    label: text("High availability (HA)", "Haute disponibilité (HA)"),
    group: "system",
    unit: "none",
  },
  "hypervisor.maintenance": {
    label: text("Maintenance mode", "Mode maintenance"),
    group: "maintenance",
    unit: "none",
  },
  "hypervisor.cores": { label: text("Cores", "Cœurs"), group: "load", unit: "count" },
  "hypervisor.sockets": { label: text("Sockets", "Sockets"), group: "load", unit: "count" },
  "hypervisor.cpuUsed": {
    label: text("Processor used", "Processeur utilisé"),
    group: "load",
    unit: "percent",
  },
  "vm.kind": {
    label: text("Kind", "Genre"),
    group: "identity",
    unit: "none",
    words: { vm: text("virtual machine", "machine virtuelle"), container: text("container", "conteneur") },
  },
  "vm.host": { label: text("Host", "Hôte"), group: "identity", unit: "none" },
  "vm.template": { label: text("Template", "Modèle"), group: "identity", unit: "none" },
  "vm.disks": { label: text("Disks", "Disques"), group: "storage", unit: "count" },
  "vm.diskList": { label: text("Disks one by one", "Disques un par un"), group: "storage", unit: "none" },
  "vm.storageUsed": { label: text("Storage used", "Stockage utilisé"), group: "storage", unit: "bytes" },
  "vm.networks": { label: text("Networks", "Réseaux"), group: "reach", unit: "none" },
  "vm.storages": { label: text("Storages", "Stockages"), group: "storage", unit: "none" },
  "vm.snapshots": { label: text("Snapshots", "Instantanés"), group: "storage", unit: "count" },
  "vm.snapshotNames": {
    label: text("Snapshots by name", "Noms des instantanés"),
    group: "storage",
    unit: "none",
  },
  "vm.oldestSnapshot": {
    label: text("Oldest snapshot", "Plus ancien instantané"),
    group: "storage",
    unit: "timestamp",
  },
  "storage.capacity": { label: text("Capacity", "Capacité"), group: "storage", unit: "bytes" },
  "storage.free": { label: text("Free", "Libre"), group: "storage", unit: "bytes" },
  "storage.used": { label: text("Used", "Utilisé"), group: "storage", unit: "percent" },
  "storage.type": { label: text("Type", "Type"), group: "storage", unit: "none" },
} satisfies Record<string, FactDefinition>;
