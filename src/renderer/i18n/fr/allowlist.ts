import type { allowlist as english } from "../en/allowlist.ts";
import type { Translation } from "../translation.ts";

export const allowlist: Translation<typeof english> = {
  title: "Liste autorisée",
  intro:
    "Ceux que le fournisseur laisse entrer dans ses services. Deux personnes décident d'un changement ; ce qui est autorisé pour un temps est retiré à l'échéance par une console en marche.",
  empty: "Le parc ne nomme aucune liste du fournisseur.",
  emptyHint: "Les listes figurent sous « allowlists » d'un système de type ovh.",
  toEstate: "Vers le parc",
  read: "lue",
  unread: "La liste ne peut pas être lue",
  notYet: "Elle n'a pas encore été lue.",
  none: "Elle ne laisse entrer personne.",
  shut: "N'entrent pas, d'après les adresses vues de ceux qui travaillent ici : {{who}}.",
  letIn: "Autoriser un réseau…",
  letInAt: "Autoriser un réseau dans {{name}}…",
  nobody: "non précisé",
  always: "toujours",
  columns: {
    network: "Réseau",
    state: "État",
    note: "Motif",
    by: "Autorisé par",
    until: "Jusqu'au",
    declared: "Dans le parc",
    letsIn: "Qui entre par là",
    actions: "Actions",
  },
  states: {
    allowed: "autorisé",
    toUpdate: "en cours de modification",
    toDelete: "en cours de retrait",
    other: "inconnu",
  },
  declared: {
    declared: "déclaré",
    temporary: "temporaire",
    undeclared: "non déclaré",
    unknown: "aucune plage nommée",
  },
  change: "Modifier…",
  changeOf: "Modifier {{name}}…",
  takeOff: "Retirer…",
  takeOffOf: "Retirer {{name}}…",
};
