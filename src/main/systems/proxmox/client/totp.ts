import { createHmac } from "node:crypto";

const algorithms: Readonly<Record<string, string>> = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" };

/** How one-time codes are made (RFC 6238); the period is in seconds. */
export interface TotpSecret {
  key: Buffer;
  algorithm: string;
  digits: number;
  period: number;
}

/**
 * A secret as it is shown where a second factor is set up: Base32, or an `otpauth://totp/…` address; null when it is
 * neither.
 */
export function readTotpSecret(words: string): TotpSecret | null {
  const trimmed = words.trim();
  if (!/^otpauth:/i.test(trimmed)) {
    const key = base32(trimmed);
    return key && { key, algorithm: "sha1", digits: 6, period: 30 };
  }
  if (!URL.canParse(trimmed)) return null;
  const { hostname, searchParams } = new URL(trimmed);
  const key = base32(searchParams.get("secret") ?? "");
  const algorithm = algorithms[(searchParams.get("algorithm") ?? "SHA1").toUpperCase()];
  const digits = Number(searchParams.get("digits") ?? 6);
  const period = Number(searchParams.get("period") ?? 30);
  const known = [6, 7, 8].includes(digits) && Number.isInteger(period) && period >= 10 && period <= 300;
  return hostname.toLowerCase() === "totp" && key && algorithm !== undefined && known
    ? { key, algorithm, digits, period }
    : null;
}

/** The number of the period that a moment (epoch milliseconds) is in. */
export function totpStep(secret: TotpSecret, at: number): number {
  return Math.floor(at / 1000 / secret.period);
}

/** The one-time code of a period (RFC 6238, with the truncation of RFC 4226, 5.3). */
export function totpCode(secret: TotpSecret, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac(secret.algorithm, secret.key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** secret.digits).padStart(secret.digits, "0");
}

/** RFC 4648, section 6; spaces and padding are passed over. Null for what is not Base32, or holds no whole byte. */
function base32(words: string): Buffer | null {
  const letters = words.replace(/[\s=-]/g, "").toUpperCase();
  if (letters.length < 2 || letters.length > 1000 || !/^[A-Z2-7]+$/.test(letters)) return null;
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of letters) {
    held = ((held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}
