import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Machine } from "../../world/machine.ts";
import { preparePrivateFolders, readOrMake, writePrivate } from "../private-files.ts";
import { type KeyedCertificate, selfSigned } from "./certificate.ts";

/** The user of every engine of the lab. */
export const amtUser = "admin";

/** Names of the files in the lab's folder; the estate file points at the first two. */
export const amtFiles = {
  password: "secrets/amt-password",
  /** Of the classic screen port: eight characters. */
  screenPassword: "secrets/amt-screen-password",
  certificates: "keys/amt-certificates.json",
} as const;

/** What the engines of the lab log in with and show of themselves. */
export interface AmtCredentials {
  password: string;
  screenPassword: string;
  /** By machine; only those whose firmware has TLS. */
  certificates: ReadonlyMap<string, KeyedCertificate>;
}

const kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!$%*+-=?@^~"] as const;

/** A password by AMT's rules: every kind of character, none of `: , "` and no underscore among the signs. */
export function strongPassword(length: number): string {
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const characters = kinds.map(pick);
  const any = kinds.join("");
  while (characters.length < length) characters.push(pick(any));
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    const [one = "", two = ""] = [characters[index], characters[other]];
    characters[index] = two;
    characters[other] = one;
  }
  return characters.join("");
}

/** Makes, or reads from an earlier start, the passwords and a certificate for each machine of `secured`. */
export async function prepareAmtCredentials(
  folder: string,
  secured: Iterable<Machine>,
): Promise<AmtCredentials> {
  await preparePrivateFolders(folder);
  const password = await readOrMake(join(folder, amtFiles.password), () => strongPassword(16));
  const screenPassword = await readOrMake(join(folder, amtFiles.screenPassword), () => strongPassword(8));
  const path = join(folder, amtFiles.certificates);
  const known: Record<string, KeyedCertificate> = JSON.parse(await readOrMake(path, () => "{}"));
  const missing = [...secured].filter((machine) => !Object.hasOwn(known, machine.id));
  for (const machine of missing) known[machine.id] = selfSigned(`amt-${machine.id}`, new Date());
  if (missing.length > 0) await writePrivate(path, JSON.stringify(known));
  return { password, screenPassword, certificates: new Map(Object.entries(known)) };
}
