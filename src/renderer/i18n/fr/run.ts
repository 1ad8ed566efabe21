import type { run as english } from "../en/run.ts";
import type { Translation } from "../translation.ts";

export const run: Translation<typeof english> = {
  gone: "Cette tâche n'existe plus. Ses évènements sont dans le journal.",
  toTasks: "Toutes les tâches",
  summary: "Bilan",
  summaryHead: { outcome: "Résultat", hosts: "Combien", which: "Lesquels" },
  progress: "{{ended}} terminées sur {{total}}",
  byHost: "Par hôte",
  grouped: "Par sortie identique",
  view: "Présenter la sortie",
  copyAll: "Tout copier",
  same_one: "{{count}} ressource",
  same_other: "{{count}} ressources avec la même sortie",
  noOutput: "aucune sortie",
  outputOf: "Sortie de {{name}}",
  waiting: "attend son tour",
  children: "Tâches par ressource",
};
