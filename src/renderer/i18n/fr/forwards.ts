import type { forwards as english } from "../en/forwards.ts";
import type { Translation } from "../translation.ts";

export const forwards: Translation<typeof english> = {
  open_one: "{{count}} redirection",
  open_other: "{{count}} redirections",
  openList: "Redirections de ports",
  failing: "en échec",
  leads: "{{address}} mène au port {{port}}",
  connections_one: "{{count}} connexion ouverte",
  connections_other: "{{count}} connexions ouvertes",
  served_one: "{{count}} en tout",
  served_other: "{{count}} en tout",
  since: "depuis {{time}}",
  copyAddress: "Copier l'adresse {{address}}",
  close: "Fermer",
  closeOf: "Fermer la redirection vers le port {{port}} de {{name}}",
  elsewhere:
    "Cette console est servie à un navigateur : ses redirections s'ouvrent sur la machine où elle tourne. Sur une autre machine, cette adresse ne mène nulle part.",
  forward: "Rediriger un port",
  looking: "Demande de ses ports…",
  port: "Port de {{name}}",
  declared: "Ports déclarés",
  noneDeclared: "Aucun port n'est déclaré ; indiquez le numéro sur lequel il écoute.",
  localPort: "Port sur 127.0.0.1",
  anyFree: "n'importe lequel, s'il est libre",
  start: "Rediriger",
  starting: "Ouverture…",
  badPort: "Un port est un nombre entier de 1 à 65535.",
  badLocalPort: "Indiquez un nombre entier de 1024 à 65535, ou rien pour n'importe quel port libre.",
  opened: "Le port {{port}} est maintenant joignable à {{address}}.",
};
