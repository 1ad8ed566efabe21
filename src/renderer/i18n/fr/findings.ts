import type { findings as english } from "../en/findings.ts";
import type { Translation } from "../translation.ts";

export const findings: Translation<typeof english> = {
  title: "Détections",
  intro:
    "Ce que les règles ont détecté dans le parc, le plus grave d'abord, avec ce sur quoi cela repose. Rien n'est entrepris sans que quelqu'un le décide.",
  none: "Rien n'a été détecté.",
  estate: "Le parc",
  rule: "Règle",
  everyRule: "Toutes les règles",
  withMuted: "Celles en sourdine aussi ({{count}})",
  numbers: "{{critical}} critique(s), {{warning}} à surveiller",
  off: "Désactivées par le parc : {{rules}}.",
  most: "Les {{count}} premières sont affichées.",
  since: "depuis le {{at}}",
  evidence: "Ce sur quoi cela repose",
  muted: "Mise en sourdine par {{by}} jusqu'au {{until}} : {{reason}}",
  mute: "Mettre en sourdine",
  muteOf: "Mettre en sourdine la détection sur {{name}}",
  unmute: "Lever la sourdine",
  reason: "Pourquoi",
  until: "Pendant",
  hours_one: "{{count}} heure",
  hours_other: "{{count}} heures",
  days_one: "{{count}} jour",
  days_other: "{{count}} jours",
  act: "Y remédier…",
  procedure: "Vers la procédure…",
  rules: {
    "backup-late": "Sauvegarde en retard",
    "spare-lost": "Réserve de capacité perdue",
    "quorum-at-risk": "Quorum menacé",
    "vault-sealed": "Vault scellé",
    "certificate-ending": "Certificat proche de sa fin",
    "token-ending": "Jeton proche de sa fin",
    "disk-filling": "Disque qui se remplit",
    "estate-drift": "Écart avec le parc déclaré",
  },
  notify: {
    ask: "Afficher des notifications sur le bureau",
    granted:
      "Toute nouvelle détection critique est affichée sur le bureau tant que cette fenêtre est ouverte.",
    denied: "Les notifications sur le bureau ne sont pas permises à cette fenêtre.",
    title: "Passerelle : {{name}}",
    more_one: "et {{count}} autre détection",
    more_other: "et {{count}} autres détections",
  },
};
