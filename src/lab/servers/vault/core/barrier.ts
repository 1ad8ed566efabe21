import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { combineShares, splitSecret } from "../crypto/shamir.ts";
import { badRequest } from "./failure.ts";

export interface SealConfig {
  shares: number;
  threshold: number;
}

const keyBytes = 32;
const shortestShare = 16;

/** Shares that were given so far for one purpose, and what tells that attempt from another. */
export class ShareRound {
  nonce = "";
  private given: Buffer[] = [];

  get progress(): number {
    return this.given.length;
  }

  has(share: Buffer): boolean {
    return this.given.some((each) => each.equals(share));
  }

  /** Takes a share; the same one again changes nothing. What they bring back once there are `threshold`, null before. */
  take(share: Buffer, threshold: number): Buffer | null {
    if (this.nonce === "") this.nonce = randomUUID();
    if (!this.has(share)) this.given.push(share);
    if (this.given.length < threshold) return null;
    const all = this.given;
    this.reset();
    if (threshold === 1) return all[0] ?? null;
    try {
      return combineShares(all);
    } catch {
      throw badRequest("failed to compute master key: all parts must be the same length");
    }
  }

  reset(): void {
    this.given = [];
    this.nonce = "";
  }
}

/** A share as people enter it, in hexadecimal or base64. Throws VaultFailure for what is no share. */
export function readShare(words: string): Buffer {
  if (words === "")
    throw badRequest("'key' must be specified in request body as JSON, or 'reset' set to true");
  const isHex = /^(?:[0-9a-fA-F]{2})+$/.test(words);
  const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(words) && words.length % 4 === 0;
  if (!isHex && !isBase64) throw badRequest("'key' must be a valid hex or base64 string");
  const share = Buffer.from(words, isHex ? "hex" : "base64");
  if (share.length < shortestShare) throw badRequest(`key is shorter than minimum ${shortestShare} bytes`);
  if (share.length > keyBytes + 1) throw badRequest(`key is longer than maximum ${keyBytes + 1} bytes`);
  return share;
}

/**
 * What keeps the storage closed: a root key that exists in shares alone, under which the keys of the storage lie encrypted.
 * Only the right root key opens them.
 */
export class Barrier {
  config: SealConfig | null = null;
  term = 1;
  installedAt = 0;
  encryptions = 0;
  private box: { nonce: Buffer; tag: Buffer; bytes: Buffer } | null = null;
  private keyring: Buffer = Buffer.alloc(0);

  /** Makes the root key and its shares. Throws VaultFailure when the figures do not fit. */
  init(config: SealConfig, now: number): Buffer[] {
    this.keyring = randomBytes(keyBytes);
    this.term = 1;
    this.installedAt = now;
    return this.split(config);
  }

  /** Whether that is the root key. */
  opens(rootKey: Buffer): boolean {
    if (!this.box || rootKey.length !== keyBytes) return false;
    const decipher = createDecipheriv("aes-256-gcm", rootKey, this.box.nonce).setAuthTag(this.box.tag);
    try {
      const keyring = Buffer.concat([decipher.update(this.box.bytes), decipher.final()]);
      return keyring.equals(this.keyring);
    } catch {
      return false;
    }
  }

  /** A new root key in new shares, not in force before `adopt` is called; `opensNew` tells whether that is its key. */
  prepare(config: SealConfig): { shares: Buffer[]; opensNew(rootKey: Buffer): boolean; adopt(): void } {
    checkConfig(config);
    const rootKey = randomBytes(keyBytes);
    const shares = sharesOf(rootKey, config);
    return { shares, opensNew: (given) => given.equals(rootKey), adopt: () => this.close(rootKey, config) };
  }

  rotate(now: number): void {
    this.term += 1;
    this.installedAt = now;
    this.encryptions = 0;
  }

  private split(config: SealConfig): Buffer[] {
    const { shares, adopt } = this.prepare(config);
    adopt();
    return shares;
  }

  private close(rootKey: Buffer, config: SealConfig): void {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", rootKey, nonce);
    const bytes = Buffer.concat([cipher.update(this.keyring), cipher.final()]);
    this.box = { nonce, bytes, tag: cipher.getAuthTag() };
    this.config = config;
  }
}

function sharesOf(rootKey: Buffer, { shares, threshold }: SealConfig): Buffer[] {
  return threshold === 1 ? [rootKey] : splitSecret(rootKey, shares, threshold);
}

/** Throws VaultFailure when so many shares cannot be made. */
export function checkConfig({ shares, threshold }: SealConfig): void {
  const wrong =
    shares < 1 || shares > 255
      ? "shares must be between 1 and 255"
      : threshold < 1 || threshold > shares
        ? "threshold must be between 1 and the number of shares"
        : shares > 1 && threshold === 1
          ? "threshold must be greater than one for multiple shares"
          : null;
  if (wrong) throw badRequest(`invalid seal configuration: ${wrong}`);
}
