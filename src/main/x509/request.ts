import { createPublicKey, generateKeyPair, type KeyObject, sign, verify } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  Attribute,
  AttributeTypeAndValue,
  AttributeValue,
  Extension,
  Extensions,
  GeneralName,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
} from "@peculiar/asn1-x509";
import ipaddr from "ipaddr.js";
import { keyDigest } from "./read.ts";

export const keyAlgorithms = ["ec-p256", "rsa-3072"] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];

/** What a request asks for. */
export interface RequestWords {
  commonName: string;
  /** DNS names and IP addresses. */
  names: string[];
  /** SHA-256 of the public key. */
  keyDigest: string;
  /** Whether it is signed with the key that it is about. */
  isSigned: boolean;
}

const identifiers = {
  commonName: "2.5.4.3",
  extensionRequest: "1.2.840.113549.1.9.14",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  rsaWithSha256: "1.2.840.113549.1.1.11",
} as const;
const asn1Null = Uint8Array.of(5, 0).buffer;
/** A common name has 64 characters at most (RFC 5280, A.1). */
const longestCommonName = 64;
const pemLabel = "CERTIFICATE REQUEST";
const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ privateKey: KeyObject; publicKey: KeyObject }>;

/** Makes a key pair; the private key is a secret. */
export async function makeKey(algorithm: KeyAlgorithm): Promise<KeyObject> {
  const { privateKey } =
    algorithm === "rsa-3072"
      ? await generate("rsa", { modulusLength: 3072, publicExponent: 65_537 })
      : await generate("ec", { namedCurve: "P-256" });
  return privateKey;
}

/**
 * A certificate request (PKCS #10, RFC 2986) as PEM, for these names, which stand in a subjectAltName (RFC 5280, 4.2.1.6). The
 * common name is the first of them that is short enough.
 */
export function makeRequest(names: readonly string[], privateKey: KeyObject): string {
  const publicKey = createPublicKey(privateKey);
  const isRsa = publicKey.asymmetricKeyType === "rsa";
  const info = new CertificationRequestInfo({
    version: 0,
    subject: subjectOf(names.find((name) => name.length <= longestCommonName) ?? ""),
    subjectPKInfo: AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo),
    attributes: new Attributes([
      new Attribute({
        type: identifiers.extensionRequest,
        values: [AsnConvert.serialize(new Extensions([alternativeNames(names)]))],
      }),
    ]),
  });
  const body = Buffer.from(AsnConvert.serialize(info));
  const signed = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: isRsa
      ? new AlgorithmIdentifier({ algorithm: identifiers.rsaWithSha256, parameters: asn1Null })
      : new AlgorithmIdentifier({ algorithm: identifiers.ecdsaWithSha256 }),
    signature: exactly(sign("sha256", body, privateKey)),
  });
  return pemOf(Buffer.from(AsnConvert.serialize(signed)));
}

/** Characters of a text that a request is looked for in. */
const longestText = 128 * 1024;

/** Reads a request; null for what is none, or longer than 128 KiB. */
export function readRequest(pem: string): RequestWords | null {
  if (pem.length > longestText) return null;
  const [, base64] =
    /-----BEGIN CERTIFICATE REQUEST-----([\s\S]{1,65536}?)-----END CERTIFICATE REQUEST-----/.exec(pem) ?? [];
  if (base64 === undefined) return null;
  try {
    const request = AsnConvert.parse(Buffer.from(base64, "base64"), CertificationRequest);
    const { certificationRequestInfo: info, signature } = request;
    const spki = Buffer.from(AsnConvert.serialize(info.subjectPKInfo));
    const key = createPublicKey({ key: spki, format: "der", type: "spki" });
    const body = Buffer.from(AsnConvert.serialize(info));
    return {
      commonName: commonNameOf(info.subject),
      names: namesOf(info.attributes),
      keyDigest: keyDigest(key),
      isSigned: verify("sha256", body, key, Buffer.from(signature)),
    };
  } catch {
    return null;
  }
}

function subjectOf(commonName: string): Name {
  if (commonName === "") return new Name([]);
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: identifiers.commonName, value })]),
  ]);
}

function alternativeNames(names: readonly string[]): Extension {
  const listed = new SubjectAlternativeName(
    names.map((name) => new GeneralName(isIP(name) ? { iPAddress: addressBytes(name) } : { dNSName: name })),
  );
  return new Extension({
    extnID: id_ce_subjectAltName,
    critical: false,
    extnValue: new OctetString(AsnConvert.serialize(listed)),
  });
}

/** The library keeps addresses as their words and writes the bytes itself. */
function addressBytes(address: string): string {
  return ipaddr.parse(address).toNormalizedString();
}

function commonNameOf(subject: Name): string {
  for (const part of subject) {
    const found = part.find(({ type }) => type === identifiers.commonName);
    if (found) return found.value.toString();
  }
  return "";
}

function namesOf(attributes: Attributes | undefined): string[] {
  const wanted = attributes?.find(({ type }) => type === identifiers.extensionRequest)?.values[0];
  if (!wanted) return [];
  const extension = AsnConvert.parse(wanted, Extensions).find(
    ({ extnID }) => extnID === id_ce_subjectAltName,
  );
  if (!extension) return [];
  return [...AsnConvert.parse(extension.extnValue.buffer, SubjectAlternativeName)].flatMap(
    ({ dNSName, iPAddress }) => dNSName ?? iPAddress ?? [],
  );
}

function exactly(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${pemLabel}-----\n${lines.join("\n")}\n-----END ${pemLabel}-----\n`;
}
