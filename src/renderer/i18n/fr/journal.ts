import type { journal as english } from "../en/journal.ts";
import type { Translation } from "../translation.ts";

export const journal: Translation<typeof english> = {
  title: "Journal",
  intro:
    "Chaque action, connexion, décision sur une clé d'hôte et usage d'un secret, écrits avant qu'ils n'aient lieu, et chaînés.",
  filter: "Filtrer le journal",
  types: "Types d'évènement",
  subject: "à propos de {{subject}}",
  task: "d'une seule tâche",
  clear: "Tout afficher",
  columns: {
    sequence: "N°",
    at: "Quand",
    type: "Évènement",
    subject: "À propos de",
    actor: "Qui",
    data: "Quoi",
  },
  caption: "Évènements du journal, les plus récents d'abord",
  older: "Évènements plus anciens",
  end: "C'est le début du journal.",
  empty: "Rien ne correspond.",
  newer_one: "{{count}} nouvel évènement : l'afficher",
  newer_other: "{{count}} nouveaux évènements : les afficher",
  details: "Détails de l'évènement {{sequence}}",
  hash: "Empreinte",
  previousHash: "Empreinte précédente",
  workstation: "Poste",
  verify: "Vérifier la chaîne",
  verifying: "Vérification…",
  intact: "La chaîne est intacte : {{events}} évènements, dernière empreinte {{hash}}.",
  broken: "La chaîne ne tient pas à l'évènement {{sequence}} : {{fault}}.",
  brokenSomewhere: "La chaîne ne tient pas : {{fault}}.",
  brokenHint:
    "Gardez le fichier du journal tel quel et comparez-le à sa dernière copie avant toute autre chose.",
  fault: {
    changed: "un évènement a été modifié",
    missing: "il manque un évènement",
    reordered: "des évènements ne sont pas dans l'ordre",
    unreadable: "un évènement est illisible",
    truncated: "les derniers évènements ont disparu",
  },
};
