import { createHmac, timingSafeEqual } from "node:crypto";
import { classes, decodeMessage, encodeRecord, lastRecordAt, tsigType } from "./message.ts";
import { Malformed, readName, writeName } from "./name.ts";

/** A shared key: `name` canonical, `secret` the bytes. */
export interface TsigKey {
  name: string;
  algorithm: "hmac-sha256" | "hmac-sha512";
  secret: Buffer;
}

/** Why a signature is refused (RFC 8945, 3); `bad-time` with the server's own clock in epoch milliseconds, if told. */
export type TsigRefusal =
  | { refusal: "unsigned" | "bad-signature" | "bad-key" }
  | { refusal: "bad-time"; serverTime: number | null };

/** Seconds that two clocks may differ by (RFC 8945, 10). */
const fudge = 300;
const hashes = { "hmac-sha256": "sha256", "hmac-sha512": "sha512" } as const;
const errors = { badSignature: 16, badKey: 17, badTime: 18 } as const;

interface Signature {
  keyName: string;
  algorithm: string;
  /** Seconds since 1970. */
  time: number;
  fudge: number;
  mac: Buffer;
  originalId: number;
  error: number;
  other: Buffer;
}

/** A message with its signature at the end (RFC 8945, 5.1), and the code that its answer is signed over as well. */
export function signMessage(
  bytes: Buffer,
  key: TsigKey,
  at: number,
  requestMac: Buffer | null = null,
): { signed: Buffer; mac: Buffer } {
  const signature = {
    keyName: key.name,
    algorithm: key.algorithm,
    time: Math.floor(at / 1000),
    fudge,
    originalId: bytes.readUInt16BE(0),
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = macOf(bytes, signature, key, requestMac);
  const record = encodeRecord({
    name: key.name,
    type: tsigType,
    class: classes.any,
    ttl: 0,
    data: encodeSignature({ ...signature, mac }),
  });
  const signed = Buffer.concat([bytes, record]);
  signed.writeUInt16BE(bytes.readUInt16BE(10) + 1, 10);
  return { signed, mac };
}

/**
 * Checks the signature of a message (RFC 8945, 5.2, 5.3): null when it is good, with its code in `mac`. A code that was
 * shortened counts as none.
 */
export function checkSignature(
  bytes: Buffer,
  key: TsigKey,
  at: number,
  requestMac: Buffer | null = null,
): TsigRefusal | { refusal: null; mac: Buffer } {
  const found = signatureOf(bytes);
  if (!found) return { refusal: "unsigned" };
  const { signature, bare } = found;
  if (signature.error === errors.badSignature) return { refusal: "bad-signature" };
  if (signature.error === errors.badKey) return { refusal: "bad-key" };
  if (signature.keyName !== key.name || signature.algorithm !== key.algorithm) return { refusal: "bad-key" };
  const wanted = macOf(bare, signature, key, requestMac);
  const good = wanted.length === signature.mac.length && timingSafeEqual(wanted, signature.mac);
  if (!good) return { refusal: "bad-signature" };
  if (signature.error === errors.badTime) {
    const serverTime = signature.other.length === 6 ? signature.other.readUIntBE(0, 6) * 1000 : null;
    return { refusal: "bad-time", serverTime };
  }
  if (Math.abs(Math.floor(at / 1000) - signature.time) > signature.fudge) {
    return { refusal: "bad-time", serverTime: signature.time * 1000 };
  }
  return { refusal: null, mac: signature.mac };
}

/** The signature at the end of a message and the message without it; null where there is none. */
function signatureOf(bytes: Buffer): { signature: Signature; bare: Buffer } | null {
  const message = decodeMessage(bytes);
  const start = lastRecordAt(bytes);
  const record = message?.additionals.at(-1);
  if (!message || start === null || record?.type !== tsigType) return null;
  if (record.class !== classes.any || record.ttl !== 0) return null;
  const signature = decodeSignature(record.name, record.data);
  if (!signature) return null;
  const bare = Buffer.from(bytes.subarray(0, start));
  bare.writeUInt16BE(message.additionals.length - 1, 10);
  bare.writeUInt16BE(signature.originalId, 0);
  return { signature, bare };
}

function macOf(
  bare: Buffer,
  signature: Omit<Signature, "mac">,
  key: TsigKey,
  requestMac: Buffer | null,
): Buffer {
  const hmac = createHmac(hashes[key.algorithm], key.secret);
  if (requestMac) hmac.update(numbers([requestMac.length, 2])).update(requestMac);
  const { keyName, algorithm, time, fudge: within, error, other } = signature;
  return hmac
    .update(bare)
    .update(writeName(keyName))
    .update(numbers([classes.any, 2], [0, 4]))
    .update(writeName(algorithm))
    .update(numbers([time, 6], [within, 2], [error, 2], [other.length, 2]))
    .update(other)
    .digest();
}

function encodeSignature({
  algorithm,
  time,
  fudge: within,
  mac,
  originalId,
  error,
  other,
}: Signature): Buffer {
  return Buffer.concat([
    writeName(algorithm),
    numbers([time, 6], [within, 2], [mac.length, 2]),
    mac,
    numbers([originalId, 2], [error, 2], [other.length, 2]),
    other,
  ]);
}

function decodeSignature(keyName: string, data: Buffer): Signature | null {
  try {
    const { name: algorithm, next } = readName(data, 0);
    const macEnd = next + 10 + data.readUInt16BE(next + 8);
    const otherEnd = macEnd + 6 + data.readUInt16BE(macEnd + 4);
    if (otherEnd !== data.length) return null;
    return {
      keyName,
      algorithm,
      time: data.readUIntBE(next, 6),
      fudge: data.readUInt16BE(next + 6),
      mac: data.subarray(next + 10, macEnd),
      originalId: data.readUInt16BE(macEnd),
      error: data.readUInt16BE(macEnd + 2),
      other: data.subarray(macEnd + 6, otherEnd),
    };
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) return null;
    throw error;
  }
}

function numbers(...values: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    values.map(([value, size]) => {
      const bytes = Buffer.alloc(size);
      bytes.writeUIntBE(value, 0, size);
      return bytes;
    }),
  );
}
