import { mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { BundleContents } from "./contents.ts";
import * as faults from "./faults.ts";

/**
 * Lays the estate of an opened bundle out in the data folder, where a console can be started on it: its files, and the
 * accepted host keys where the data folder has none yet. Secrets are not written anywhere. Answers with the path of the
 * estate. The data folder is the caller's alone: what was laid out before is replaced. Throws OpsError `bundle.cannot-write`.
 */
export async function layOut(contents: BundleContents, dataFolder: string): Promise<string> {
  const folder = join(dataFolder, "bundle-estate");
  const keep = (file: string, words: string) => writeFileAtomic(file, words, { mode: 0o600 });
  try {
    await rm(folder, { recursive: true, force: true });
    for (const { path, source } of contents.estate.files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await keep(file, source);
    }
    const own = join(dataFolder, "known_hosts");
    const isThere = await stat(own).then(
      () => true,
      () => false,
    );
    if (!isThere && contents.knownHosts !== "") await keep(own, contents.knownHosts);
  } catch (thrown) {
    throw faults.cannotWrite(folder, thrown);
  }
  return contents.estate.path === "" ? folder : join(folder, contents.estate.path);
}
