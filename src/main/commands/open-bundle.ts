import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "../../shared/text.ts";
import type { BundleContents } from "../bundle/contents.ts";
import * as faults from "../bundle/faults.ts";
import { identitiesIn, unseal } from "../bundle/seal.ts";
import { readBundle } from "../bundle/store.ts";
import { complain, inWords, terminalLanguage } from "./terminal-words.ts";

/**
 * Opens a sealed bundle with the identity file that is named, or with a passphrase: from PASSERELLE_BUNDLE_PASSPHRASE, else
 * asked for on the terminal. Throws OpsError `bundle.*`.
 */
export async function openBundle(file: string, identity: string | undefined): Promise<BundleContents> {
  const sealed = await readBundle(file);
  if (identity !== undefined) {
    const words = await readFile(identity, "utf8").catch((thrown: unknown) => {
      throw faults.cannotRead(identity, thrown);
    });
    return unseal(sealed, { identities: identitiesIn(words, identity) });
  }
  const passphrase = process.env.PASSERELLE_BUNDLE_PASSPHRASE ?? (await asked());
  return unseal(sealed, { passphrase });
}

/** Asks without showing what is typed; empty where nobody is there to answer. */
async function asked(): Promise<string> {
  if (!process.stdin.isTTY) return "";
  complain(inWords(terminalLanguage())(text("Passphrase of the bundle:", "Phrase de passe du lot scellé :")));
  const silent = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
  }
}
