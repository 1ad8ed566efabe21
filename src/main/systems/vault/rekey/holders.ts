import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { OpsError } from "../../../../shared/errors.ts";
import type { VaultSystemConfig } from "../../../../shared/systems/vault.ts";
import { holderFile, holderKeyPrivate, holderKeysChanged, holderKeyTwice, holderKeyUnfit } from "./faults.ts";
import { type OpenPgpPublicKey, readOpenPgpKey } from "./openpgp-key.ts";

/** Somebody who gets a share of the key, sealed for them. */
export interface Holder extends OpenPgpPublicKey {
  id: string;
}

/** Who gets a share of the key of one Vault, by the estate. */
export interface HolderList {
  readonly names: readonly string[];
  /** Their keys as they are in the files now. Throws `vault.holder-file`, `vault.holder-key` and `vault.holder-twice`. */
  read(): Promise<Holder[]>;
  /** `vault.holder-changed`. */
  changed(): OpsError;
}

/** The holders of the estate, in its order; `folder` is where relative paths of the estate start. */
export function holderList(
  { holders }: Pick<VaultSystemConfig, "holders">,
  folder: () => string,
): HolderList {
  return {
    names: Object.keys(holders),
    read: () => readHolders(holders, folder()),
    changed: holderKeysChanged,
  };
}

async function readHolders(holders: VaultSystemConfig["holders"], folder: string): Promise<Holder[]> {
  const read = await Promise.all(
    Object.entries(holders).map(async ([id, { key: path }]): Promise<Holder> => {
      const file = await readFile(resolve(folder, path)).catch((error: unknown) => {
        throw holderFile(id, path, error);
      });
      const key = readOpenPgpKey(file);
      if (key === "private") throw holderKeyPrivate(id, path);
      if (!key) throw holderKeyUnfit(id, path);
      return { id, ...key };
    }),
  );
  const seen = new Map<string, string>();
  for (const { id, fingerprint } of read) {
    const other = seen.get(fingerprint);
    if (other !== undefined) throw holderKeyTwice(other, id);
    seen.set(fingerprint, id);
  }
  return read;
}
