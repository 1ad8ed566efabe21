import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { type LocalText, text } from "../../shared/text.ts";
import { SshReader } from "./ssh-words.ts";

/** The kinds of key that an operator may have, as OpenSSH names them. */
export const keyTypes = [
  "ssh-ed25519",
  "ssh-rsa",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
] as const;
export type KeyType = (typeof keyTypes)[number];

/** RSA below this many bits is no longer taken for proof. */
const fewestBits = 3072;
const mostBits = 16_384;

export interface PublicKey {
  type: KeyType;
  /** As in `authorized_keys`, decoded. */
  blob: Buffer;
  comment: string;
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  fingerprint: string;
  key: KeyObject;
  /** Of a key in a hardware token: what the token binds its signatures to. */
  application: Buffer | null;
}

/** Why words are not the key of an operator; `word` and `candidates` where a known one may have been meant. */
export interface KeyFault {
  message: LocalText;
  expected: LocalText;
  word?: string;
  candidates?: readonly string[];
}

/** Reads a line as in `authorized_keys` (sshd(8)), without options: `ssh-ed25519 AAAA… comment`. Never throws. */
export function parsePublicKey(line: string): PublicKey | KeyFault {
  const [type = "", encoded = "", ...comment] = line.trim().split(/\s+/);
  if (!isKeyType(type)) {
    return {
      message: text("This is not a kind of key that can be checked.", "Ce type de clé n'est pas vérifiable."),
      expected: text(
        `a public key that begins with one of ${keyTypes.join(", ")}`,
        `une clé publique commençant par l'un de ${keyTypes.join(", ")}`,
      ),
      word: type.slice(0, 60),
      candidates: keyTypes,
    };
  }
  const blob = Buffer.from(encoded, "base64");
  const whole = blob.length > 0 && blob.toString("base64").replace(/=+$/, "") === encoded.replace(/=+$/, "");
  if (!whole) return damaged;
  const read = readKeyBlob(blob, comment.join(" "));
  if (read === null) return damaged;
  if ("message" in read) return read;
  return read.type === type ? read : damaged;
}

export function isKeyFault(one: PublicKey | KeyFault): one is KeyFault {
  return "message" in one;
}

/**
 * Reads a key in the form of RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4 and OpenSSH's PROTOCOL.u2f.
 * Null where it is none of these.
 */
export function readKeyBlob(blob: Buffer, comment = ""): PublicKey | KeyFault | null {
  try {
    const reader = new SshReader(blob);
    const type = reader.words();
    if (!isKeyType(type)) return null;
    const read = readParts(type, reader);
    reader.end();
    if (read === null) return null;
    if ("message" in read) return read;
    const fingerprint = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
    return { type, blob, comment, fingerprint, ...read };
  } catch {
    return null;
  }
}

function readParts(
  type: KeyType,
  reader: SshReader,
): Pick<PublicKey, "key" | "application"> | KeyFault | null {
  const plain = (key: KeyObject) => ({ key, application: null });
  switch (type) {
    case "ssh-ed25519":
      return plain(ed25519(reader.string()));
    case "sk-ssh-ed25519@openssh.com":
      return { key: ed25519(reader.string()), application: reader.string() };
    case "ssh-rsa": {
      const exponent = reader.magnitude();
      const modulus = reader.magnitude();
      const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
      if (bits < fewestBits || bits > mostBits) return wrongLength(bits);
      const parts = { kty: "RSA", n: modulus.toString("base64url"), e: exponent.toString("base64url") };
      return plain(createPublicKey({ key: parts, format: "jwk" }));
    }
    case "sk-ecdsa-sha2-nistp256@openssh.com": {
      const key = onCurve(reader, "nistp256");
      return key && { key, application: reader.string() };
    }
    default: {
      const key = onCurve(reader, type.replace("ecdsa-sha2-", ""));
      return key && plain(key);
    }
  }
}

function ed25519(point: Buffer): KeyObject {
  return createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") },
    format: "jwk",
  });
}

/** An uncompressed point (SEC 1 section 2.3.3) on the curve that is expected; null for another. */
function onCurve(reader: SshReader, curve: string): KeyObject | null {
  if (reader.words() !== curve) return null;
  const point = reader.string();
  const half = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(half)) return null;
  const [x, y] = [point.subarray(1, 1 + half), point.subarray(1 + half)];
  const crv = curve.replace("nistp", "P-");
  return createPublicKey({
    key: { kty: "EC", crv, x: x.toString("base64url"), y: y.toString("base64url") },
    format: "jwk",
  });
}

function isKeyType(type: string): type is KeyType {
  return (keyTypes as readonly string[]).includes(type);
}

const damaged: KeyFault = {
  message: text("The key is damaged or was cut off.", "La clé est endommagée ou tronquée."),
  expected: text(
    "one line of a .pub file, copied whole: ssh-ed25519 AAAA… comment",
    "une ligne d'un fichier .pub, copiée en entier : ssh-ed25519 AAAA… commentaire",
  ),
};

function wrongLength(bits: number): KeyFault {
  return {
    message: text(
      `An RSA key of ${bits} bits proves nothing.`,
      `Une clé RSA de ${bits} bits ne prouve rien.`,
    ),
    expected: text(
      `at least ${fewestBits} bits (at most ${mostBits}), or better an Ed25519 key`,
      `au moins ${fewestBits} bits (au plus ${mostBits}), ou mieux une clé Ed25519`,
    ),
  };
}
