import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of zones and records in the DNS, whoever they are changed at. */
export const dnsFacts = {
  "dns.name": { label: text("Name", "Nom"), group: "identity", unit: "none" },
  "dns.type": { label: text("Record type", "Type d'enregistrement"), group: "identity", unit: "none" },
  "dns.zone": { label: text("Zone", "Zone"), group: "identity", unit: "none" },
  "dns.value": { label: text("Value", "Valeur"), group: "system", unit: "none" },
  "dns.pointsTo": { label: text("Points to", "Pointe vers"), group: "system", unit: "none" },
  "dns.ttl": { label: text("Time to live (TTL)", "Durée de vie (TTL)"), group: "system", unit: "seconds" },
  "dns.agreed": {
    label: text("Authoritative servers agree", "Serveurs faisant autorité concordants"),
    group: "system",
    unit: "none",
  },
  "dns.authoritative": {
    label: text("Authoritative servers answer", "Réponses des serveurs faisant autorité"),
    group: "system",
    unit: "none",
  },
  "dns.resolvers": {
    label: text("Resolvers answer", "Réponses des résolveurs"),
    group: "system",
    unit: "none",
  },
  "dns.staleResolvers": {
    label: text("Resolvers with another answer", "Résolveurs donnant une autre réponse"),
    group: "system",
    unit: "count",
  },
  "dns.staleUntil": {
    label: text("Old answers until", "Anciennes réponses jusqu'à"),
    group: "system",
    unit: "timestamp",
  },
  "dns.chain": { label: text("Leads to", "Mène à"), group: "system", unit: "none" },
  "dns.values": { label: text("Known values", "Valeurs connues"), group: "identity", unit: "none" },
  "dns.serial": { label: text("Serial", "Numéro de série"), group: "system", unit: "none" },
  "ovh.credential": {
    label: text("Consumer key", "Clé de consommateur"),
    group: "reach",
    unit: "none",
    words: {
      validated: text("validated", "validée"),
      pendingValidation: text("not validated yet", "pas encore validée"),
      refused: text("refused", "refusée"),
      expired: text("expired", "expirée"),
    },
  },
  "ovh.credentialExpires": {
    label: text("Consumer key expires", "Expiration de la clé de consommateur"),
    group: "reach",
    unit: "timestamp",
  },
  "dns.serials": {
    label: text("Serial at each server", "Numéro de série de chaque serveur"),
    group: "system",
    unit: "none",
  },
} satisfies Record<string, FactDefinition>;
