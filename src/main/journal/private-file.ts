import { chmodSync, closeSync, lstatSync, openSync } from "node:fs";
import { basename } from "node:path";
import { foreignFile } from "./faults.ts";

/**
 * Makes sure that a file is there, plain, our own and unreadable to others (mode 0600). Throws OpsError
 * `journal.foreign-file` for a link, a folder or somebody else's file; an existing file of ours is tightened.
 */
export function claimPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
    return;
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  }
  // The file is not opened here: closing it would drop the locks that SQLite holds on it in this process.
  const found = lstatSync(path);
  const ours = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isFile() || !ours) throw foreignFile(basename(path));
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) chmodSync(path, 0o600);
}
