import { createHash, type KeyObject, X509Certificate } from "node:crypto";

/** What a certificate says of itself. Moments are epoch milliseconds. */
export interface CertificateWords {
  /** The common name, else the organisation, else the first of its names. */
  subject: string;
  /** DNS names and IP addresses. */
  names: string[];
  issuer: string;
  /** Upper-case hex digits. */
  serial: string;
  /** SHA-256, upper-case hex digits with colons. */
  fingerprint: string;
  notBefore: number;
  notAfter: number;
  key: string;
  /** Null where the library that reads it does not tell. */
  signature: string | null;
  isAuthority: boolean;
}

/** What is read as certificates at most: a bundle beyond it is no chain. */
const mostBytes = 256 * 1024;
const mostCertificates = 20;
const mostNames = 200;
/** A ConfigMap holds 1 MiB, and the public's authorities are some 150. */
const mostBundleBytes = 1024 * 1024;
const mostInBundle = 500;
const block =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates of a PEM text (RFC 7468) in their order; null where there is none, too many, or one is broken. */
export function readPem(pem: string): X509Certificate[] | null {
  if (pem.length > mostBytes) return null;
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0 || blocks.length > mostCertificates) return null;
  try {
    return blocks.map((each) => new X509Certificate(each));
  } catch {
    return null;
  }
}

/** The certificates of a bundle of authorities in their order; what is broken or of too many is left out. */
export function readBundle(pem: string): X509Certificate[] {
  if (pem.length > mostBundleBytes) return [];
  return (pem.match(block) ?? []).slice(0, mostInBundle).flatMap((each) => {
    try {
      return [new X509Certificate(each)];
    } catch {
      return [];
    }
  });
}

/** Reads a certificate (RFC 5280). Throws where its key is of a kind that nothing here can use. */
export function wordsOf(certificate: X509Certificate): CertificateWords {
  const names = alternativeNames(certificate.subjectAltName);
  return {
    subject: distinguished(certificate.subject) ?? names[0] ?? "–",
    names,
    issuer: distinguished(certificate.issuer) ?? "–",
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
    key: keyWords(certificate),
    signature: certificate.signatureAlgorithm?.slice(0, 100) ?? null,
    isAuthority: certificate.ca,
  };
}

/** The same where it may be anything; null for what cannot be read. */
export function triedWordsOf(certificate: X509Certificate): CertificateWords | null {
  try {
    const words = wordsOf(certificate);
    return Number.isNaN(words.notAfter) || Number.isNaN(words.notBefore) ? null : words;
  } catch {
    return null;
  }
}

/** The kind and size of a public or private key, such as `RSA 3072`. */
export function keyKind(key: KeyObject): string {
  const { asymmetricKeyType: type = "", asymmetricKeyDetails: details } = key;
  if (type === "rsa" || type === "rsa-pss" || type === "dsa") {
    return `${type.toUpperCase()} ${details?.modulusLength ?? ""}`.trim();
  }
  if (type === "ec") return `EC ${curveNames[details?.namedCurve ?? ""] ?? details?.namedCurve ?? ""}`.trim();
  return type.startsWith("ed") ? `Ed${type.slice(2)}` : type;
}

/** SHA-256 of a public key as it stands in certificates and requests, so that both can be told to be of one key. */
export function keyDigest(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** The same of the key that a certificate is for; null for a key that cannot be read, which Node throws upon. */
export function certifiedKeyDigest(certificate: X509Certificate): string | null {
  try {
    return keyDigest(certificate.publicKey);
  } catch {
    return null;
  }
}

const curveNames: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

function keyWords(certificate: X509Certificate): string {
  try {
    return keyKind(certificate.publicKey);
  } catch {
    return "–";
  }
}

/** Node writes one attribute a line. */
function distinguished(name: string | undefined): string | null {
  const lines = (name ?? "").split("\n");
  for (const attribute of ["CN=", "O=", "OU="]) {
    const found = lines.find((line) => line.startsWith(attribute));
    if (found) return printable(found.slice(attribute.length)).slice(0, 300);
  }
  return null;
}

/** Node separates names by a comma and writes those as JSON texts that have one in them (CVE-2021-44532). */
function alternativeNames(words: string | undefined): string[] {
  const names: string[] = [];
  for (const [, kind, quoted, bare] of (words ?? "").matchAll(
    /(DNS|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  )) {
    if (names.length >= mostNames) break;
    const value = quoted === undefined ? (bare ?? "") : unquoted(quoted);
    if (kind !== undefined && value !== "") names.push(printable(value).slice(0, 300));
  }
  return names;
}

function unquoted(words: string): string {
  try {
    const read: unknown = JSON.parse(words);
    return typeof read === "string" ? read : "";
  } catch {
    return "";
  }
}

function printable(words: string): string {
  return words.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
}
