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
  "vsphere.admissionPolicy": {
    label: text("Admission control keeps", "Le contrôle d'admission réserve"),
    group: "system",
    unit: "none",
    words: {
      FailoverLevel: text("slots for hosts that may be lost", "des emplacements pour les hôtes à perdre"),
      FailoverResources: text(
        "a share of processors and memory",
        "une part des processeurs et de la mémoire",
      ),
      FailoverHost: text("hosts of their own", "des hôtes dédiés"),
    },
  },
  "vsphere.failoverLevel": {
    label: text("Hosts that HA may lose", "Hôtes que la HA peut perdre"),
    group: "system",
    unit: "count",
  },
  "vsphere.failoverNow": {
    label: text("Hosts that it could lose now", "Hôtes qu'elle pourrait perdre actuellement"),
    group: "system",
    unit: "count",
  },
  "vsphere.reservedProcessors": {
    label: text("Processors kept back", "Processeurs réservés"),
    group: "system",
    unit: "percent",
  },
  "vsphere.reservedMemory": {
    label: text("Memory kept back", "Mémoire réservée"),
    group: "system",
    unit: "percent",
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
    words: {
      PowerOnVM_Task: text("power on", "allumer"),
      PowerOffVM_Task: text("power off", "éteindre"),
      ResetVM_Task: text("reset", "réinitialiser"),
      SuspendVM_Task: text("suspend", "suspendre"),
      ShutdownGuest: text("shut down the guest", "arrêter le système invité"),
      RebootGuest: text("reboot the guest", "redémarrer le système invité"),
      CreateSnapshot_Task: text("take a snapshot", "prendre un instantané"),
      RemoveAllSnapshots_Task: text("delete all snapshots", "supprimer tous les instantanés"),
      RevertToCurrentSnapshot_Task: text("revert to the current snapshot", "revenir à l'instantané courant"),
    },
  },
} satisfies Record<string, FactDefinition>;
