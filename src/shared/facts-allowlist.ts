import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of a provider's allowlists: of each list, and of each network that one lets in. */
export const allowlistFacts = {
  "allowlist.part": {
    label: text("Part", "Élément"),
    group: "identity",
    unit: "none",
    words: { list: text("a list", "une liste"), entry: text("a network", "un réseau") },
  },
  "allowlist.service": {
    label: text("Service of the provider", "Service du fournisseur"),
    group: "identity",
    unit: "none",
  },
  "allowlist.list": { label: text("List", "Liste"), group: "identity", unit: "none" },
  "allowlist.policy": {
    label: text("Who is let in", "Accès"),
    group: "reach",
    unit: "none",
    words: {
      filtered: text("the networks of the list", "les réseaux de la liste"),
      open: text("everybody", "tout le monde"),
    },
  },
  "allowlist.entries": {
    label: text("Networks let in", "Réseaux autorisés"),
    group: "reach",
    unit: "count",
  },
  /** Ranges of the estate, as CIDR. */
  "allowlist.missing": {
    label: text("In the estate, not in the list", "Dans le parc, absents de la liste"),
    group: "reach",
    unit: "none",
  },
  "allowlist.shut": {
    label: text("Not let in", "Non autorisés"),
    group: "reach",
    unit: "none",
  },
  "allowlist.network": { label: text("Network", "Réseau"), group: "identity", unit: "none" },
  "allowlist.state": {
    label: text("State", "État"),
    group: "reach",
    unit: "none",
    words: {
      allowed: text("let in", "autorisé"),
      toUpdate: text("being changed", "en cours de modification"),
      toDelete: text("being removed", "en cours de retrait"),
    },
  },
  "allowlist.note": { label: text("What for", "Motif"), group: "identity", unit: "none" },
  "allowlist.by": { label: text("Let in by", "Autorisé par"), group: "identity", unit: "none" },
  "allowlist.ends": { label: text("Until", "Jusqu'au"), group: "maintenance", unit: "timestamp" },
  /** By the provider's clock. */
  "allowlist.isDue": {
    label: text("Its end has come", "Échéance passée"),
    group: "maintenance",
    unit: "none",
  },
  "allowlist.declared": {
    label: text("In the estate", "Dans le parc"),
    group: "reach",
    unit: "none",
    words: {
      declared: text("declared", "déclaré"),
      temporary: text("for a time", "temporaire"),
      undeclared: text("not declared", "non déclaré"),
      unknown: text("the estate names no range", "le parc ne nomme aucune plage"),
    },
  },
  "allowlist.letsIn": { label: text("Lets in", "Laisse entrer"), group: "reach", unit: "none" },
} satisfies Record<string, FactDefinition>;
