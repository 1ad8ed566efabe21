import { createHash } from "node:crypto";

const publicKey = 6;
const secretKey = 5;
const armour =
  /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+?)\r?\n=[A-Za-z0-9+/]{4}\r?\n/;
const mostBytes = 100_000;

/** A public key as Vault takes it. */
export interface OpenPgpPublicKey {
  /** Without armour, in base64. */
  base64: string;
  /** Of version 4 (RFC 4880, 12.2), in lower-case hexadecimal. */
  fingerprint: string;
}

/**
 * Reads the file of an OpenPGP public key, armoured or not. `"private"` for one that holds a private key, which must not go
 * anywhere; null for what is no key of version 4.
 */
export function readOpenPgpKey(file: Buffer): OpenPgpPublicKey | "private" | null {
  if (file.length > mostBytes) return null;
  const [, kind, inner] = armour.exec(`${file.toString("latin1")}\n`) ?? [];
  if (kind === "PRIVATE") return "private";
  const bytes = inner === undefined ? file : Buffer.from(inner, "base64");
  const first = firstPacket(bytes);
  if (first?.tag === secretKey) return "private";
  if (first?.tag !== publicKey || first.body[0] !== 4) return null;
  const head = Buffer.from([0x99, first.body.length >> 8, first.body.length & 0xff]);
  const fingerprint = createHash("sha1").update(head).update(first.body).digest("hex");
  return { base64: bytes.toString("base64"), fingerprint };
}

/** The first packet (RFC 4880, 4.2), in the old or the new form; null for what is none. */
function firstPacket(bytes: Buffer): { tag: number; body: Buffer } | null {
  const head = bytes[0] ?? 0;
  const one = bytes[1] ?? 0;
  const two = bytes[2] ?? 0;
  if ((head & 0x80) === 0) return null;
  const isNew = (head & 0x40) !== 0;
  const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
  const kind = head & 3;
  // A key is longer than 191 bytes or not, and never as long as to need four bytes for that.
  const [length, start] = isNew
    ? one < 192
      ? [one, 2]
      : [((one - 192) << 8) + two + 192, 3]
    : kind === 0
      ? [one, 2]
      : [(one << 8) + two, 3];
  if ((isNew && one >= 224) || (!isNew && kind > 1) || bytes.length < start + length) return null;
  return { tag, body: bytes.subarray(start, start + length) };
}
