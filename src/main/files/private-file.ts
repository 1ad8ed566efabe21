import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
} from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { foreign } from "./refusals.ts";

/** Neither a link is followed nor the other end of a named pipe waited for, where the system knows the words. */
const carefully = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** How a file is opened: `open(2)`. What is made is made anew, never found. */
export const opening = {
  read: constants.O_RDONLY,
  change: constants.O_RDWR,
  append: constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT,
  make: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
} as const;

/**
 * Makes sure that a file is there, plain, our own, by one name and unreadable to others (mode 0600). Throws OpsError
 * `files.foreign` otherwise; an existing file of ours is tightened.
 */
export function claimPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, opening.make | carefully, 0o600));
    return;
  } catch (thrown) {
    if (!hasCode(thrown, "EEXIST")) throw thrown;
  }
  // The file is not opened here: closing it would drop the locks that SQLite holds on it in this process.
  const found = lstatSync(path);
  refuseForeign(path, found);
  if (isOpenToOthers(found)) chmodSync(path, 0o600);
}

/** Throws OpsError `files.foreign` when what stands there is not a file of our own; nothing may stand there. */
export function refuseForeignFile(path: string): void {
  let found: Stats;
  try {
    found = lstatSync(path);
  } catch (thrown) {
    if (isAbsent(thrown)) return;
    throw thrown;
  }
  refuseForeign(path, found);
}

/**
 * Opens a file that is ours alone, or makes it (mode 0600); one that was open to others is tightened. It is looked at
 * before, so that nothing foreign is opened, and again once it is open, so that it cannot have been changed for another.
 * Throws OpsError `files.foreign` or the system's error.
 */
export async function openPrivateFile(path: string, how: keyof typeof opening): Promise<FileHandle> {
  const before = how === "make" ? null : await lstat(path).catch(missing);
  if (before) refuseForeign(path, before);
  const file = await open(path, opening[how] | carefully, 0o600).catch((thrown: unknown) => {
    throw asForeign(path, thrown);
  });
  try {
    const found = await file.stat();
    refuseForeign(path, found);
    if (isOpenToOthers(found)) await file.chmod(0o600);
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** The same at once; gives the descriptor. */
export function openPrivateFileSync(path: string, how: keyof typeof opening): number {
  if (how !== "make") refuseForeignFile(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, opening[how] | carefully, 0o600);
  } catch (thrown) {
    throw asForeign(path, thrown);
  }
  try {
    const found = fstatSync(descriptor);
    refuseForeign(path, found);
    if (isOpenToOthers(found)) fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** What a file of ours holds, at most so many bytes. Throws OpsError `files.foreign` or an error of the system. */
export async function readPrivateFile(path: string, most: number): Promise<Buffer> {
  const file = await openPrivateFile(path, "read");
  try {
    const bytes = Buffer.alloc(sizeWithin(await file.stat(), most));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** The same at once. */
export function readPrivateFileSync(path: string, most: number): Buffer {
  const descriptor = openPrivateFileSync(path, "read");
  try {
    const bytes = Buffer.alloc(sizeWithin(fstatSync(descriptor), most));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function sizeWithin({ size }: Stats, most: number): number {
  if (size > most) throw new Error(`the file holds ${size} bytes, more than ${most}`);
  return size;
}

function refuseForeign(path: string, found: Stats): void {
  if (found.isSymbolicLink()) throw foreign(path, "link");
  if (!found.isFile()) throw foreign(path, "not-a-file");
  if (process.getuid !== undefined && found.uid !== process.getuid()) throw foreign(path, "other-owner");
  if (found.nlink > 1) throw foreign(path, "several-names");
}

function isOpenToOthers({ mode }: Stats): boolean {
  return process.platform !== "win32" && (mode & 0o077) !== 0;
}

/** What `O_NOFOLLOW` says of a link that was put there in between. */
function asForeign(path: string, thrown: unknown): unknown {
  return hasCode(thrown, "ELOOP") ? foreign(path, "link") : thrown;
}

function missing(thrown: unknown): null {
  if (isAbsent(thrown)) return null;
  throw thrown;
}

/** Nothing stands there, or what should be its folder is none: whoever writes is told so then. */
function isAbsent(thrown: unknown): boolean {
  return hasCode(thrown, "ENOENT") || hasCode(thrown, "ENOTDIR");
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}
