import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of backup jobs that run on one of several servers. */
export const fileStoreFacts = {
  /** The servers where its timer is on; one, when all is well. */
  "file-store.runsOn": { label: text("Runs on", "S'exécute sur"), group: "system", unit: "none" },
  "file-store.site": { label: text("Runs at", "S'exécute à"), group: "system", unit: "none" },
  "file-store.servers": { label: text("Servers", "Serveurs"), group: "system", unit: "none" },
  /** Servers that cannot be asked. */
  "file-store.unread": { label: text("Not read", "Non lus"), group: "reach", unit: "none" },
  "file-store.took": {
    label: text("Last run took", "Durée du dernier passage"),
    group: "load",
    unit: "seconds",
  },
} satisfies Record<string, FactDefinition>;
