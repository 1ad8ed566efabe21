import { createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";

/** OpenSSH certificates (PROTOCOL.certkeys of OpenSSH). */

const text = (value: string | Uint8Array) => {
  const bytes = Buffer.from(value);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(bytes.length);
  return Buffer.concat([head, bytes]);
};
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const uint64 = (value: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};

export interface SshCertificateWish {
  /** `ssh-ed25519 AAAA… comment`. */
  publicKey: string;
  /** An Ed25519 key. */
  authority: KeyObject;
  serial: bigint;
  isHost: boolean;
  keyId: string;
  principals: readonly string[];
  /** Epoch milliseconds. */
  validAfter: number;
  validBefore: number;
  criticalOptions: Readonly<Record<string, string>>;
  extensions: Readonly<Record<string, string>>;
}

const signable = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))$/;

/** The certificate as one line. Throws RangeError for a public key that is none. */
export function makeSshCertificate(wish: SshCertificateWish): string {
  const [type = "", base64 = ""] = wish.publicKey.trim().split(/\s+/);
  const blob = Buffer.from(base64, "base64");
  const typeLength = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  if (!signable.test(type) || blob.subarray(4, 4 + typeLength).toString("latin1") !== type)
    throw new RangeError("no public key");
  const certificateType = `${type}-cert-v01@openssh.com`;
  const seconds = (at: number) => BigInt(Math.floor(at / 1000));
  const body = Buffer.concat([
    text(certificateType),
    text(randomBytes(32)),
    blob.subarray(4 + typeLength),
    uint64(wish.serial),
    uint32(wish.isHost ? 2 : 1),
    text(wish.keyId),
    text(Buffer.concat(wish.principals.map(text))),
    uint64(seconds(wish.validAfter)),
    uint64(seconds(wish.validBefore)),
    text(options(wish.criticalOptions)),
    text(options(wish.extensions)),
    text(""),
    text(authorityBlob(wish.authority)),
  ]);
  const signature = Buffer.concat([text("ssh-ed25519"), text(sign(null, body, wish.authority))]);
  return `${certificateType} ${Buffer.concat([body, text(signature)]).toString("base64")}\n`;
}

/** The public key of an Ed25519 key as one line. */
export function sshPublicKey(key: KeyObject): string {
  return `ssh-ed25519 ${authorityBlob(key).toString("base64")}\n`;
}

function authorityBlob(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return Buffer.concat([text("ssh-ed25519"), text(spki.subarray(-32))]);
}

/** Pairs in the order of their names; a value that is not empty is wrapped once more. */
function options(pairs: Readonly<Record<string, string>>): Buffer {
  const sorted = Object.entries(pairs).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(([name, value]) => [text(name), text(value === "" ? "" : text(value))]),
  );
}
