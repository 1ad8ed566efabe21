import type { compare as english } from "../en/compare.ts";
import type { Translation } from "../translation.ts";

export const compare: Translation<typeof english> = {
  title: "Côte à côte",
  nothing: "Choisissez de deux à quatre hôtes ou VM dans leur liste, puis Comparer.",
  toHosts: "Hôtes",
  toVms: "VM",
  onlyDifferences: "Seulement les différences",
  differences_one: "{{count}} différence",
  differences_other: "{{count}} différences",
  table: "Faits côte à côte",
  same: "Rien de ce qui en est connu ne diffère.",
  gone: "Le parc ne le déclare pas, ou plus.",
  leave: "Retirer {{name}}",
  problems: "Problèmes",
  noProblems: "aucun",
  standsOn: "Repose sur",
  differs: "diffère",
  notTold: "pas connu",
  course: "{{fact}}, au fil du temps",
  with: "Comparer avec…",
  find: "Chercher par nom",
  found: "Au choix",
  noneFound: "Rien d'autre ne correspond.",
  more_one: "{{count}} autre correspond.",
  more_other: "{{count}} autres correspondent.",
};
