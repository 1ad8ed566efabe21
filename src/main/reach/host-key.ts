import { createHash } from "node:crypto";

/** A public key as SSH sends it (RFC 4253, 6.6), with what people compare it by. */
export interface HostKey {
  type: string;
  blob: Buffer;
  /** `SHA256:` and 43 base64 characters, as ssh-keygen -l prints it. */
  fingerprint: string;
}

/** Reads the type out of a public key blob; null when it is not one. */
export function parseHostKey(blob: Buffer): HostKey | null {
  if (blob.length < 8) return null;
  const length = blob.readUInt32BE(0);
  if (length < 1 || length > 64 || blob.length <= 4 + length) return null;
  const type = blob.toString("latin1", 4, 4 + length);
  if (!/^[\x21-\x7e]+$/.test(type)) return null;
  const digest = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return { type, blob, fingerprint: `SHA256:${digest}` };
}
