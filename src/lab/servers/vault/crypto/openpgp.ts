import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  publicEncrypt,
  randomBytes,
} from "node:crypto";

/** OpenPGP messages and keys as far as a Vault needs them (RFC 4880; RSA only). */

const tags = { sessionKey: 1, publicKey: 6, literal: 11, publicSubkey: 14, sealed: 18 };
const rsaAlgorithms: readonly number[] = [1, 2];
const aes256 = 9;
const blockBytes = 16;
/** The header of the packet that ends a sealed message: its tag (19) and its length. */
const digestHeader = Buffer.from([0xd3, 0x14]);

/** A public key that can be encrypted to. */
export interface Recipient {
  /** Of the primary key, in lower-case hexadecimal. */
  fingerprint: string;
  keyId: Buffer;
  modulus: Buffer;
  exponent: Buffer;
}

/** Reads the packets of a public key (not armoured). Throws RangeError for what is none, or is not of RSA. */
export function readRecipient(bytes: Buffer): Recipient {
  let primary: ReturnType<typeof readKey> = null;
  let chosen: ReturnType<typeof readKey> = null;
  for (const { tag, body } of packetsOf(bytes)) {
    if (tag === tags.publicKey && primary) break;
    if (tag !== tags.publicKey && tag !== tags.publicSubkey) continue;
    const key = readKey(body);
    if (tag === tags.publicKey) primary = key;
    if (key?.modulus) chosen = key;
  }
  if (!primary || !chosen?.modulus || !chosen.exponent)
    throw new RangeError("the OpenPGP key has no RSA key to encrypt to");
  return {
    fingerprint: primary.fingerprint.toString("hex"),
    keyId: chosen.fingerprint.subarray(-8),
    modulus: chosen.modulus,
    exponent: chosen.exponent,
  };
}

/** Encrypts `words` to a key: the packets of one message, not armoured. */
export function encryptTo({ keyId, modulus, exponent }: Recipient, words: Buffer): Buffer {
  const key = createPublicKey({
    key: { kty: "RSA", n: modulus.toString("base64url"), e: exponent.toString("base64url") },
    format: "jwk",
  });
  const sessionKey = randomBytes(32);
  const sum = Buffer.alloc(2);
  sum.writeUInt16BE(checksum(sessionKey));
  const sealedKey = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_PADDING },
    Buffer.concat([Buffer.from([aes256]), sessionKey, sum]),
  );
  const literal = packet(tags.literal, Buffer.concat([Buffer.from("b\0\0\0\0\0", "latin1"), words]));
  const random = randomBytes(blockBytes);
  const plain = Buffer.concat([random, random.subarray(-2), literal, digestHeader]);
  const digest = createHash("sha1").update(plain).digest();
  const cipher = createCipheriv("aes-256-cfb", sessionKey, Buffer.alloc(blockBytes));
  const sealed = Buffer.concat([
    Buffer.from([1]),
    cipher.update(plain),
    cipher.update(digest),
    cipher.final(),
  ]);
  return Buffer.concat([
    packet(tags.sessionKey, Buffer.concat([Buffer.from([3]), keyId, Buffer.from([1]), mpi(sealedKey)])),
    packet(tags.sealed, sealed),
  ]);
}

/** The fingerprint of a key packet's body (RFC 4880, 12.2). */
export function fingerprintOf(body: Buffer): Buffer {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash("sha1").update(head).update(body).digest();
}

export function packet(tag: number, body: Buffer): Buffer {
  const { length } = body;
  const head =
    length < 192
      ? [length]
      : length < 8384
        ? [192 + ((length - 192) >> 8), (length - 192) & 0xff]
        : [255, (length >>> 24) & 0xff, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff];
  return Buffer.concat([Buffer.from([0xc0 | tag, ...head]), body]);
}

/** A number as its length in bits and its bytes. */
export function mpi(number: Buffer): Buffer {
  let start = 0;
  while (start < number.length - 1 && number[start] === 0) start += 1;
  const bytes = number.subarray(start);
  const bits = bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24;
  return Buffer.concat([Buffer.from([bits >> 8, bits & 0xff]), bytes]);
}

export function checksum(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => (sum + byte) & 0xffff, 0);
}

/** The packets one after the other, in the old and the new form. Throws RangeError where they are cut off. */
export function* packetsOf(bytes: Buffer): Generator<{ tag: number; body: Buffer }> {
  for (let at = 0; at < bytes.length; ) {
    const head = bytes[at] ?? 0;
    if ((head & 0x80) === 0) throw new RangeError("these are no OpenPGP packets");
    const isNew = (head & 0x40) !== 0;
    const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
    const first = bytes[at + 1] ?? 0;
    const [length, headBytes] = isNew ? newLength(bytes, at, first) : oldLength(bytes, at, head & 3);
    const body = bytes.subarray(at + headBytes, at + headBytes + length);
    if (body.length < length) throw new RangeError("the OpenPGP packets are cut off");
    yield { tag, body };
    at += headBytes + length;
  }
}

function newLength(bytes: Buffer, at: number, first: number): [number, number] {
  if (first < 192) return [first, 2];
  if (first < 224) return [((first - 192) << 8) + (bytes[at + 2] ?? 0) + 192, 3];
  if (first === 255 && bytes.length >= at + 6) return [bytes.readUInt32BE(at + 2), 6];
  throw new RangeError("the OpenPGP packets are cut off");
}

function oldLength(bytes: Buffer, at: number, kind: number): [number, number] {
  const size = [1, 2, 4][kind];
  if (size === undefined || bytes.length < at + 1 + size)
    throw new RangeError("the OpenPGP packets are cut off");
  return [bytes.readUIntBE(at + 1, size), 1 + size];
}

/** A key of version 4; its numbers where it is of RSA. */
function readKey(body: Buffer): { fingerprint: Buffer; modulus?: Buffer; exponent?: Buffer } | null {
  if (body[0] !== 4) return null;
  const fingerprint = fingerprintOf(body);
  if (!rsaAlgorithms.includes(body[5] ?? 0)) return { fingerprint };
  const [modulus, rest] = readMpi(body.subarray(6));
  const [exponent] = readMpi(rest);
  return { fingerprint, modulus, exponent };
}

export function readMpi(bytes: Buffer): [number: Buffer, rest: Buffer] {
  if (bytes.length < 2) throw new RangeError("the OpenPGP key is cut off");
  const end = 2 + ((bytes.readUInt16BE(0) + 7) >> 3);
  if (bytes.length < end) throw new RangeError("the OpenPGP key is cut off");
  return [bytes.subarray(2, end), bytes.subarray(end)];
}
