import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/** The facts of services that are asked as their users ask. */
export const webFacts = {
  "web.check": {
    label: text("Check", "Vérification"),
    group: "identity",
    unit: "none",
    words: {
      http: text("web page", "page web"),
      tcp: text("open port", "port ouvert"),
      tls: text("certificate", "certificat"),
      smtp: text("mail server", "serveur de messagerie"),
    },
  },
  /** Whether everything that the check asks for was met. */
  "web.answers": { label: text("Answers", "Répond"), group: "system", unit: "none" },
  "web.status": { label: text("HTTP status", "Code HTTP"), group: "system", unit: "none" },
  /** From the first byte that was sent to the whole answer; through a hop, without the way to it. */
  "web.took": { label: text("It took", "Durée"), group: "load", unit: "milliseconds" },
  "web.firstByte": {
    label: text("First byte after", "Premier octet après"),
    group: "load",
    unit: "milliseconds",
  },
  /** As the far side says in the header that the estate names. */
  "web.servedBy": { label: text("Served by", "Servi par"), group: "system", unit: "none" },
  "web.target": { label: text("Asks", "Interroge"), group: "reach", unit: "none" },
  /** Where the name led. */
  "web.address": { label: text("Address asked", "Adresse interrogée"), group: "reach", unit: "none" },
  "web.redirections": { label: text("Redirected to", "Redirigé vers"), group: "reach", unit: "none" },
  "web.banner": { label: text("Greeting", "Annonce"), group: "system", unit: "none" },
  "web.startTls": { label: text("Offers STARTTLS", "Propose STARTTLS"), group: "system", unit: "none" },
  /** Since when it answers, or does not. */
  "web.since": {
    label: text("In this state since", "Dans cet état depuis"),
    group: "system",
    unit: "timestamp",
  },
  /** The last time that it answered. */
  "web.lastGood": { label: text("Last answered", "Dernière réponse"), group: "system", unit: "timestamp" },
  /** The earliest end of the certificates that were shown. */
  "tls.expires": {
    label: text("Certificate expires", "Expiration du certificat"),
    group: "maintenance",
    unit: "timestamp",
  },
  "tls.subject": { label: text("Certificate of", "Certificat de"), group: "identity", unit: "none" },
  "tls.issuer": { label: text("Issued by", "Émis par"), group: "identity", unit: "none" },
  "tls.names": { label: text("Names in it", "Noms qu'il porte"), group: "identity", unit: "none" },
  /** The SHA-256 of the certificate that was shown, upper-case hex digits with colons. */
  "tls.fingerprint": {
    label: text("Certificate's fingerprint", "Empreinte du certificat"),
    group: "identity",
    unit: "none",
  },
  "tls.version": { label: text("TLS version", "Version de TLS"), group: "system", unit: "none" },
} satisfies Record<string, FactDefinition>;
