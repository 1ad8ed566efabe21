import { createHash, verify } from "node:crypto";
import { isKeyFault, type PublicKey, readKeyBlob } from "./public-key.ts";
import { SshReader, sshNumber, sshString } from "./ssh-words.ts";

/*
 * Signatures as `ssh-keygen -Y sign` makes them and `ssh-keygen -Y verify` checks them: OpenSSH's PROTOCOL.sshsig. What
 * is signed is a hash of the message under a namespace, so that a signature for one purpose is none for another.
 */

const magic = Buffer.from("SSHSIG", "latin1");
const firstLine = "-----BEGIN SSH SIGNATURE-----";
const lastLine = "-----END SSH SIGNATURE-----";
/** Characters; that of the largest RSA key that is allowed has below 6000. */
export const largestSignature = 16_384;

export interface SshSignature {
  key: PublicKey;
  namespace: string;
  hash: "sha256" | "sha512";
  /** The algorithm's own form: `string format, string bytes` and, of hardware keys, flags and counter. */
  signature: Buffer;
}

/** What the key itself signs. */
export function signedBytes(namespace: string, hash: "sha256" | "sha512", message: Buffer): Buffer {
  const digest = createHash(hash).update(message).digest();
  return Buffer.concat([magic, sshString(namespace), sshString(""), sshString(hash), sshString(digest)]);
}

/** The file that `ssh-keygen -Y sign` writes. */
export function armored({ key, namespace, hash, signature }: SshSignature): string {
  const blob = Buffer.concat([
    magic,
    sshNumber(1),
    sshString(key.blob),
    sshString(namespace),
    sshString(""),
    sshString(hash),
    sshString(signature),
  ]);
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? [];
  return [firstLine, ...lines, lastLine, ""].join("\n");
}

/** Reads such a file, or the same pasted with other words around it. Null where there is no whole signature in it. */
export function readSignature(words: string): SshSignature | null {
  if (words.length > largestSignature) return null;
  const begin = words.indexOf(firstLine);
  const end = words.indexOf(lastLine);
  if (begin < 0 || end < begin) return null;
  const encoded = words.slice(begin + firstLine.length, end).replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  try {
    const reader = new SshReader(Buffer.from(encoded, "base64"));
    if (!reader.raw(magic.length).equals(magic) || reader.number() !== 1) return null;
    const key = readKeyBlob(reader.string());
    const namespace = reader.string().toString("utf8");
    reader.string();
    const hash = reader.words();
    const signature = reader.string();
    reader.end();
    if (key === null || isKeyFault(key) || (hash !== "sha256" && hash !== "sha512")) return null;
    return { key, namespace, hash, signature };
  } catch {
    return null;
  }
}

/** Whether the key that a signature names has made it for this message. Never throws. */
export function isSignatureOf(signed: SshSignature, message: Buffer): boolean {
  const { key, namespace, hash, signature } = signed;
  const bytes = signedBytes(namespace, hash, message);
  try {
    const reader = new SshReader(signature);
    const format = reader.words();
    const made = reader.string();
    const trailer = key.application === null ? null : { flags: reader.byte(), counter: reader.raw(4) };
    reader.end();
    const subject = trailer ? tokenBytes(key.application ?? Buffer.alloc(0), trailer, bytes) : bytes;
    // Without the touch that every such key asks for by default, a program could have had it signed by itself.
    if (trailer && (trailer.flags & userPresent) === 0) return false;
    return verifies(key, format, made, subject);
  } catch {
    return false;
  }
}

const userPresent = 0x01;

/** What a hardware token signs (PROTOCOL.u2f, "SSH U2F Signatures"). */
function tokenBytes(
  application: Buffer,
  { flags, counter }: { flags: number; counter: Buffer },
  bytes: Buffer,
) {
  const hash = (value: Buffer) => createHash("sha256").update(value).digest();
  return Buffer.concat([hash(application), Buffer.of(flags), counter, hash(bytes)]);
}

function verifies(key: PublicKey, format: string, made: Buffer, bytes: Buffer): boolean {
  if (key.type === "ssh-rsa") {
    // SHA-1 (`ssh-rsa`) is no proof any more; PROTOCOL.sshsig forbids it too.
    const digest = format === "rsa-sha2-512" ? "sha512" : format === "rsa-sha2-256" ? "sha256" : null;
    return digest !== null && verify(digest, bytes, key.key, made);
  }
  if (format !== key.type) return false;
  if (key.type.includes("ed25519")) return verify(null, bytes, key.key, made);
  const [digest, half] = curveOf(key.type);
  const reader = new SshReader(made);
  const [r, s] = [reader.magnitude(), reader.magnitude()];
  reader.end();
  const bare = Buffer.concat([leftPadded(r, half), leftPadded(s, half)]);
  return verify(digest, bytes, { key: key.key, dsaEncoding: "ieee-p1363" }, bare);
}

/** The hash (RFC 5656 section 6.2.1) and the length of a coordinate of a curve. */
export function curveOf(type: string): [digest: string, half: number] {
  if (type.includes("nistp521")) return ["sha512", 66];
  return type.includes("nistp384") ? ["sha384", 48] : ["sha256", 32];
}

function leftPadded(bytes: Buffer, length: number): Buffer {
  if (bytes.length > length) throw new RangeError("a number that is too large for its curve");
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]);
}
