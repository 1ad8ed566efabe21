import { type FileHandle, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Recording } from "../../shared/screen.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { troubles } from "./faults.ts";
import { FbsParser, fbsBlock } from "./fbs.ts";
import { plainFile, readSidecar, writeSidecar } from "./sidecar.ts";

const sidecarName = /^(\d{8}-\d{6}-[0-9a-f]{8})\.json$/;
const pieceLength = 1024 * 1024;

export interface KeptRecordings {
  recordings: Recording[];
  /** Those of a console that was stopped in the middle: their end is a guess until they are mended. */
  killed: Recording[];
}

/**
 * What a folder holds of recordings; none when there is no folder. What is not a recording is left out and alone.
 * Throws what the file system says when the folder cannot be read.
 */
export async function keptRecordings(folder: string): Promise<KeptRecordings> {
  const kept: KeptRecordings = { recordings: [], killed: [] };
  for (const name of await namesIn(folder)) {
    const id = sidecarName.exec(name)?.[1];
    const recording = id === undefined ? null : await readSidecar(join(folder, name), id);
    const file = recording && (await plainFile(join(folder, `${id}.fbs`)).catch(() => null));
    if (!file) continue;
    if (recording.endedAt === null) {
      const endedAt = Math.max(recording.startedAt, Math.round(file.changedAt));
      kept.killed.push({ ...recording, bytes: file.size, endedAt, trouble: troubles.killed });
    } else kept.recordings.push({ ...recording, bytes: file.size });
  }
  return kept;
}

/**
 * Finds the true end of a recording that was not ended: what stands after its last whole block is cut off, a farewell
 * is put in its place, and its sidecar is written. Null when it holds nothing, and is gone then. Throws what the file
 * system says, and OpsError `recording.damaged`.
 */
export async function mendRecording(
  folder: string,
  recording: Recording,
  signal: AbortSignal,
): Promise<Recording | null> {
  const path = join(folder, `${recording.id}.fbs`);
  const file = await openPrivateFile(path, "change");
  const parser = new FbsParser();
  try {
    await readThrough(file, parser, signal);
    if (parser.wholeBytes > 0 && !parser.farewell) {
      await file.truncate(parser.wholeBytes);
      const farewell = fbsBlock(new Uint8Array(), parser.lastAt);
      await file.write(farewell, 0, farewell.length, parser.wholeBytes);
      await file.datasync();
    }
  } finally {
    await file.close();
  }
  if (parser.wholeBytes === 0) {
    await Promise.all([rm(path), rm(join(folder, `${recording.id}.json`))]);
    return null;
  }
  const whole = {
    ...recording,
    bytes: (await plainFile(path)).size,
    endedAt: recording.startedAt + parser.lastAt,
    trouble: parser.farewell ? null : troubles.killed,
  };
  await writeSidecar(join(folder, `${recording.id}.json`), whole);
  return whole;
}

async function readThrough(file: FileHandle, parser: FbsParser, signal: AbortSignal): Promise<void> {
  const piece = Buffer.alloc(pieceLength);
  for (let position = 0; !parser.farewell; ) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    for (const _block of parser.push(piece.subarray(0, bytesRead))) signal.throwIfAborted();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  }
}
