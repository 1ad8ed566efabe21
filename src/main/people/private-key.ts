import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import ssh2 from "ssh2";
import * as faults from "./faults.ts";
import { isKeyFault, type PublicKey, readKeyBlob } from "./public-key.ts";
import { armored, curveOf, signedBytes } from "./signature.ts";
import { SshReader, sshMagnitude, sshString } from "./ssh-words.ts";

/*
 * Private keys in OpenSSH's own format (PROTOCOL.key): its head says in the clear whose key it is and how it is closed.
 */

/** Characters of a key file; one of RSA with 16384 bits has below 14,000. */
export const largestKeyFile = 20_000;
/** Rounds of bcrypt: each takes some ten milliseconds, and the console does nothing else meanwhile. */
const mostRounds = 128;
const magic = Buffer.from("openssh-key-v1\0", "latin1");

/** A key file of which only the head was read. */
export interface ClosedKey {
  words: string;
  key: PublicKey;
  /** Whether a passphrase is needed to open it. */
  closed: boolean;
}

/** Reads the head of a key file. Throws OpsError `people.not-a-key`, `people.hardware-key` or `people.slow-key`. */
export function readKeyFile(words: string): ClosedKey {
  const found =
    /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/.exec(
      words.slice(0, largestKeyFile),
    );
  if (!found) throw faults.notAKey();
  const head = readHead(Buffer.from(found[1] ?? "", "base64"));
  if (head === null) throw faults.notAKey();
  if (head.key.application !== null) throw faults.hardwareKey();
  if (head.rounds > mostRounds) throw faults.slowKey(head.rounds);
  return { words: `${found[0]}\n`, key: head.key, closed: head.cipher !== "none" };
}

function readHead(bytes: Buffer): { cipher: string; rounds: number; key: PublicKey } | null {
  try {
    const reader = new SshReader(bytes);
    if (!reader.raw(magic.length).equals(magic)) return null;
    const cipher = reader.words();
    const stretching = reader.words();
    const options = new SshReader(reader.string());
    let rounds = 0;
    if (stretching === "bcrypt") {
      options.string();
      rounds = options.number();
    } else if (stretching !== "none") return null;
    if (reader.number() !== 1) return null;
    const key = readKeyBlob(reader.string());
    reader.string();
    return key === null || isKeyFault(key) ? null : { cipher, rounds, key };
  } catch {
    return null;
  }
}

/**
 * Signs a message under a namespace, as `ssh-keygen -Y sign` does, and gives its file. The passphrase is used and
 * forgotten. Throws OpsError `people.wrong-passphrase` or `people.not-a-key`.
 */
export function signWithKey(file: ClosedKey, passphrase: string, namespace: string, message: Buffer): string {
  return signWithSecret(file.key, opened(file, passphrase), namespace, message);
}

/** The same with the secret half of a key at hand. */
export function signWithSecret(
  key: PublicKey,
  secret: KeyObject,
  namespace: string,
  message: Buffer,
): string {
  const bytes = signedBytes(namespace, "sha512", message);
  return armored({ key, namespace, hash: "sha512", signature: signatureOf(key, secret, bytes) });
}

function opened({ words, closed, key }: ClosedKey, passphrase: string): KeyObject {
  if (closed && passphrase === "") throw faults.wrongPassphrase();
  const parsed = ssh2.utils.parseKey(words, closed ? passphrase : undefined);
  if (parsed instanceof Error) throw closed ? faults.wrongPassphrase() : faults.notAKey();
  const one = Array.isArray(parsed) ? parsed[0] : parsed;
  if (one === undefined || !one.isPrivateKey() || !one.getPublicSSH().equals(key.blob))
    throw faults.notAKey();
  return createPrivateKey(one.getPrivatePEM());
}

function signatureOf({ type }: PublicKey, secret: KeyObject, bytes: Buffer): Buffer {
  if (type === "ssh-ed25519") return Buffer.concat([sshString(type), sshString(sign(null, bytes, secret))]);
  if (type === "ssh-rsa")
    return Buffer.concat([sshString("rsa-sha2-512"), sshString(sign("sha512", bytes, secret))]);
  const [digest, half] = curveOf(type);
  const bare = sign(digest, bytes, { key: secret, dsaEncoding: "ieee-p1363" });
  const parts = [sshMagnitude(bare.subarray(0, half)), sshMagnitude(bare.subarray(half))];
  return Buffer.concat([sshString(type), sshString(Buffer.concat(parts))]);
}
