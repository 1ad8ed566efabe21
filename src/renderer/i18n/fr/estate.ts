import type { estate as english } from "../en/estate.ts";
import type { Translation } from "../translation.ts";

export const estate: Translation<typeof english> = {
  title: "Parc",
  file: "Fichier",
  loaded: "En vigueur depuis",
  valid: "Le fichier sur le disque est valide et en vigueur.",
  invalid_one: "Le fichier sur le disque comporte {{count}} erreur.",
  invalid_other: "Le fichier sur le disque comporte {{count}} erreurs.",
  lastGood: "La dernière copie valide reste en vigueur ; corrigez le fichier, il sera relu de lui-même.",
  nothing: "Aucun parc n'est en vigueur : il n'y a pas encore eu de copie valide.",
  faults: "Ce qui ne va pas",
  line: "ligne {{line}}, colonne {{column}}",
  expected: "Attendu : {{expected}}",
  nearMiss: "Vouliez-vous dire {{word}} ?",
  contents: "Ce qu'il déclare",
  columns: { kind: "Nature", id: "Identifiant", name: "Nom", detail: "Détail" },
  kinds: {
    environment: "environnement",
    site: "site",
    hop: "machine de rebond",
    allowlist: "plage autorisée",
    system: "système",
    host: "hôte",
    vm: "VM",
    secret: "secret",
  },
};
