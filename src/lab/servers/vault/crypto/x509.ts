import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import {
  bits,
  der,
  type Element,
  elements,
  identifier,
  inside,
  integer,
  octets,
  sequence,
  time,
  utf8,
  yes,
} from "./der.ts";

/** Certificates, requests and revocation lists as RFC 5280 and RFC 2986 write them. */

const oids = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  alternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  crlNumber: "2.5.29.20",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  clientAuthentication: "1.3.6.1.5.5.7.3.2",
  extensionRequest: "1.2.840.113549.1.9.14",
  ecdsaSha256: "1.2.840.10045.4.3.2",
  ecdsaSha384: "1.2.840.10045.4.3.3",
  rsaSha256: "1.2.840.113549.1.1.11",
  rsaSha384: "1.2.840.113549.1.1.12",
  rsaSha512: "1.2.840.113549.1.1.13",
  ed25519: "1.3.101.112",
} as const;

export interface Names {
  commonName: string;
  organization?: string;
  /** Names and addresses. */
  alternative: readonly string[];
}

export interface Signer {
  certificate: X509Certificate;
  key: KeyObject;
}

export interface CertificateWish {
  names: Names;
  publicKey: KeyObject;
  /** Null for one that signs itself with `key`. */
  issuer: Signer | null;
  key?: KeyObject;
  notBefore: number;
  notAfter: number;
  isAuthority: boolean;
}

/** Makes a certificate in DER; `serial` is drawn. Times are epoch milliseconds. */
export function makeCertificate(wish: CertificateWish): X509Certificate {
  const signingKey = wish.issuer?.key ?? wish.key;
  if (!signingKey) throw new TypeError("nobody signs");
  const subject = nameOf(wish.names);
  const issuer = wish.issuer ? subjectOf(wish.issuer.certificate) : subject;
  const serial = randomBytes(20);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  const spki = wish.publicKey.export({ type: "spki", format: "der" });
  const authorityKey = wish.issuer
    ? wish.issuer.certificate.publicKey.export({ type: "spki", format: "der" })
    : spki;
  const content = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithmOf(signingKey),
    issuer,
    sequence(time(wish.notBefore), time(wish.notAfter)),
    subject,
    spki,
    der(0xa3, sequence(...extensionsOf(wish, spki, authorityKey))),
  );
  return new X509Certificate(signed(content, signingKey));
}

/** A revocation list in DER. */
export function makeRevocationList(
  issuer: Signer,
  revoked: readonly { serial: string; at: number }[],
  { number, now, next }: { number: number; now: number; next: number },
): Buffer {
  const entries = revoked.map(({ serial, at }) =>
    sequence(integer(Buffer.from(serial.replaceAll(":", ""), "hex")), time(at)),
  );
  const content = sequence(
    integer(Buffer.from([1])),
    algorithmOf(issuer.key),
    subjectOf(issuer.certificate),
    time(now),
    time(next),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    der(
      0xa0,
      sequence(
        extension(oids.crlNumber, false, integer(Buffer.from(number.toString(16).padStart(6, "0"), "hex"))),
      ),
    ),
  );
  return signed(content, issuer.key);
}

/** The serial number as Vault writes it, `39:dd:2e:…`. */
export function serialOf({ serialNumber }: X509Certificate): string {
  const even = serialNumber.length % 2 === 0 ? serialNumber : `0${serialNumber}`;
  return (even.toLowerCase().match(/../g) ?? []).join(":");
}

/** Who asks by a certificate signing request, and for what. Throws RangeError for what is none, or is not signed by its key. */
export function readRequest(pem: string): { publicKey: KeyObject; names: Names } {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END/.exec(pem)?.[1];
  if (!body) throw new RangeError("no certificate request");
  const [info, algorithm, signature] = inside(Buffer.from(body, "base64"));
  if (!info || !algorithm || !signature) throw new RangeError("no certificate request");
  const [, subject, spki, attributes] = elements(info.content);
  if (!subject || !spki) throw new RangeError("no certificate request");
  const publicKey = createPublicKey({ key: spki.whole, format: "der", type: "spki" });
  const digest = digestOf(algorithm);
  if (!verify(digest, info.whole, publicKey, signature.content.subarray(1)))
    throw new RangeError("not signed by its key");
  return {
    publicKey,
    names: {
      commonName: commonNameIn(subject),
      alternative: attributes ? alternativesIn(attributes) : [],
    },
  };
}

