import { lstatSync, mkdirSync } from "node:fs";
import { foreign } from "./refusals.ts";

/**
 * Makes sure that a folder is there that nobody else writes in; one that is made is ours alone (mode 0700). One that others may
 * write in is refused, for they may have planted what it holds. One that others may read stays as it is: it may be no folder of
 * ours, and what is written there is closed by itself. Throws OpsError `files.foreign` or the system's error.
 */
export function makePrivateFolder(path: string): void {
  // Looked at first: through a link that leads nowhere a folder would be asked for elsewhere.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
    mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (found.isSymbolicLink()) throw foreign(path, "link");
  if (!found.isDirectory()) throw foreign(path, "not-a-folder");
  if (process.getuid !== undefined && found.uid !== process.getuid()) throw foreign(path, "other-owner");
  if (process.platform === "win32") return;
  if ((found.mode & 0o022) !== 0) throw foreign(path, "open-folder");
}
