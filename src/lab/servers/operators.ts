import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { preparePrivateFolders, readOrMake, writePrivate } from "./private-files.ts";
import type { LabContext, LabServers } from "./server.ts";

/** The people who may decide, by their identifiers in the estate file. */
const operators = ["ada", "bruno"] as const;

/**
 * Makes, or reads from an earlier start, a key for each operator: `keys/operator-NAME`, closed by the passphrase
 * `secrets/operator-NAME-passphrase`, wherever the lab has something that two people decide. Nothing listens for them; the
 * public halves go by the marks that the estate template has for them.
 */
export async function startOperators({ world, folder }: LabContext): Promise<LabServers> {
  const publicKeys = new Map<string, string>();
  const { stand, hasVault, hasProvider } = world.regions;
  if (stand || hasVault || hasProvider) {
    await preparePrivateFolders(folder);
    for (const name of operators) publicKeys.set(`operator-${name}`, await keyOf(folder, name));
  }
  return { ports: new Map(), publicKeys, close: async () => {} };
}

async function keyOf(folder: string, name: string): Promise<string> {
  const path = join(folder, "keys", `operator-${name}`);
  const known = await readFile(`${path}.pub`, "utf8").catch(() => null);
  const passphrase = await readOrMake(join(folder, "secrets", `operator-${name}-passphrase`), () =>
    randomBytes(24).toString("base64"),
  );
  return (known ?? (await makeKey(path, name, passphrase))).trim();
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
