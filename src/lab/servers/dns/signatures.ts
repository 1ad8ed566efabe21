import { createHmac, timingSafeEqual } from "node:crypto";
import { classes, type DnsMessage, recordBytes, types } from "./messages.ts";
import { nameAt, nameBytes, Unreadable } from "./names.ts";

const algorithms: Readonly<Record<string, string>> = { "hmac-sha256": "sha256", "hmac-sha512": "sha512" };
/** Seconds that clocks may be apart. */
const fudge = 300;
export const signatureErrors = { none: 0, badSignature: 16, badKey: 17, badTime: 18 } as const;

export interface Signature {
  key: string;
  algorithm: string;
  /** Seconds since 1970. */
  time: number;
  mac: Buffer;
  error: number;
}

/** The signature of a request (RFC 8945, 4.2), judged; null where it has none. Throws Unreadable. */
export function judgeSignature(
  bytes: Buffer,
  message: DnsMessage,
  keys: ReadonlyMap<string, Buffer>,
  now: number,
): Signature | null {
  const record = message.additionals.at(-1);
  if (record?.type !== types.TSIG || message.lastAt === null) return null;
  const { name: algorithm, next } = nameAt(record.data, 0);
  const { data } = record;
  if (next + 10 > data.length) throw new Unreadable("a signature is cut off");
  const time = data.readUIntBE(next, 6);
  const allowed = data.readUInt16BE(next + 6);
  const length = data.readUInt16BE(next + 8);
  const mac = data.subarray(next + 10, next + 10 + length);
  const end = next + 10 + length;
  if (end + 6 > data.length) throw new Unreadable("a signature is cut off");
  const signature = { key: record.name, algorithm, time, mac };
  const secret = keys.get(record.name);
  const hash = algorithms[algorithm];
  if (!secret || hash === undefined) return { ...signature, error: signatureErrors.badKey };
  const unsigned = Buffer.from(bytes.subarray(0, message.lastAt));
  unsigned.writeUInt16BE(data.readUInt16BE(end), 0);
  unsigned.writeUInt16BE(message.additionals.length - 1, 10);
  const wanted = createHmac(hash, secret)
    .update(unsigned)
    .update(variables(record.name, algorithm, time, allowed, data.subarray(end + 2)))
    .digest();
  if (mac.length !== wanted.length || !timingSafeEqual(mac, wanted)) {
    return { ...signature, error: signatureErrors.badSignature };
  }
  const isLate = Math.abs(Math.floor(now / 1000) - time) > allowed;
  return { ...signature, error: isLate ? signatureErrors.badTime : signatureErrors.none };
}

/** An answer with the signature that its request calls for (RFC 8945, 5.3); empty where the key is not known. */
export function signedReply(
  reply: Buffer,
  request: Signature,
  keys: ReadonlyMap<string, Buffer>,
  now: number,
): Buffer {
  const { key, algorithm, error } = request;
  const secret = keys.get(key);
  const hash = algorithms[algorithm];
  const seconds = Math.floor(now / 1000);
  const isLate = error === signatureErrors.badTime;
  const other = Buffer.alloc(isLate ? 6 : 0);
  if (isLate) other.writeUIntBE(seconds, 0, 6);
  const tail = Buffer.concat([numbers(error, other.length), other]);
  const time = isLate ? request.time : seconds;
  const canSign = secret && hash !== undefined && (error === signatureErrors.none || isLate);
  const mac = canSign
    ? createHmac(hash, secret)
        .update(numbers(request.mac.length))
        .update(request.mac)
        .update(reply)
        .update(variables(key, algorithm, time, fudge, tail))
        .digest()
    : Buffer.alloc(0);
  const data = Buffer.concat([
    nameBytes(algorithm),
    sixBytes(time),
    numbers(fudge, mac.length),
    mac,
    numbers(reply.readUInt16BE(0)),
    tail,
  ]);
  const record = recordBytes({ name: key, type: types.TSIG, class: classes.ANY, ttl: 0, data });
  const signed = Buffer.concat([reply, record]);
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10);
  return signed;
}

/** What is signed besides the message (RFC 8945, 4.3.3). */
function variables(key: string, algorithm: string, time: number, allowed: number, tail: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(classes.ANY, 0);
  return Buffer.concat([nameBytes(key), head, nameBytes(algorithm), sixBytes(time), numbers(allowed), tail]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => {
    bytes.writeUInt16BE(value, 2 * index);
  });
  return bytes;
}

function sixBytes(value: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(value, 0, 6);
  return bytes;
}
