import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of Kubernetes clusters and of what is in them. */
export const kubernetesFacts = {
  "kubernetes.version": { label: text("Kubernetes", "Kubernetes"), group: "system", unit: "none" },
  "kubernetes.nodes": { label: text("Nodes", "Nœuds"), group: "load", unit: "count" },
  "kubernetes.nodesReady": { label: text("Nodes ready", "Nœuds prêts"), group: "load", unit: "count" },
  "kubernetes.pods": { label: text("Pods", "Pods"), group: "load", unit: "count" },
  "kubernetes.warnings": {
    label: text("Last warnings", "Derniers avertissements"),
    group: "maintenance",
    unit: "none",
  },
  "kubernetes.ready": { label: text("Ready", "Prêt"), group: "system", unit: "none" },
  "kubernetes.cordoned": { label: text("Cordoned", "Isolé (cordon)"), group: "maintenance", unit: "none" },
  "kubernetes.roles": { label: text("Roles", "Rôles"), group: "identity", unit: "none" },
  "kubernetes.podLimit": { label: text("Pods at most", "Pods au plus"), group: "load", unit: "count" },
  "kubernetes.type": { label: text("Type", "Type"), group: "identity", unit: "none" },
  "kubernetes.namespace": { label: text("Namespace", "Espace de noms"), group: "identity", unit: "none" },
  "kubernetes.replicas": { label: text("Pods wanted", "Pods voulus"), group: "load", unit: "count" },
  "kubernetes.replicasReady": { label: text("Pods ready", "Pods prêts"), group: "load", unit: "count" },
  "kubernetes.replicasUpdated": {
    label: text("Pods up to date", "Pods à jour"),
    group: "maintenance",
    unit: "count",
  },
  "kubernetes.status": { label: text("Status", "État"), group: "system", unit: "none" },
  "kubernetes.podReady": {
    label: text("Containers ready", "Conteneurs prêts"),
    group: "system",
    unit: "none",
  },
  "kubernetes.restarts": { label: text("Restarts", "Redémarrages"), group: "system", unit: "count" },
  "kubernetes.node": { label: text("Node", "Nœud"), group: "identity", unit: "none" },
  "kubernetes.createdAt": { label: text("Created", "Créé le"), group: "identity", unit: "timestamp" },
  "kubernetes.storageClass": {
    label: text("Storage class", "Classe de stockage"),
    group: "storage",
    unit: "none",
  },
  "kubernetes.capacity": { label: text("Capacity", "Capacité"), group: "storage", unit: "bytes" },
  "kubernetes.volume": { label: text("Volume", "Volume"), group: "storage", unit: "none" },
  "kubernetes.hosts": { label: text("Hosts", "Noms d'hôte"), group: "reach", unit: "none" },
  "kubernetes.budgets": {
    label: text(
      "Disruption budgets: allowed (healthy/needed)",
      "Budgets d'interruption : admis (sains/requis)",
    ),
    group: "maintenance",
    unit: "none",
  },
  "kubernetes.quotas": { label: text("Quotas", "Quotas"), group: "load", unit: "none" },
} satisfies Record<string, FactDefinition>;
