import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writePrivate } from "../private-files.ts";
import type { RegionCredentials } from "./credentials.ts";

/** The people who may decide, by their identifiers in the estate file. */
const operators = ["ada", "bruno"] as const;

/**
 * Makes, or reads from an earlier start, a key for each operator: `keys/operator-NAME`, closed by the passphrase
 * `secrets/operator-NAME-passphrase`. Resolves to the public halves by the marks that the estate template has for them.
 */
export async function prepareOperators(
  folder: string,
  credentials: RegionCredentials,
): Promise<Map<string, string>> {
  const marks = new Map<string, string>();
  for (const name of operators) {
    const path = join(folder, "keys", `operator-${name}`);
    const known = await readFile(`${path}.pub`, "utf8").catch(() => null);
    const passphrase = await credentials.secret(`operator-${name}-passphrase`);
    const key = known ?? (await makeKey(path, name, passphrase));
    marks.set(`operator-${name}`, key.trim());
  }
  return marks;
}

async function makeKey(path: string, comment: string, passphrase: string): Promise<string> {
  const { default: ssh } = await import("ssh2");
  for (;;) {
    // A random passphrase cannot be guessed; more rounds would only cost time.
    const closed = { passphrase, cipher: "aes256-ctr", rounds: 1, comment } as const;
    const pair = ssh.utils.generateKeyPairSync("ed25519", closed);
    // It writes one key in 256 in a form that it cannot read itself: such a one is drawn again.
    if (ssh.utils.parseKey(pair.private, passphrase) instanceof Error) continue;
    await writePrivate(path, pair.private);
    // Last, so that a start that is killed in between draws both again.
    await writePrivate(`${path}.pub`, `${pair.public}\n`);
    return pair.public;
  }
}