const digests = new Map<string, string | null>([
  [identifier(oids.ecdsaSha256).toString("hex"), "sha256"],
  [identifier(oids.ecdsaSha384).toString("hex"), "sha384"],
  [identifier(oids.rsaSha256).toString("hex"), "sha256"],
  [identifier(oids.rsaSha384).toString("hex"), "sha384"],
  [identifier(oids.rsaSha512).toString("hex"), "sha512"],
  [identifier(oids.ed25519).toString("hex"), null],
]);

function digestOf(algorithm: Element): string | null {
  const digest = digests.get(elements(algorithm.content)[0]?.whole.toString("hex") ?? "");
  if (digest === undefined) throw new RangeError("signed in a way that is not known");
  return digest;
}

function commonNameIn(subject: Element): string {
  const wanted = identifier(oids.commonName);
  for (const set of elements(subject.content))
    for (const part of elements(set.content)) {
      const [type, value] = elements(part.content);
      if (type?.whole.equals(wanted)) return value?.content.toString("utf8") ?? "";
    }
  return "";
}

function alternativesIn(attributes: Element): string[] {
  for (const attribute of elements(attributes.content)) {
    const [type, values] = elements(attribute.content);
    if (!type?.whole.equals(identifier(oids.extensionRequest)) || !values) continue;
    for (const asked of inside(values.content)) {
      const [name, ...rest] = elements(asked.content);
      if (!name?.whole.equals(identifier(oids.alternativeName))) continue;
      return inside(rest.at(-1)?.content ?? Buffer.alloc(0)).flatMap(({ tag, content }) => {
        if (tag === 0x82) return [content.toString("latin1")];
        return tag === 0x87 && content.length === 4 ? [[...content].join(".")] : [];
      });
    }
  }
  return [];
}

function nameOf({ commonName, organization }: Names): Buffer {
  const part = (oid: string, words: string) => der(0x31, sequence(identifier(oid), utf8(words)));
  return sequence(
    ...(organization ? [part(oids.organization, organization)] : []),
    part(oids.commonName, commonName),
  );
}

/** The subject as it stands in a certificate, byte for byte. */
function subjectOf({ raw }: X509Certificate): Buffer {
  const [content] = inside(raw);
  const parts = content ? elements(content.content) : [];
  return parts[5]?.whole ?? Buffer.alloc(0);
}

function extensionsOf({ names, isAuthority }: CertificateWish, spki: Buffer, authorityKey: Buffer): Buffer[] {
  const identifierOf = (key: Buffer) => createHash("sha1").update(key).digest();
  const usage = isAuthority ? "03020106" : "030203a8";
  const listed = [
    extension(oids.keyUsage, true, Buffer.from(usage, "hex")),
    extension(oids.basicConstraints, true, isAuthority ? sequence(yes) : sequence()),
    extension(oids.subjectKeyIdentifier, false, octets(identifierOf(spki))),
    extension(oids.authorityKeyIdentifier, false, sequence(der(0x80, identifierOf(authorityKey)))),
  ];
  if (!isAuthority) {
    const purposes = [oids.serverAuthentication, oids.clientAuthentication].map(identifier);
    listed.push(extension(oids.extendedKeyUsage, false, sequence(...purposes)));
  }
  const alternative = names.alternative.flatMap((name) => {
    if (isIP(name) === 4) return [der(0x87, Buffer.from(name.split(".").map(Number)))];
    return [der(0x82, Buffer.from(name, "latin1"))];
  });
  if (alternative.length > 0) listed.push(extension(oids.alternativeName, false, sequence(...alternative)));
  return listed;
}

const extension = (oid: string, isCritical: boolean, value: Buffer) =>
  sequence(identifier(oid), ...(isCritical ? [yes] : []), octets(value));

function algorithmOf(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "rsa")
    return sequence(identifier(oids.rsaSha256), Buffer.from("0500", "hex"));
  return sequence(identifier(key.asymmetricKeyType === "ed25519" ? oids.ed25519 : oids.ecdsaSha256));
}

function signed(content: Buffer, key: KeyObject): Buffer {
  const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  return sequence(content, algorithmOf(key), bits(sign(digest, content, key)));
}

/** PEM of bytes in DER. */
export function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join("\n");
}

/** What a certificate and its key in PEM sign with. */
export function signerOf(certificate: string, key: string): Signer {
  return { certificate: new X509Certificate(certificate), key: createPrivateKey(key) };
}
