import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from "node:fs";
import { type FileHandle, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { openPrivateFile, openPrivateFileSync } from "./private-file.ts";
import { foreign } from "./refusals.ts";

export interface ReplaceOptions {
  /** Whether the file must outlive a power cut from then on; true when left out. */
  flush?: boolean;
}

/** Writings of one file, one after the other in the order that they were asked for. */
const turns = new Map<string, Promise<unknown>>();
const partName = /\.(\d+)-[0-9a-f]{16}\.part$/;

/**
 * Puts a file in the place of another or of none, whole or not at all, mode 0600: it is made beside it, under a name that
 * nobody can foresee, and renamed. A hard link of the old one keeps what it had. A link, a folder, a pipe or a device, or
 * a file of somebody else, is left alone: OpsError `files.foreign`. Rejects with the system's error otherwise; the old
 * file is there then, and nothing beside it.
 */
export function replaceFile(
  path: string,
  content: string | Uint8Array | ((file: FileHandle) => Promise<void>),
  options: ReplaceOptions = {},
): Promise<void> {
  const place = resolve(path);
  const before = turns.get(place) ?? Promise.resolve();
  const turn = before.then(() => replace(place, content, options.flush ?? true));
  const settled = turn
    .catch(() => undefined)
    .finally(() => {
      if (turns.get(place) === settled) turns.delete(place);
    });
  turns.set(place, settled);
  return turn;
}

async function replace(
  path: string,
  content: string | Uint8Array | ((file: FileHandle) => Promise<void>),
  flush: boolean,
): Promise<void> {
  refuse(path, await lstat(path).catch(() => undefined));
  const part = partOf(path);
  const file = await openPrivateFile(part, "make");
  try {
    try {
      if (typeof content === "function") await content(file);
      else await file.writeFile(content);
      if (flush) await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
  if (flush) await flushFolder(dirname(path));
}

/** The same at once, flushed. */
export function replaceFileSync(path: string, content: string): void {
  refuse(path, lstatSync(path, { throwIfNoEntry: false }));
  const part = partOf(path);
  const descriptor = openPrivateFileSync(part, "make");
  try {
    try {
      const bytes = Buffer.from(content, "utf8");
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(part, path);
  } catch (thrown) {
    rmSync(part, { force: true });
    throw thrown;
  }
  try {
    const folder = openSync(dirname(path), constants.O_RDONLY);
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // As with `flushFolder`.
  }
}

/** Removes what a process that was killed had written in part; what a living one writes is left to it. */
export function removeAbandonedParts(folder: string): void {
  for (const name of readdirSync(folder)) {
    const writer = partName.exec(name)?.[1];
    if (writer !== undefined && !isAlive(Number(writer))) rmSync(join(folder, name), { force: true });
  }
}

/** The process is part of the name, so that it can be told whether somebody still writes there. */
function partOf(path: string): string {
  return `${path}.${process.pid}-${randomBytes(8).toString("hex")}.part`;
}

function refuse(path: string, found: Stats | undefined): void {
  if (found === undefined) return;
  if (found.isSymbolicLink()) throw foreign(path, "link");
  if (!found.isFile()) throw foreign(path, "not-a-file");
  if (process.getuid !== undefined && found.uid !== process.getuid()) throw foreign(path, "other-owner");
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

/**
 * Makes a renamed file's new name durable at once. Windows and some file systems have no such call: the file is whole
 * and in its place all the same, so a refusal is no failure.
 */
async function flushFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, constants.O_RDONLY);
    await handle.sync();
  } catch {
    return;
  } finally {
    await handle?.close();
  }
}
