import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { fileUnreadable } from "./login-faults.ts";

const largest = 4 * 1024 * 1024;

/** Where a path of the estate or of a kubeconfig leads: `~/` is the home folder, others start at `folder`. */
export function placeOf(file: string, folder: string): string {
  return file.startsWith("~/") ? resolve(homedir(), file.slice(2)) : resolve(folder, file);
}

/** A text file of at most 4 MiB, and a stamp that changes with it. Throws `kubernetes.file-unreadable`. */
export async function readSmallFile(path: string, shown: string): Promise<{ words: string; stamp: string }> {
  try {
    const file = await open(path, "r");
    try {
      const { size, mtimeMs, ino } = await file.stat();
      if (size > largest) throw new Error("too large");
      const words = await file.readFile("utf8");
      return { words, stamp: `${ino} ${size} ${mtimeMs}` };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileUnreadable(shown, error);
  }
}

/** The stamp alone; null when the file cannot be looked at. */
export async function stampOf(path: string): Promise<string | null> {
  try {
    const file = await open(path, "r");
    try {
      const { size, mtimeMs, ino } = await file.stat();
      return `${ino} ${size} ${mtimeMs}`;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
