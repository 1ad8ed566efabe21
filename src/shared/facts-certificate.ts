import type { FactDefinition } from "./facts.ts";
import { text } from "./text.ts";

/**
 * The facts of a `certificate`, whoever tells of it: a connection that was shown it, an object of a cluster, an authority's
 * list. What is not known is left out or null. Moments are as the certificate itself has them, in UTC.
 */
export const certificateFacts = {
  "certificate.from": {
    label: text("Known by", "Connu par"),
    group: "system",
    unit: "none",
    words: {
      endpoint: text("a connection", "une connexion"),
      secret: text("a Kubernetes secret", "un secret Kubernetes"),
      "cert-manager": text("cert-manager", "cert-manager"),
      openshift: text("OpenShift", "OpenShift"),
      bundle: text("a bundle of authorities", "un lot d'autorités"),
      ssh: text("a log-in over SSH", "une connexion SSH"),
      login: text("a log-in with it", "une connexion qui l'emploie"),
      authority: text("its authority's list", "la liste de son autorité"),
    },
  },
  "certificate.subject": { label: text("Subject", "Sujet"), group: "identity", unit: "none" },
  /** The DNS names and IP addresses in it. */
  "certificate.names": { label: text("Names in it", "Noms qu'il porte"), group: "identity", unit: "none" },
  "certificate.issuer": { label: text("Issued by", "Émis par"), group: "identity", unit: "none" },
  /** Upper-case hex digits. */
  "certificate.serial": { label: text("Serial number", "Numéro de série"), group: "identity", unit: "none" },
  /** The SHA-256 of the whole certificate, upper-case hex digits with colons. */
  "certificate.fingerprint": {
    label: text("Fingerprint (SHA-256)", "Empreinte (SHA-256)"),
    group: "identity",
    unit: "none",
  },
  "certificate.notBefore": {
    label: text("Valid from", "Valable à partir du"),
    group: "maintenance",
    unit: "timestamp",
  },
  "certificate.notAfter": {
    label: text("Valid until", "Valable jusqu'au"),
    group: "maintenance",
    unit: "timestamp",
  },
  /** Such as `RSA 3072` or `EC P-256`. */
  "certificate.key": { label: text("Key", "Clé"), group: "system", unit: "none" },
  "certificate.signature": {
    label: text("Signature algorithm", "Algorithme de signature"),
    group: "system",
    unit: "none",
  },
  /** What comes with it up to its authority, from the leaf on; each the subject and the end. */
  "certificate.chain": { label: text("Chain", "Chaîne"), group: "identity", unit: "none" },
  /** Whether what comes with it leads to an authority, in the order of RFC 8446, 4.4.2. */
  "certificate.chainState": {
    label: text("State of the chain", "État de la chaîne"),
    group: "system",
    unit: "none",
    words: {
      complete: text("complete", "complète"),
      unordered: text("complete, but in another order", "complète, mais dans un autre ordre"),
      incomplete: text("incomplete", "incomplète"),
      "self-signed": text("self-signed", "auto-signé"),
    },
  },
  /** Whose word is taken for it. */
  "certificate.trust": {
    label: text("Trusted by", "Reconnu par"),
    group: "system",
    unit: "none",
    words: {
      workstation: text("this workstation's authorities", "les autorités de ce poste"),
      authority: text("the authority in the estate file", "l'autorité du fichier de parc"),
      pinned: text("its fingerprint in the estate file", "son empreinte dans le fichier de parc"),
      untrusted: text("nobody", "personne"),
    },
  },
  /** The name or address that it is shown under, which has to be among its names. */
  "certificate.servedAs": { label: text("Shown for", "Présenté pour"), group: "reach", unit: "none" },
  /** The identifiers of what uses it, or names where it is no resource. */
  "certificate.usedBy": { label: text("Used by", "Utilisé par"), group: "reach", unit: "none" },
  "certificate.renewal": {
    label: text("Renewed", "Renouvellement"),
    group: "maintenance",
    unit: "none",
    words: {
      automatic: text("by itself", "automatique"),
      manual: text("by hand", "manuel"),
    },
  },
  /** When it will be renewed by itself, as its system says. */
  "certificate.renewsAt": {
    label: text("Renews itself on", "Se renouvelle le"),
    group: "maintenance",
    unit: "timestamp",
  },
  /** Who renews it: an issuer, an operator, a role. */
  "certificate.renewedBy": { label: text("Renewed by", "Renouvelé par"), group: "maintenance", unit: "none" },
  /** What is on the way to a new one and not done: each the object, its state, since when, and why. */
  "certificate.issuance": {
    label: text("On the way", "En cours de délivrance"),
    group: "maintenance",
    unit: "none",
  },
  /** How many certificates come in one bundle, of which this is the one that it stands by. */
  "certificate.inBundle": {
    label: text("Certificates in the bundle", "Certificats dans le lot"),
    group: "identity",
    unit: "count",
  },
  "certificate.revoked": { label: text("Revoked", "Révoqué"), group: "maintenance", unit: "none" },
} satisfies Record<string, FactDefinition>;
