import { SshReader } from "../people/ssh-words.ts";

export const certificateType = "ssh-ed25519-cert-v01@openssh.com";
const userCertificate = 1;

/** What an OpenSSH certificate of an Ed25519 key says (PROTOCOL.certkeys). */
export interface KeyCertificate {
  /** As it goes over the wire. */
  blob: Buffer;
  /** The raw public key that it is for. */
  publicKey: Buffer;
  /** Decimal digits. */
  serial: string;
  isForUsers: boolean;
  /** Who may log in with it; empty for anybody. */
  principals: string[];
  /** Seconds that it is good for, by the authority's clock alone; Infinity for one without an end. */
  seconds: number;
  /** From when and until when, epoch milliseconds; null for one without an end. */
  validFrom: number;
  validUntil: number | null;
}

/** Reads a line as in `id_ed25519-cert.pub`; null for what is no certificate of an Ed25519 key. */
export function readKeyCertificate(line: string): KeyCertificate | null {
  const [type, encoded = ""] = line.trim().split(/\s+/);
  if (type !== certificateType) return null;
  const blob = Buffer.from(encoded, "base64");
  try {
    const reader = new SshReader(blob);
    if (reader.words() !== certificateType) return null;
    reader.string();
    const publicKey = Buffer.from(reader.string());
    const serial = reader.raw(8).readBigUInt64BE().toString();
    const isForUsers = reader.number() === userCertificate;
    reader.string();
    const principals = listed(reader.string());
    const after = reader.raw(8).readBigUInt64BE();
    const before = reader.raw(8).readBigUInt64BE();
    // Critical options, extensions, reserved, the authority's key and its signature.
    for (let rest = 0; rest < 5; rest += 1) reader.string();
    reader.end();
    const endless = before === 0xffff_ffff_ffff_ffffn;
    const seconds = endless ? Number.POSITIVE_INFINITY : Math.max(0, Number(before - after));
    if (publicKey.length !== 32) return null;
    const validUntil = endless ? null : Number(before) * 1000;
    return {
      ...{ blob, publicKey, serial, isForUsers, principals, seconds },
      ...{ validFrom: Number(after) * 1000, validUntil },
    };
  } catch {
    return null;
  }
}

function listed(bytes: Buffer): string[] {
  const reader = new SshReader(bytes);
  const words: string[] = [];
  while (reader.left > 0) words.push(reader.string().toString("utf8"));
  return words;
}
