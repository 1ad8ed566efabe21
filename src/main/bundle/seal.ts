import { Decrypter, Encrypter } from "age-encryption";
import { type BundleContents, bundleContentsSchema, digestOf } from "./contents.ts";
import * as faults from "./faults.ts";

/** The largest bundle that is opened, in bytes. */
export const largestBundle = 64 * 1024 * 1024;
const firstLine = "age-encryption.org/v1";

/** How a bundle is opened: with identities of age (`AGE-SECRET-KEY-1…`), or with a passphrase. */
export type BundleKey = { identities: readonly string[] } | { passphrase: string };

/** Encrypts contents for recipients of age (age-encryption.org/v1). Throws when a recipient is none. */
export async function seal(contents: BundleContents, recipients: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(JSON.stringify(contents));
}

/**
 * Opens a bundle and checks what is in it against its own hashes. Throws OpsError `bundle.cannot-open` (not for this
 * identity or passphrase) or `bundle.damaged`.
 */
export async function unseal(sealed: Uint8Array, key: BundleKey): Promise<BundleContents> {
  stanzasOf(sealed);
  const decrypter = new Decrypter();
  let words: string;
  try {
    if ("passphrase" in key) decrypter.addPassphrase(key.passphrase);
    else for (const identity of key.identities) decrypter.addIdentity(identity);
    words = await decrypter.decrypt(sealed, "text");
  } catch (thrown) {
    const unmatched = thrown instanceof Error && /no identity matched/i.test(thrown.message);
    throw unmatched ? faults.cannotOpen() : faults.damaged();
  }
  let contents: BundleContents;
  try {
    contents = bundleContentsSchema.parse(JSON.parse(words));
  } catch {
    // What it says of the contents could hold one of the secrets.
    throw faults.damaged();
  }
  for (const { source, sha256 } of contents.estate.files)
    if (digestOf(source) !== sha256) throw faults.damaged();
  return contents;
}

/**
 * For how many recipients a file is encrypted, by its header alone (the age format, section "Header"): all that can be
 * told of it without an identity. Throws OpsError `bundle.damaged` for what is no such file, or is cut off.
 */
export function stanzasOf(sealed: Uint8Array): number {
  const head = Buffer.from(sealed.subarray(0, 256 * 1024)).toString("latin1");
  const end = /\n--- [A-Za-z0-9+/]{43}\n/.exec(head);
  if (sealed.length > largestBundle || !head.startsWith(`${firstLine}\n`) || end === null)
    throw faults.damaged();
  // A nonce of 16 bytes, and the tag of the last piece.
  if (sealed.length < end.index + end[0].length + 32) throw faults.damaged();
  return head
    .slice(0, end.index)
    .split("\n")
    .filter((line) => line.startsWith("-> ")).length;
}

/** The identities in the words of a file that `age-keygen` made; comments and blank lines are passed over. */
export function identitiesIn(words: string, file: string): string[] {
  const found = words.split(/\r?\n/).filter((line) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line.trim()));
  if (found.length === 0) throw faults.notAnIdentity(file);
  return found.map((line) => line.trim());
}
