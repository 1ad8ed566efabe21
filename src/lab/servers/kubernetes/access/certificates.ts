import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";

/** A certificate and its key, as PEM. */
export interface KeyedCertificate {
  cert: string;
  key: string;
}

export interface Subject {
  commonName: string;
  organizations?: readonly string[];
}

const day = 86_400_000;

/** DER: tag, length, value (X.690). */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const hex = (digits: string) => Buffer.from(digits, "hex");

/** Object identifiers, encoded. */
const identifiers = {
  ecdsaWithSha256: hex("06082a8648ce3d040302"),
  commonName: hex("0603550403"),
  organization: hex("060355040a"),
  basicConstraints: hex("0603551d13"),
  keyUsage: hex("0603551d0f"),
  extendedKeyUsage: hex("0603551d25"),
  subjectAlternativeName: hex("0603551d11"),
  serverAuthentication: hex("06082b06010505070301"),
  clientAuthentication: hex("06082b06010505070302"),
  authorityInformation: hex("06082b06010505070101"),
  issuers: hex("06082b06010505073002"),
} as const;
const algorithm = sequence(identifiers.ecdsaWithSha256);

function nameOf({ commonName, organizations = [] }: Subject): Buffer {
  const part = (identifier: Buffer, value: string) =>
    der(0x31, sequence(identifier, der(0x0c, Buffer.from(value))));
  return sequence(
    ...organizations.map((value) => part(identifiers.organization, value)),
    part(identifiers.commonName, commonName),
  );
}

function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
}

const extension = (identifier: Buffer, isCritical: boolean, value: Buffer) =>
  sequence(identifier, ...(isCritical ? [hex("0101ff")] : []), der(0x04, value));

/** What a certificate is for: to sign others, to show at an address, to log in with. */
export type Purpose =
  | { for: "authority" }
  | {
      for: "server";
      names: readonly string[];
      addresses: readonly string[];
      /** Where the certificate of its issuer is fetched (RFC 5280, 4.2.2.1). */
      issuerAt?: string;
    }
  | { for: "client" };

function extensions(purpose: Purpose): Buffer[] {
  if (purpose.for === "authority") {
    return [
      extension(identifiers.basicConstraints, true, sequence(hex("0101ff"))),
      // keyCertSign and cRLSign.
      extension(identifiers.keyUsage, true, hex("03020106")),
    ];
  }
  const isServer = purpose.for === "server";
  const use = isServer ? identifiers.serverAuthentication : identifiers.clientAuthentication;
  const listed = [
    extension(identifiers.keyUsage, true, hex("03020780")),
    extension(identifiers.extendedKeyUsage, false, sequence(use)),
  ];
  if (!isServer) return listed;
  const names = purpose.names.map((name) => der(0x82, Buffer.from(name)));
  const addresses = purpose.addresses.map((address) =>
    der(0x87, Buffer.from(address.split(".").map(Number))),
  );
  listed.push(extension(identifiers.subjectAlternativeName, false, sequence(...names, ...addresses)));
  if (purpose.issuerAt !== undefined) {
    const place = sequence(identifiers.issuers, der(0x86, Buffer.from(purpose.issuerAt)));
    listed.push(extension(identifiers.authorityInformation, false, sequence(place)));
  }
  return listed;
}

/**
 * Makes a certificate of version 3 (RFC 5280, 4.1) with a key of its own on P-256 unless one is given, signed by `issuer`, or
 * by itself when there is none. Valid for `days` from a day before `now`; negative for one that has run out.
 */
export function issue(
  subject: Subject,
  purpose: Purpose,
  how: { issuer: Issuer | null; now: Date; days: number; privateKey?: KeyObject },
): KeyedCertificate {
  const { issuer, now, days } = how;
  const privateKey = how.privateKey ?? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const signer = issuer ?? { subject, key };
  const publicKey = createPublicKey(privateKey);
  return { cert: issueFor(publicKey, subject, purpose, { issuer: signer, now, days }), key };
}

export interface Issuer {
  subject: Subject;
  key: string;
}

/** The same for the key of somebody else, as for a request; gives the certificate as PEM. */
export function issueFor(
  publicKey: KeyObject,
  subject: Subject,
  purpose: Purpose,
  { issuer, now, days }: { issuer: Issuer; now: Date; days: number },
): string {
  const from = new Date(now.getTime() - day + Math.min(0, days) * day);
  const content = sequence(
    der(0xa0, hex("020102")),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    nameOf(issuer.subject),
    sequence(time(from), time(new Date(now.getTime() + days * day))),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...extensions(purpose))),
  );
  const signature = sign("sha256", content, createPrivateKey(issuer.key));
  return new X509Certificate(sequence(content, algorithm, der(0x03, hex("00"), signature))).toString();
}
