import { lstat, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { makePrivateFolder } from "../files/private-folder.ts";
import { replaceFile } from "../files/replace-file.ts";
import type { BundleContents } from "./contents.ts";
import * as faults from "./faults.ts";

/**
 * Lays the estate of an opened bundle out in the data folder, where a console can be started on it: its files, and the
 * accepted host keys where the data folder has none yet. Secrets are not written anywhere. Answers with the path of the
 * estate. The data folder is the caller's alone: what was laid out before is replaced. Throws OpsError `bundle.cannot-write`.
 */
export async function layOut(contents: BundleContents, dataFolder: string): Promise<string> {
  const folder = join(dataFolder, "bundle-estate");
  try {
    await rm(folder, { recursive: true, force: true });
    for (const { path, source } of contents.estate.files) {
      const file = join(folder, path);
      makePrivateFolder(dirname(file));
      await replaceFile(file, source);
    }
    const own = join(dataFolder, "known_hosts");
    const isThere = await lstat(own).then(
      () => true,
      () => false,
    );
    if (!isThere && contents.knownHosts !== "") await replaceFile(own, contents.knownHosts);
  } catch (thrown) {
    throw thrown instanceof OpsError ? thrown : faults.cannotWrite(folder, thrown);
  }
  return contents.estate.path === "" ? folder : join(folder, contents.estate.path);
}
