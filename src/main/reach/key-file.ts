import { open, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import ssh2, { type ParsedKey } from "ssh2";
import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import { reachFault } from "./faults.ts";
import type { Refusals } from "./refusals.ts";

const largestKey = 64 * 1024;

/**
 * Private key files. An opened key stays in memory, as an agent would keep it, until the file or the passphrase
 * changes: deriving it anew for each connection would cost a second of processor time.
 */
export class KeyFiles {
  readonly #folder: () => string;
  readonly #marks: Refusals;
  readonly #opened = new Map<string, { stamp: string; result: ParsedKey | OpsError }>();

  /** Relative paths start at `folder` (that of the estate file), `~/` at the home folder. */
  constructor(folder: () => string, marks: Refusals) {
    this.#folder = folder;
    this.#marks = marks;
  }

  /**
   * Opens a key. Throws `reach.key-unreadable`, `reach.key-too-open`, `reach.key-encrypted` (a passphrase is
   * needed), `reach.key-passphrase-wrong` or `reach.key-invalid`.
   */
  async open(file: string, passphrase: string | null): Promise<ParsedKey> {
    const path = file.startsWith("~/") ? resolve(homedir(), file.slice(2)) : resolve(this.#folder(), file);
    const { content, stamp } = await this.#read(file, path);
    const mark = `${stamp} ${passphrase === null ? "" : this.#marks.mark("passphrase", passphrase)}`;
    const before = this.#opened.get(path);
    const result = before?.stamp === mark ? before.result : parse(file, content, passphrase);
    this.#opened.set(path, { stamp: mark, result });
    if (result instanceof OpsError) throw result;
    return result;
  }

  async #read(file: string, path: string): Promise<{ content: string; stamp: string }> {
    try {
      const status = await stat(path);
      if (process.platform !== "win32" && (status.mode & 0o077) !== 0) throw tooOpen(file);
      if (!status.isFile() || status.size > largestKey) throw new Error("not a key file");
      const handle = await open(path, "r");
      try {
        const content = await handle.readFile("utf8");
        return { content, stamp: `${status.ino} ${status.size} ${status.mtimeMs}` };
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (error instanceof OpsError) throw error;
      throw reachFault(
        "key-unreadable",
        text(`The key file ${file} cannot be read.`, `Le fichier de clé ${file} ne peut pas être lu.`),
        text(
          "Check the path in the estate file and the rights of the file.",
          "Vérifiez le chemin dans le fichier de parc et les droits du fichier.",
        ),
        error,
      );
    }
  }
}

function parse(file: string, content: string, passphrase: string | null): ParsedKey | OpsError {
  const parsed = ssh2.utils.parseKey(content, passphrase ?? undefined);
  // OpenSSH's newer format may hold several keys; ssh2 then returns a list.
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error) return explain(file, key, passphrase !== null);
  return isPrivateKey(key) ? key : invalid(file);
}

function isPrivateKey(key: unknown): key is ParsedKey {
  return (
    typeof key === "object" && key !== null && "isPrivateKey" in key && (key as ParsedKey).isPrivateKey()
  );
}

function explain(file: string, error: Error, withPassphrase: boolean): OpsError {
  if (/no passphrase given/i.test(error.message)) {
    return reachFault(
      "key-encrypted",
      text(`The key file ${file} is encrypted.`, `Le fichier de clé ${file} est chiffré.`),
      text(
        "Name the secret that holds its passphrase (`passphrase:`) in the estate file.",
        "Indiquez dans le fichier de parc le secret qui contient sa phrase de passe (« passphrase: »).",
      ),
    );
  }
  if (withPassphrase && /passphrase/i.test(error.message)) {
    return reachFault(
      "key-passphrase-wrong",
      text(
        `The passphrase for the key file ${file} is wrong.`,
        `La phrase de passe du fichier de clé ${file} est fausse.`,
      ),
      text("Correct the secret on the Secrets page.", "Corrigez le secret dans la page Secrets."),
    );
  }
  return invalid(file, error);
}

function invalid(file: string, cause?: unknown): OpsError {
  return reachFault(
    "key-invalid",
    text(
      `The file ${file} holds no private key that can be used.`,
      `Le fichier ${file} ne contient pas de clé privée utilisable.`,
    ),
    text(
      "Use an Ed25519, ECDSA or RSA key in OpenSSH or PEM format.",
      "Utilisez une clé Ed25519, ECDSA ou RSA au format OpenSSH ou PEM.",
    ),
    cause,
  );
}

function tooOpen(file: string): OpsError {
  return reachFault(
    "key-too-open",
    text(
      `Others on this workstation can read the key file ${file}.`,
      `D'autres utilisateurs de ce poste peuvent lire le fichier de clé ${file}.`,
    ),
    text("Run `chmod 600` on it.", "Appliquez-lui « chmod 600 »."),
  );
}
