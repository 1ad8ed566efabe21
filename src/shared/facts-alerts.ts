import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of alerts and of what collects them. */
export const alertFacts = {
  "alert.state": {
    label: text("Alert", "Alerte"),
    group: "system",
    unit: "none",
    words: {
      active: text("active", "active"),
      suppressed: text("suppressed", "supprimée"),
      unprocessed: text("not looked at yet", "pas encore traitée"),
    },
  },
  "alert.severity": { label: text("Severity", "Gravité"), group: "system", unit: "none" },
  "alert.summary": { label: text("Summary", "Résumé"), group: "identity", unit: "none" },
  "alert.instance": { label: text("Instance", "Instance"), group: "identity", unit: "none" },
  "alert.since": { label: text("Since", "Depuis"), group: "system", unit: "timestamp" },
  "alert.labels": { label: text("Labels", "Étiquettes"), group: "identity", unit: "none" },
  "alert.source": { label: text("Source", "Source"), group: "identity", unit: "none" },
  "alert.silencedBy": { label: text("Silenced by", "Silence"), group: "maintenance", unit: "none" },
  "alertmanager.version": { label: text("Alertmanager", "Alertmanager"), group: "system", unit: "none" },
  "alertmanager.cluster": {
    label: text("Alertmanager cluster", "Cluster Alertmanager"),
    group: "system",
    unit: "none",
  },
  "alertmanager.alerts": { label: text("Alerts", "Alertes"), group: "load", unit: "count" },
  "alertmanager.suppressed": {
    label: text("Suppressed alerts", "Alertes supprimées"),
    group: "load",
    unit: "count",
  },
  "alertmanager.silences": {
    label: text("Silences in force", "Silences en vigueur"),
    group: "maintenance",
    unit: "none",
  },
} satisfies Record<string, FactDefinition>;
