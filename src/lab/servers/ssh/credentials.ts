import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../world/machine.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";

type KeyPair = { private: string; public: string };

/** The keys and passwords of the lab, made at its first start and kept in its folder. */
export interface Credentials {
  hostKeys: ReadonlyMap<string, string>;
  /** The user's public key that the bounce lets in, in OpenSSH's format. */
  userKey: string;
  /** The password that the hosts let in. */
  password: string;
}

/** Names of the files in the lab's folder; the estate file points at them. */
export const credentialFiles = {
  userKey: "keys/ops_ed25519",
  passphrase: "secrets/bounce-passphrase",
  password: "secrets/host-password",
  knownHosts: "known_hosts",
} as const;

/** The host of Atelier that is left out of known_hosts, so that the question at the first use can be seen. */
export const unknownHost = "web-2";
const unknownName = `${unknownHost}.atelier.example`;

/**
 * Makes, or reads from an earlier start, a host key for each machine, the user's key with its passphrase and the
 * hosts' password; writes known_hosts. `generate` makes an ed25519 key pair in OpenSSH's format.
 */
export async function prepareCredentials(
  folder: string,
  machines: Iterable<Machine>,
  generate: (passphrase: string | null) => KeyPair,
): Promise<Credentials> {
  await preparePrivateFolders(folder);
  const word = () => randomBytes(18).toString("base64url");
  const at = (name: string) => join(folder, name);
  const password = await readOrMake(at(credentialFiles.password), word);
  const passphrase = await readOrMake(at(credentialFiles.passphrase), word);

  let userKey = await readFile(at(`${credentialFiles.userKey}.pub`), "utf8").catch(() => null);
  if (userKey === null) {
    const pair = generate(passphrase);
    await writePrivate(at(credentialFiles.userKey), pair.private);
    await writePrivate(at(`${credentialFiles.userKey}.pub`), `${pair.public}\n`);
    userKey = pair.public;
  }

  const saved = await readOrMake(at("keys/hosts.json"), () => "{}");
  const pairs: Record<string, KeyPair> = JSON.parse(saved);
  const missing = [...machines].filter((machine) => !Object.hasOwn(pairs, machine.id));
  for (const machine of missing) pairs[machine.id] = generate(null);
  if (missing.length > 0) await writePrivate(at("keys/hosts.json"), JSON.stringify(pairs));
  return {
    hostKeys: new Map(Object.entries(pairs).map(([id, pair]) => [id, pair.private])),
    userKey,
    password,
  };
}

/**
 * Writes known_hosts (sshd(8)) for the bounce at its loopback port and for the hosts at their in-world addresses, but
 * for the one that is left out.
 */
export async function writeKnownHosts(
  folder: string,
  machines: Iterable<Machine>,
  ports: ReadonlyMap<string, number>,
): Promise<void> {
  const pairs: Record<string, KeyPair> = JSON.parse(await readFile(join(folder, "keys/hosts.json"), "utf8"));
  const lines = [...machines]
    .filter((machine) => machine.hostname !== unknownName)
    .map((machine) => {
      const place = machine.role === "bounce" ? `[127.0.0.1]:${ports.get(machine.id)}` : machine.address;
      return `${place} ${pairs[machine.id]?.public.split(" ").slice(0, 2).join(" ")}\n`;
    });
  await writePrivate(join(folder, credentialFiles.knownHosts), lines.join(""));
}
