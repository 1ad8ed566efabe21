import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";

/** Makes the folders that only their owner may enter: the lab's own, and those of keys and secrets in it. */
export async function preparePrivateFolders(folder: string): Promise<void> {
  for (const name of ["", "keys", "secrets"]) {
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
    await chmod(join(folder, name), 0o700);
  }
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivate(path: string, words: string): Promise<void> {
  return writeFileAtomic(path, words, { mode: 0o600, fsync: false });
}

/** What a file holds from an earlier start; made and written when it is missing or empty. */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  const known = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (known !== null && known !== "") return known;
  const made = make();
  await writePrivate(path, made);
  return made;
}
