import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of backups that are files on servers. */
export const dumpsFacts = {
  "dumps.count": { label: text("Dumps kept", "Exports conservés"), group: "storage", unit: "count" },
  "dumps.size": { label: text("Together", "Taille totale"), group: "storage", unit: "bytes" },
  "dumps.newest": {
    label: text("Newest dump", "Export le plus récent"),
    group: "maintenance",
    unit: "timestamp",
  },
  "dumps.oldest": {
    label: text("Oldest dump", "Export le plus ancien"),
    group: "maintenance",
    unit: "timestamp",
  },
  /** Dumps that should be there by the schedule, and are not. */
  "dumps.missing": {
    label: text("Missing in the schedule", "Absents de la planification"),
    group: "maintenance",
    unit: "count",
  },
  "dumps.servers": { label: text("Kept on", "Conservés sur"), group: "storage", unit: "none" },
  /** Left on the fullest of these disks. */
  "dumps.free": { label: text("Free space there", "Espace libre"), group: "storage", unit: "bytes" },
} satisfies Record<string, FactDefinition>;
