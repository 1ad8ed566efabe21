import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of what announcements are sent to. */
export const webhookFacts = {
  "webhook.reachable": { label: text("Can be reached", "Joignable"), group: "reach", unit: "none" },
  "webhook.lastSent": {
    label: text("Last announcement", "Dernière annonce"),
    group: "system",
    unit: "timestamp",
  },
  "webhook.lastText": { label: text("It said", "Son texte"), group: "system", unit: "none" },
} satisfies Record<string, FactDefinition>;
