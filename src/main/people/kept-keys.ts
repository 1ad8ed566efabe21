import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { identifierSchema } from "../../shared/estate-words.ts";
import { readPrivateFile } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { replaceFile } from "../files/replace-file.ts";
import * as faults from "./faults.ts";
import { type ClosedKey, readKeyFile } from "./private-key.ts";

/**
 * Private keys of operators in a folder of the data folder, one each, as they came: closed by the operator's own
 * passphrase, which this console never keeps.
 */
export class KeptKeys {
  readonly #folder: string;
  #names: ReadonlySet<string> = new Set();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Looks which keys there are. Never throws: without the folder there are none. */
  async start(): Promise<void> {
    const files = await readdir(this.#folder).catch(() => []);
    this.#names = new Set(
      files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)),
    );
  }

  has(operator: string): boolean {
    return this.#names.has(operator);
  }

  /** Keeps a closed key, in place of one that was kept before. Throws OpsError `people.open-key` or `people.cannot-keep`. */
  async keep(operator: string, key: ClosedKey): Promise<void> {
    if (!key.closed) throw faults.openKey();
    try {
      makePrivateFolder(this.#folder);
      await replaceFile(this.#path(operator), key.words);
    } catch (cause) {
      throw cause instanceof OpsError ? cause : faults.cannotKeep(cause);
    }
    this.#names = new Set([...this.#names, operator]);
  }

  /** Null where none is kept. Throws OpsError `people.not-a-key` where the file was damaged, `files.foreign` where it is not ours. */
  async read(operator: string): Promise<ClosedKey | null> {
    if (!this.has(operator)) return null;
    const words = await readPrivateFile(this.#path(operator), largestKey).catch((thrown: unknown) => {
      if (thrown instanceof OpsError) throw thrown;
      return null;
    });
    return words === null ? null : readKeyFile(words.toString("utf8"));
  }

  /** Whether there was one. Throws OpsError `people.cannot-keep` where it cannot be removed. */
  async forget(operator: string): Promise<boolean> {
    const had = this.has(operator);
    try {
      await rm(this.#path(operator), { force: true });
    } catch (cause) {
      throw faults.cannotKeep(cause);
    }
    this.#names = new Set([...this.#names].filter((name) => name !== operator));
    return had;
  }

  #path(operator: string): string {
    return join(this.#folder, `${identifierSchema.parse(operator)}${ending}`);
  }
}

const ending = ".key";
const largestKey = 64 * 1024;
