import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of a Vault: of the whole, of each of its nodes, and of what is mounted in it. */
export const vaultFacts = {
  "vault.part": {
    label: text("Part", "Élément"),
    group: "identity",
    unit: "none",
    words: {
      cluster: text("the whole Vault", "le Vault entier"),
      node: text("a node", "un nœud"),
      mount: text("a secrets engine", "un moteur de secrets"),
    },
  },
  "vault.role": {
    label: text("Role", "Rôle"),
    group: "system",
    unit: "none",
    words: {
      active: text("active", "actif"),
      standby: text("standby", "en attente"),
      "performance-standby": text("performance standby", "en attente de performance"),
      "dr-secondary": text("secondary for disaster recovery", "secondaire de reprise"),
      sealed: text("sealed", "scellé"),
      "not-initialised": text("not initialised", "non initialisé"),
    },
  },
  "vault.state": {
    label: text("State", "État"),
    group: "system",
    unit: "none",
    words: {
      open: text("open", "ouvert"),
      sealed: text("sealed", "scellé"),
      "no-active-node": text("without an active node", "sans nœud actif"),
      "not-initialised": text("not initialised", "non initialisé"),
      away: text("does not answer", "sans réponse"),
    },
  },
  "vault.sealed": { label: text("Sealed", "Scellé"), group: "system", unit: "none" },
  "vault.held": {
    label: text("People hold shares of", "Les porteurs détiennent des parts de"),
    group: "system",
    unit: "none",
    words: {
      unseal: text("the key that opens it", "la clé qui l'ouvre"),
      recovery: text("a recovery key: it opens by itself", "une clé de secours : il s'ouvre seul"),
    },
  },
  "vault.shares": { label: text("Shares of the key", "Parts de la clé"), group: "system", unit: "count" },
  "vault.threshold": {
    label: text("Shares that are needed", "Parts nécessaires"),
    group: "system",
    unit: "count",
  },
  "vault.progress": {
    label: text("Shares entered so far", "Parts saisies jusqu'ici"),
    group: "system",
    unit: "count",
  },
  /** The same at every console while it is the same attempt. */
  "vault.nonce": {
    label: text("Attempt to unseal", "Tentative de descellement"),
    group: "system",
    unit: "none",
  },
  /** Of making the shares of its key anew. */
  "vault.rekey": {
    label: text("New shares of the key", "Nouvelles parts de la clé"),
    group: "system",
    unit: "none",
    words: {
      none: text("not under way", "aucun renouvellement en cours"),
      "old-shares": text("waits for shares in force", "attend des parts en vigueur"),
      "new-shares": text("waits for new shares as proof", "attend de nouvelles parts comme preuve"),
    },
  },
  "vault.rekeyEntered": {
    label: text("Shares entered for it", "Parts saisies pour cela"),
    group: "system",
    unit: "count",
  },
  "vault.rekeyNeeded": {
    label: text("Shares needed for it", "Parts nécessaires pour cela"),
    group: "system",
    unit: "count",
  },
  "vault.rekeyNonce": {
    label: text("Attempt to make new shares", "Tentative de renouvellement des parts"),
    group: "system",
    unit: "none",
  },
  "vault.version": { label: text("Version", "Version"), group: "identity", unit: "none" },
  "vault.address": { label: text("Address", "Adresse"), group: "reach", unit: "none" },
  "vault.active": { label: text("Active node", "Nœud actif"), group: "system", unit: "none" },
  "vault.peers": { label: text("Raft peers", "Pairs Raft"), group: "system", unit: "none" },
  "vault.failureTolerance": {
    label: text("Nodes that may fail", "Nœuds pouvant tomber"),
    group: "system",
    unit: "count",
  },
  "vault.healthy": {
    label: text("All peers healthy", "Tous les pairs sains"),
    group: "system",
    unit: "none",
  },
  "vault.indexLag": {
    label: text("Writes behind the active node", "Écritures de retard sur le nœud actif"),
    group: "load",
    unit: "count",
  },
  "vault.lastContact": {
    label: text("Last contact with the active node", "Dernier contact avec le nœud actif"),
    group: "load",
    unit: "none",
  },
  "vault.clockSkew": {
    label: text("Its clock ahead of this workstation", "Avance de son horloge sur ce poste"),
    group: "system",
    unit: "seconds",
  },
  "vault.mounts": { label: text("Mounts", "Montages"), group: "storage", unit: "none" },
  "vault.logins": { label: text("Ways to log in", "Modes de connexion"), group: "reach", unit: "none" },
  "vault.audits": { label: text("Audit devices", "Journaux d'audit"), group: "maintenance", unit: "none" },
  "vault.leases": { label: text("Leases", "Baux"), group: "load", unit: "count" },
  "vault.keyTerm": { label: text("Term of the key", "Génération de la clé"), group: "system", unit: "count" },
  "vault.keyInstalledAt": {
    label: text("Key in use since", "Clé en service depuis"),
    group: "system",
    unit: "timestamp",
  },
  "vault.signedInAs": { label: text("Signed in as", "Identifié comme"), group: "reach", unit: "none" },
  "vault.tokenExpires": {
    label: text("Own token lives until", "Jeton de la console valable jusqu'au"),
    group: "maintenance",
    unit: "timestamp",
  },
  "vault.tokenEnds": {
    label: text("Own token cannot be renewed past", "Jeton de la console non renouvelable au-delà du"),
    group: "maintenance",
    unit: "timestamp",
  },
  "vault.mountType": { label: text("Type", "Type"), group: "identity", unit: "none" },
  "vault.path": { label: text("Path", "Chemin"), group: "identity", unit: "none" },
  "vault.pkiRoles": { label: text("Roles", "Rôles"), group: "identity", unit: "none" },
  "vault.certificates": {
    label: text("Certificates listed", "Certificats recensés"),
    group: "storage",
    unit: "count",
  },
} satisfies Record<string, FactDefinition>;
