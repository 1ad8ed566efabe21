import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of Proxmox VE clusters, and of their nodes, VMs, containers and storages. */
export const proxmoxFacts = {
  "proxmox.quorum": {
    label: text("Quorum", "Quorum"),
    group: "system",
    unit: "none",
    words: {
      kept: text("kept", "atteint"),
      lost: text("lost", "perdu"),
      single: text("single node, none needed", "nœud seul, sans objet"),
    },
  },
  "proxmox.quorumWithout": {
    label: text("Quorum without this node", "Quorum sans ce nœud"),
    group: "system",
    unit: "none",
    words: {
      kept: text("kept", "atteint"),
      lost: text("lost", "perdu"),
      single: text("single node, none needed", "nœud seul, sans objet"),
    },
  },
  "proxmox.votes": { label: text("Votes present", "Voix présentes"), group: "system", unit: "count" },
  "proxmox.votesExpected": {
    label: text("Votes in all", "Voix au total"),
    group: "system",
    unit: "count",
  },
  "proxmox.votesNeeded": {
    label: text("Votes needed", "Voix nécessaires"),
    group: "system",
    unit: "count",
  },
  "proxmox.quorumDevice": {
    label: text("QDevice", "QDevice"),
    group: "system",
    unit: "none",
    words: {
      none: text("none", "aucun"),
      connected: text("connected", "connecté"),
      away: text("not connected", "non connecté"),
    },
  },
  "proxmox.haTroubled": {
    label: text("Guests that HA is not through with", "Invités en cours de traitement ou en échec HA"),
    group: "maintenance",
    unit: "count",
  },
  "proxmox.replicationTroubled": {
    label: text("Replications that fail or are late", "Réplications en échec ou en retard"),
    group: "maintenance",
    unit: "count",
  },
  "proxmox.storagesAway": {
    label: text("Storages missing on a node", "Stockages absents d'un nœud"),
    group: "maintenance",
    unit: "count",
  },
  "proxmox.nodesOnline": { label: text("Nodes online", "Nœuds en ligne"), group: "load", unit: "count" },
  "proxmox.nodesAway": {
    label: text("Nodes not in the cluster", "Nœuds absents de la grappe"),
    group: "maintenance",
    unit: "count",
  },
  "proxmox.nodes": { label: text("Nodes", "Nœuds"), group: "load", unit: "count" },
  "proxmox.haMaster": {
    label: text("HA manager runs on", "Gestionnaire HA sur"),
    group: "system",
    unit: "none",
  },
  "proxmox.haRules": { label: text("HA rules", "Règles HA"), group: "system", unit: "none" },
  "proxmox.online": {
    label: text("In the cluster", "Dans la grappe"),
    group: "system",
    unit: "none",
  },
  "proxmox.ha": { label: text("HA state", "État HA"), group: "system", unit: "none" },
  "proxmox.haGroup": { label: text("HA group", "Groupe HA"), group: "system", unit: "none" },
  "proxmox.lrm": { label: text("Local HA manager", "Gestionnaire HA local"), group: "system", unit: "none" },
  "proxmox.subscription": { label: text("Subscription", "Abonnement"), group: "system", unit: "none" },
  "proxmox.rootUsed": {
    label: text("Root file system used", "Système de fichiers racine utilisé"),
    group: "storage",
    unit: "percent",
  },
  "proxmox.id": { label: text("VMID", "VMID"), group: "identity", unit: "none" },
  "proxmox.lock": { label: text("Lock", "Verrou"), group: "maintenance", unit: "none" },
  "proxmox.pool": { label: text("Pool", "Pool"), group: "identity", unit: "none" },
  "proxmox.agent": {
    label: text("Guest agent", "Agent invité"),
    group: "system",
    unit: "none",
    words: {
      answers: text("answers", "répond"),
      silent: text("enabled, does not answer", "activé, ne répond pas"),
      off: text("not enabled", "non activé"),
    },
  },
  "proxmox.onBoot": {
    label: text("Started with its node", "Démarrée avec son nœud"),
    group: "system",
    unit: "none",
  },
  "proxmox.backups": { label: text("Backups", "Sauvegardes"), group: "storage", unit: "count" },
  "proxmox.latestBackup": {
    label: text("Latest backup", "Dernière sauvegarde"),
    group: "storage",
    unit: "timestamp",
  },
  "proxmox.content": { label: text("May hold", "Peut contenir"), group: "storage", unit: "none" },
  "proxmox.shared": {
    label: text("Shared by the nodes", "Partagé entre les nœuds"),
    group: "storage",
    unit: "none",
  },
  "proxmox.onNodes": { label: text("On nodes", "Sur les nœuds"), group: "storage", unit: "none" },
} satisfies Record<string, FactDefinition>;
