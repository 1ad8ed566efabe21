import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";

const bytes = 32;

/** The key that a console's pseudonyms are made with: kept in a private file, so that they are the same in every copy. */
export async function keptKey(path: string): Promise<Uint8Array> {
  const known = await readFile(path).catch(() => null);
  if (known?.length === bytes) return known;
  const drawn = randomBytes(bytes);
  await writeFileAtomic(path, drawn, { mode: 0o600 });
  return drawn;
}
