import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of vCenter, and of the clusters, hosts, VMs and datastores that it manages. */
export const vsphereFacts = {
  "vsphere.version": { label: text("vSphere", "vSphere"), group: "system", unit: "none" },
  "vsphere.datacenter": { label: text("Datacenter", "Centre de données"), group: "identity", unit: "none" },
  "vsphere.cluster": { label: text("Cluster", "Grappe"), group: "identity", unit: "none" },
  "vsphere.hosts": { label: text("Hosts", "Hôtes"), group: "load", unit: "count" },
  "vsphere.hostsEffective": {
    label: text("Hosts that can run VMs", "Hôtes aptes à exécuter des VM"),
    group: "load",
    unit: "count",
  },
  "vsphere.vms": { label: text("VMs", "VM"), group: "load", unit: "count" },
  "vsphere.vmsOn": { label: text("VMs powered on", "VM allumées"), group: "load", unit: "count" },
  "vsphere.ha": {
    label: text("High availability (HA)", "Haute disponibilité (HA)"),
    group: "system",
    unit: "none",
  },
  "vsphere.admissionControl": {
    label: text("Admission control", "Contrôle d'admission"),
    group: "system",
    unit: "none",
  },
  "vsphere.drs": { label: text("DRS", "DRS"), group: "system", unit: "none" },
  "vsphere.drsMode": {
    label: text("DRS automation", "Automatisation DRS"),
    group: "system",
    unit: "none",
    words: {
      fullyAutomated: text("fully automated", "entièrement automatisée"),
      partiallyAutomated: text("partially automated", "partiellement automatisée"),
      manual: text("manual", "manuelle"),
    },
  },
  "vsphere.connection": {
    label: text("Connection to vCenter", "Connexion à vCenter"),
    group: "system",
    unit: "none",
    words: {
      connected: text("connected", "connecté"),
      disconnected: text("disconnected", "déconnecté"),
      notResponding: text("not responding", "sans réponse"),
      orphaned: text("orphaned", "orphelin"),
      inaccessible: text("inaccessible", "inaccessible"),
      invalid: text("invalid", "invalide"),
    },
  },
  "vsphere.maintenance": {
    label: text("Maintenance mode", "Mode maintenance"),
    group: "maintenance",
    unit: "none",
  },
  "vsphere.cores": { label: text("Cores", "Cœurs"), group: "load", unit: "count" },
  "vsphere.sockets": { label: text("Sockets", "Sockets"), group: "load", unit: "count" },
  "vsphere.host": { label: text("Host", "Hôte"), group: "identity", unit: "none" },
  "vsphere.template": { label: text("Template", "Modèle"), group: "identity", unit: "none" },
  "vsphere.tools": {
    label: text("VMware Tools", "VMware Tools"),
    group: "system",
    unit: "none",
    words: {
      guestToolsRunning: text("running", "en fonctionnement"),
      guestToolsNotRunning: text("not running", "à l'arrêt"),
      guestToolsExecutingScripts: text("starting", "au démarrage"),
    },
  },
  "vsphere.disks": { label: text("Disks", "Disques"), group: "storage", unit: "count" },
  "vsphere.storageUsed": { label: text("Storage used", "Stockage utilisé"), group: "storage", unit: "bytes" },
  "vsphere.networks": { label: text("Networks", "Réseaux"), group: "reach", unit: "none" },
  "vsphere.datastores": { label: text("Datastores", "Banques de données"), group: "storage", unit: "none" },
  "vsphere.snapshots": { label: text("Snapshots", "Instantanés"), group: "storage", unit: "count" },
  "vsphere.snapshotNames": {
    label: text("Snapshots by name", "Noms des instantanés"),
    group: "storage",
    unit: "none",
  },
  "vsphere.oldestSnapshot": {
    label: text("Oldest snapshot", "Plus ancien instantané"),
    group: "storage",
    unit: "timestamp",
  },
  "vsphere.disabled": {
    label: text("Not possible now", "Impossible actuellement"),
    group: "system",
    unit: "none",
  },
  "vsphere.capacity": { label: text("Capacity", "Capacité"), group: "storage", unit: "bytes" },
  "vsphere.free": { label: text("Free", "Libre"), group: "storage", unit: "bytes" },
  "vsphere.used": { label: text("Used", "Utilisé"), group: "storage", unit: "percent" },
  "vsphere.datastoreType": { label: text("Type", "Type"), group: "storage", unit: "none" },
} satisfies Record<string, FactDefinition>;
