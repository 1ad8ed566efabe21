import { createHmac, randomBytes } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const secretBytes = 20;
/** Milliseconds that a code stands for (RFC 6238, 4.1). */
const step = 30_000;
const digits = 6;

/** A new shared secret, in base 32 (RFC 4648, 6), as authenticators take it. */
export function drawTotpSecret(): string {
  return [...randomBytes(secretBytes).toString("hex").matchAll(/.{10}/g)]
    .map(([part]) => BigInt(`0x${part}`))
    .flatMap((part) =>
      Array.from({ length: 8 }, (_, at) => alphabet[Number((part >> BigInt(35 - at * 5)) & 31n)]),
    )
    .join("");
}

function decode(secret: string): Buffer {
  let bits = "";
  for (const character of secret.replace(/[\s=]/g, "").toUpperCase()) {
    bits += alphabet.indexOf(character).toString(2).padStart(5, "0");
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The code of one counter (RFC 4226, 5.3). */
function codeAt(secret: string, counter: number): string {
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(counter));
  const digest = createHmac("sha1", decode(secret)).update(moment).digest();
  const start = (digest.at(-1) ?? 0) & 0x0f;
  return String((digest.readUInt32BE(start) & 0x7fff_ffff) % 10 ** digits).padStart(digits, "0");
}

/** The counter that a code belongs to, one step early or late at most; null when it is none of the three. */
export function counterOf(secret: string, code: string, now: number): number | null {
  const counter = Math.floor(now / step);
  return [counter, counter - 1, counter + 1].find((candidate) => codeAt(secret, candidate) === code) ?? null;
}

/** The code that stands now, as an authenticator shows it (RFC 6238). `now` in epoch milliseconds. */
export function currentCode(secret: string, now: number): string {
  return codeAt(secret, Math.floor(now / step));
}
