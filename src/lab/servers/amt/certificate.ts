import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";

/** A certificate and its key, as PEM. */
export interface KeyedCertificate {
  cert: string;
  key: string;
}

const years = 20;

/** DER: tag, length, value (X.690). */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
/** Object identifiers, encoded: ecdsa-with-SHA256 and commonName. */
const ecdsaWithSha256 = sequence(Buffer.from("06082a8648ce3d040302", "hex"));
const commonName = Buffer.from("0603550403", "hex");

function generalizedTime(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
}

/**
 * Makes a certificate as an engine makes its own: signed by itself, in a name that nobody can check, for many years
 * (RFC 5280, 4.1).
 */
export function selfSigned(name: string, now: Date): KeyedCertificate {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const subject = sequence(der(0x31, sequence(commonName, der(0x0c, Buffer.from(name)))));
  const end = new Date(now);
  end.setUTCFullYear(now.getUTCFullYear() + years);
  const content = sequence(
    der(0xa0, Buffer.from("020102", "hex")),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    subject,
    sequence(generalizedTime(new Date(now.getTime() - 86_400_000)), generalizedTime(end)),
    subject,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", content, privateKey));
  const certificate = new X509Certificate(sequence(content, ecdsaWithSha256, signature));
  return {
    cert: certificate.toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** SHA-256 over a certificate, as estates pin it: hexadecimal bytes with colons. */
export function fingerprint(cert: string): string {
  const digest = createHash("sha256").update(new X509Certificate(cert).raw).digest("hex").toUpperCase();
  return digest.replace(/..(?=.)/g, "$&:");
}
