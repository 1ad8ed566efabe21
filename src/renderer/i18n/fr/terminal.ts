import type { terminal as english } from "../en/terminal.ts";
import type { Translation } from "../translation.ts";

export const terminal: Translation<typeof english> = {
  title: "Terminal sur {{name}}",
  none: "Aucun système du parc n'offre de terminal ici.",
  which: "Quelle console",
  kinds: {
    shell: "Shell ({{system}})",
    serial: "Console série ({{system}})",
    screen: "Écran ({{system}})",
  },
  opening: {
    shell: "Ouverture d'un shell sur {{name}}…",
    serial: "Ouverture de la console série de {{name}}…",
  },
  questions: "La console attend votre réponse à une question avant de poursuivre.",
  live: "connecté",
  ended: "terminé",
  endedWith: "code de sortie {{code}}",
  reconnect: { shell: "Ouvrir un nouveau shell", serial: "Rouvrir la console série" },
  close: { shell: "Fermer le shell", serial: "Fermer la console série" },
  search: "Chercher dans le terminal",
  next: "Suivant",
  previous: "Précédent",
  found: "{{index}} sur {{count}}",
  notFound: "introuvable",
  closeSearch: "Fermer la recherche",
  keys: "Ctrl-Maj-F chercher · Ctrl-Maj-C copier · Ctrl-Maj-V coller · Ctrl-Maj-E sortir",
  screen: "Écran du terminal. Ctrl-Maj-E en sort.",
  open_one: "{{count}} terminal",
  open_other: "{{count}} terminaux",
  openList: "Terminaux ouverts",
};
