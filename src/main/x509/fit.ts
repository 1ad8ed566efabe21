import { createPrivateKey, createPublicKey, type X509Certificate } from "node:crypto";
import { type LocalText, text } from "../../shared/text.ts";
import { chainOf } from "./chain.ts";
import { uncoveredNames } from "./names.ts";
import { certifiedKeyDigest, keyDigest, readPem, triedWordsOf } from "./read.ts";

/** A certificate with its chain that may take the place of another. */
export interface Fitting {
  /** As it is to be installed: the leaf first, each followed by who vouches for it. */
  pem: string;
  subject: string;
  fingerprint: string;
  notAfter: number;
  names: readonly string[];
}

export interface Place {
  /** PEM of the private key; a secret. Null: whether the key matches is not looked at. */
  key: string | null;
  /** Names that it must be good for. */
  names: readonly string[];
  /** When what is there ends, epoch milliseconds; null: nothing is there. */
  endsBefore: number | null;
  now: number;
}

/** Whether certificates (PEM) fit a place; else what speaks against them, in a sentence. */
export function judgeFit(pem: string, { key, names, endsBefore, now }: Place): Fitting | LocalText {
  const shown = readPem(pem);
  const [leaf] = shown ?? [];
  const words = leaf ? triedWordsOf(leaf) : null;
  if (!shown || !leaf || !words) {
    return text(
      "This is no certificate in PEM, with those of its authorities after it.",
      "Ce n'est pas un certificat au format PEM, suivi de ceux de ses autorités.",
    );
  }
  if (words.isAuthority) {
    return text(
      `The first certificate is that of an authority (${words.subject}); the server's own must come first.`,
      `Le premier certificat est celui d'une autorité (${words.subject}) ; celui du serveur doit venir d'abord.`,
    );
  }
  if (key !== null && !isOfKey(leaf, key)) {
    return text("The certificate is for another key.", "Le certificat correspond à une autre clé.");
  }
  if (words.notBefore > now) {
    const from = new Date(words.notBefore).toISOString().slice(0, 16).replace("T", " ");
    return text(
      `It is not valid before ${from} UTC by the clock of this workstation, which may be behind.`,
      `Il n'est pas valable avant le ${from} UTC selon l'horloge de ce poste, qui retarde peut-être.`,
    );
  }
  if (words.notAfter <= now) {
    return text(
      `It is not valid now: from ${day(words.notBefore)} to ${day(words.notAfter)}.`,
      `Il n'est pas valable en ce moment : du ${day(words.notBefore)} au ${day(words.notAfter)}.`,
    );
  }
  const missing = uncoveredNames(words.names, names);
  if (missing.length > 0) {
    return text(
      `It is not good for ${missing.join(", ")}, which the one in place is good for.`,
      `Il ne vaut pas pour ${missing.join(", ")}, contrairement à celui en place.`,
    );
  }
  if (endsBefore !== null && words.notAfter <= endsBefore) {
    return text(
      `It ends on ${day(words.notAfter)}, not after the one in place (${day(endsBefore)}).`,
      `Il expire le ${day(words.notAfter)}, pas après celui en place (${day(endsBefore)}).`,
    );
  }
  const chain = chainOf(shown, null);
  if (chain.state === "incomplete") {
    return text(
      "Its chain is incomplete: add the certificates of the authorities between it and its root.",
      "Sa chaîne est incomplète : ajoutez les certificats des autorités entre lui et sa racine.",
    );
  }
  // A root that the workstation knows was found for the path, and is not sent along.
  const sent = chain.path.filter((each) => shown.includes(each));
  return {
    pem: sent.map((each) => each.toString()).join(""),
    subject: words.subject,
    fingerprint: words.fingerprint,
    notAfter: words.notAfter,
    names: words.names,
  };
}

/** Whether a certificate is for a private key (PEM); false for what is no key. */
export function isOfKey(certificate: X509Certificate, privateKey: string): boolean {
  try {
    return keyDigest(createPublicKey(createPrivateKey(privateKey))) === certifiedKeyDigest(certificate);
  } catch {
    return false;
  }
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
