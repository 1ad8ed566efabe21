import type { questions as english } from "../en/questions.ts";
import type { Translation } from "../translation.ts";

export const questions: Translation<typeof english> = {
  title: "Questions",
  decide: "Décider",
  notice: "{{target}} attend votre réponse.",
  hostKey: {
    title: "Est-ce bien {{target}} ?",
    meaning:
      "Ce serveur est contacté pour la première fois : rien ne prouve encore que c'est le bon. Comparez l'empreinte avec celle obtenue autrement : sur la console du serveur lui-même, ou auprès de qui l'a installé.",
    accepting:
      "Si vous acceptez, la clé est retenue et le serveur devra la présenter à chaque fois. S'il en présente un jour une autre, la console refusera de se connecter.",
    address: "Adresse",
    algorithm: "Type de clé",
    fingerprint: "Empreinte",
    accept: "Faire confiance à {{target}}",
    refuse: "Ne pas se connecter",
  },
  prompts: {
    title: "{{target}} demande",
    send: "Répondre à {{target}}",
    refuse: "Renoncer",
    notKept: "Ce que vous saisissez ne va qu'au serveur ; rien n'est conservé ni écrit au journal.",
    prompt: "Question {{number}}",
  },
  consent: {
    title: "{{target}} demande l'accord de la personne qui est devant",
    send: "Envoyer le code",
    refuse: "Renoncer",
    code: "Les {{count}} chiffres affichés sur son écran",
    left: "Le code est encore valable {{seconds}} s.",
  },
  signIn: {
    title: "Identification auprès de {{target}}",
    enter: "Saisie demandée : {{target}}",
    send: "Envoyer",
    refuse: "Renoncer",
    open: "Ouvrir la page d'identification dans votre navigateur",
    notOpened: "Aucun navigateur n'a pu être ouvert : copiez-y l'adresse.",
    left: "Il reste {{minutes}} min pour répondre.",
  },
  position: "{{index}} sur {{count}}",
};
