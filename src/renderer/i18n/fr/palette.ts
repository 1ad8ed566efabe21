import type { palette as english } from "../en/palette.ts";
import type { Translation } from "../translation.ts";

export const palette: Translation<typeof english> = {
  title: "Recherche et commandes",
  placeholder: "Une ressource, une action, une page…",
  pages: "Pages",
  views: "Vues",
  goTo: "Aller à {{address}}",
  resources: "Ressources",
  actions: "Actions sur {{name}}",
  commands: "Commandes",
  nothing: "Rien n'a été trouvé.",
  searching: "Recherche…",
  keys: "↑ ↓ se déplacer · ↵ ouvrir · → actions · Échap fermer",
  found_one: "{{count}} résultat",
  found_other: "{{count}} résultats",
  back: "Revenir aux résultats",
  commandLight: "Apparence claire",
  commandDark: "Apparence sombre",
  commandEnglish: "English",
  commandFrench: "Français",
  commandTasks: "Panneau des tâches",
  screen: "Écran de {{name}}",
  hands: "Écran de {{name}}, sans rien d'autre",
  terminal: "Terminal sur {{name}}",
  openPage: "Ouvrir {{name}}",
};
