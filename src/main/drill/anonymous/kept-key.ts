import { randomBytes } from "node:crypto";
import { readPrivateFile } from "../../files/private-file.ts";
import { replaceFile } from "../../files/replace-file.ts";

const bytes = 32;

/** The key that a console's pseudonyms are made with: kept in a private file, so that they are the same in every copy. */
export async function keptKey(path: string): Promise<Uint8Array> {
  const known = await readPrivateFile(path, bytes).catch(() => null);
  if (known?.length === bytes) return known;
  const drawn = randomBytes(bytes);
  await replaceFile(path, drawn);
  return drawn;
}
