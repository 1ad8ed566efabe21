import { lstat } from "node:fs/promises";
import { type Recording, recordingSchema } from "../../shared/screen.ts";
import { readPrivateFile } from "../files/private-file.ts";
import { replaceFile } from "../files/replace-file.ts";

const largest = 64 * 1024;

/** Writes what is known of a recording beside its file (mode 0600): the old words or the new ones, never half. */
export async function writeSidecar(path: string, recording: Recording): Promise<void> {
  await replaceFile(path, `${JSON.stringify(recording, null, 2)}\n`);
}

/** What stands beside a recording; null when it is not there, not ours or not what it should be. */
export async function readSidecar(path: string, id: string): Promise<Recording | null> {
  try {
    const recording = recordingSchema.parse(
      JSON.parse((await readPrivateFile(path, largest)).toString("utf8")),
    );
    return recording.id === id ? recording : null;
  } catch {
    return null;
  }
}

/** Size and time of a plain file; throws for a link, a folder or nothing. */
export async function plainFile(path: string): Promise<{ size: number; changedAt: number }> {
  const found = await lstat(path);
  if (!found.isFile()) throw new Error("not a plain file");
  return { size: found.size, changedAt: found.mtimeMs };
}
