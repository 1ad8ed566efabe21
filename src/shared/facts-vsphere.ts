import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of vCenter, and of the clusters, hosts, VMs and datastores that it manages. */
export const vsphereFacts = {
  "vsphere.datacenter": { label: text("Datacenter", "Centre de données"), group: "identity", unit: "none" },
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
  "vsphere.disabled": {
    label: text("Not possible now", "Impossible actuellement"),
    group: "system",
    unit: "none",
  },
} satisfies Record<string, FactDefinition>;
