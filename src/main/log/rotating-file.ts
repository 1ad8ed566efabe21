import { closeSync, fstatSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { openPrivateFileSync } from "../files/private-file.ts";
import { makePrivateFolder } from "../files/private-folder.ts";

/**
 * A text file that only its owner may read, renamed to `NAME.1` (and so on, the oldest removed) when it would grow
 * beyond a size. Writes are synchronous, so that the last line before a crash is kept; one that fails (disk full) is
 * counted and dropped: a log never stops the work that it tells of.
 */
export class RotatingFile {
  readonly path: string;
  readonly #maximumBytes: number;
  readonly #kept: number;
  #descriptor: number | null = null;
  #size = 0;
  #lost = 0;

  /** `kept` is the number of older files beside the current one. */
  constructor(path: string, options: { maximumBytes: number; kept: number }) {
    this.path = path;
    this.#maximumBytes = options.maximumBytes;
    this.#kept = options.kept;
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost;
  }

  write(line: string): void {
    const bytes = Buffer.from(line, "utf8");
    try {
      if (this.#descriptor === null) this.#open();
      if (this.#size > 0 && this.#size + bytes.length > this.#maximumBytes) this.#rotate();
      if (this.#descriptor === null) this.#open();
      if (this.#descriptor === null) return;
      writeSync(this.#descriptor, bytes);
      this.#size += bytes.length;
    } catch {
      this.#lost += 1;
    }
  }

  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #open(): void {
    makePrivateFolder(dirname(this.path));
    this.#descriptor = openPrivateFileSync(this.path, "append");
    this.#size = fstatSync(this.#descriptor).size;
  }

  #rotate(): void {
    this.close();
    if (this.#kept === 0) {
      rmSync(this.path, { force: true });
      return;
    }
    for (let age = this.#kept - 1; age >= 0; age -= 1) {
      const from = age === 0 ? this.path : `${this.path}.${age}`;
      try {
        renameSync(from, `${this.path}.${age + 1}`);
      } catch (thrown) {
        // Younger files than these may not exist yet; anything else must not keep the log from going on.
        if (age === 0 && !(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT"))
          throw thrown;
      }
    }
  }
}
