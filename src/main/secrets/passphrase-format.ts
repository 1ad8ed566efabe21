import { createCipheriv, createDecipheriv, createHash, randomBytes, scrypt } from "node:crypto";
import { z } from "zod";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { damagedFile, wrongPassphrase } from "./secret-errors.ts";

/**
 * The passphrase file, version 1:
 *
 *     bytes  0–7   "PASSRLSF"
 *            8     version, 1
 *            9     scrypt cost as a power of two (17: N = 131072), 10: r, 11: p
 *           12–43  salt, 44–55 nonce
 *           56…    AES-256-GCM of the JSON contents, then its tag (16 bytes)
 *           last   SHA-256 of everything before it (32 bytes)
 *
 * The header is authenticated with the contents (additional data). The closing digest needs no key: it tells a
 * damaged file from a wrong passphrase, and keeps nothing secret. scrypt: RFC 7914; GCM: NIST SP 800-38D.
 */
const magic = Buffer.from("PASSRLSF", "ascii");
const version = 1;
const headerLength = 56;
const tagLength = 16;
const digestLength = 32;
const cost = { logN: 17, r: 8, p: 1 };

/** More than this is not ours: names, times and values of at most 64 KiB each. */
export const largestFile = 16 * 1024 * 1024;

const contentsSchema = z.record(z.string(), z.strictObject({ value: z.string(), changedAt: z.number() }));
export type Contents = z.infer<typeof contentsSchema>;

/** The parts of a file that is whole and of this version; nothing of it is authenticated yet. */
export interface Envelope {
  header: Buffer;
  logN: number;
  r: number;
  p: number;
  salt: Buffer;
  nonce: Buffer;
  ciphertext: Buffer;
  tag: Buffer;
}

/** Derives the AES key (32 bytes); takes about half a second and 128 MiB. */
export function deriveKey(
  passphrase: string,
  parameters: Pick<Envelope, "logN" | "r" | "p" | "salt">,
): Promise<Buffer> {
  const N = 2 ** parameters.logN;
  // 128·N·r bytes by the algorithm; OpenSSL wants some room on top.
  const maxmem = 128 * N * parameters.r + 128 * parameters.r * parameters.p + 1024 * 1024;
  // Composed and decomposed letters look the same to whoever types them.
  const words = Buffer.from(passphrase.normalize("NFC"), "utf8");
  return new Promise((settle, refuse) => {
    scrypt(words, parameters.salt, 32, { N, r: parameters.r, p: parameters.p, maxmem }, (error, key) => {
      words.fill(0);
      if (error) refuse(error);
      else settle(key);
    });
  });
}

/** Encrypts with a salt and a nonce of their own for every call. */
export async function seal(contents: Contents, passphrase: string): Promise<Buffer> {
  const header = Buffer.concat([
    magic,
    Buffer.from([version, cost.logN, cost.r, cost.p]),
    randomBytes(32),
    randomBytes(12),
  ]);
  const key = await deriveKey(passphrase, { ...cost, salt: header.subarray(12, 44) });
  const cipher = createCipheriv("aes-256-gcm", key, header.subarray(44, headerLength), {
    authTagLength: tagLength,
  });
  cipher.setAAD(header);
  const plain = Buffer.from(JSON.stringify(contents), "utf8");
  const body = Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  plain.fill(0);
  key.fill(0);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

/** Takes a file apart. Throws `secrets.damaged-file` for anything but a whole file of this version. */
export function parseEnvelope(file: Buffer): Envelope {
  if (file.length > largestFile) {
    throw damagedFile(
      text(
        "The passphrase file is far too large.",
        "Le fichier protégé par phrase de passe est bien trop volumineux.",
      ),
    );
  }
  if (file.length < magic.length || !file.subarray(0, magic.length).equals(magic)) {
    throw damagedFile(
      text(
        "The file in place of the passphrase file is not one.",
        "Le fichier trouvé n'est pas un fichier protégé par phrase de passe.",
      ),
    );
  }
  const end = file.length - digestLength;
  const whole =
    end >= headerLength + tagLength &&
    createHash("sha256").update(file.subarray(0, end)).digest().equals(file.subarray(end));
  if (!whole) {
    throw damagedFile(
      text(
        "The passphrase file is damaged or cut short.",
        "Le fichier protégé par phrase de passe est endommagé ou tronqué.",
      ),
    );
  }
  const [madeBy, logN = 0, r = 0, p = 0] = file.subarray(8, 12);
  // A cost beyond these bounds would let a planted file take all memory.
  if (madeBy !== version || logN < cost.logN || logN > 20 || r !== 8 || p < 1 || p > 4) {
    throw damagedFile(
      text(
        "The passphrase file was written by another version of the console.",
        "Le fichier protégé par phrase de passe a été écrit par une autre version de la console.",
      ),
    );
  }
  return {
    header: file.subarray(0, headerLength),
    logN,
    r,
    p,
    salt: file.subarray(12, 44),
    nonce: file.subarray(44, headerLength),
    ciphertext: file.subarray(headerLength, end - tagLength),
    tag: file.subarray(end - tagLength, end),
  };
}

/**
 * Decrypts with a derived key. Throws `secrets.wrong-passphrase` when key and file do not belong together, and
 * `secrets.damaged-file` when the decrypted contents are not what this version writes.
 */
export function openWithKey(envelope: Envelope, key: Buffer): Contents {
  let plain: Buffer;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, envelope.nonce, { authTagLength: tagLength });
    decipher.setAAD(envelope.header);
    decipher.setAuthTag(envelope.tag);
    plain = Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]);
  } catch {
    throw wrongPassphrase();
  }
  try {
    return contentsSchema.parse(JSON.parse(plain.toString("utf8")));
  } catch {
    // Neither zod's nor JSON.parse's words may travel on: they quote what they read.
    throw damagedFile(
      text(
        "The passphrase file opens, but what it holds cannot be understood.",
        "Le fichier protégé par phrase de passe s'ouvre, mais son contenu est incompréhensible.",
      ),
    );
  } finally {
    plain.fill(0);
  }
}

/** Decrypts a file. Throws an OpsError `secrets.wrong-passphrase` or `secrets.damaged-file`, never anything else. */
export async function open(file: Buffer, passphrase: string): Promise<Contents> {
  const envelope = parseEnvelope(file);
  let key: Buffer;
  try {
    key = await deriveKey(passphrase, envelope);
  } catch (cause) {
    throw new OpsError({
      code: "secrets.no-memory",
      system: "secrets",
      message: text(
        "The passphrase could not be checked: there is not enough memory.",
        "La phrase de passe n'a pas pu être vérifiée : la mémoire est insuffisante.",
      ),
      hint: text("Close other programs, then try again.", "Fermez d'autres programmes, puis réessayez."),
      cause,
    });
  }
  try {
    return openWithKey(envelope, key);
  } finally {
    key.fill(0);
  }
}
