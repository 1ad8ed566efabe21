import type { overview as english } from "../en/overview.ts";
import type { Translation } from "../translation.ts";

export const overview: Translation<typeof english> = {
  title: "Vue d'ensemble",
  sites: "Sites et environnements",
  noSites: "Le parc ne déclare aucun site.",
  needs: "Ce qui vous attend",
  nothingNeeded: "Rien ne vous attend pour l'instant.",
  changes: "Ce qui a changé",
  noChanges: "Rien n'a changé ces dernières heures.",
  support: "Support",
  openUntil: "ouvert jusqu'à {{time}}",
  open: "ouvert",
  closedUntil: "fermé jusqu'à {{time}}",
  closed: "fermé",
  noSupport: "aucune plage déclarée",
  rpo: "PDMA (RPO)",
  rto: "DMIA (RTO)",
  notDeclared: "non déclarée",
  running_one: "{{count}} tâche en cours",
  running_other: "{{count}} tâches en cours",
  stale_one: "{{count}} périmé",
  stale_other: "{{count}} périmés",
  look: "Voir",
  act: "Prévisualiser",
  answer: "Répondre",
};
