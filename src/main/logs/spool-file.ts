import { type FileHandle, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { OpsError } from "../../shared/errors.ts";
import { openPrivateFile } from "../files/private-file.ts";
import { spoolFull, spoolUnwritable } from "./faults.ts";

/** What may wait for the disk before whoever reads is asked to pause, in bytes. */
const waitingLimit = 4 * 1024 * 1024;
/** What is left free on the disk, in bytes, for the journal above all; looked at once in so many bytes. */
const reserve = 64 * 1024 * 1024;
const lookEvery = 16 * 1024 * 1024;

export interface SpoolOptions {
  /** Called whenever something was written, and once when nothing more can be. */
  onChange(): void;
  /** Bytes that are free on the disk of a folder; asks the operating system when left out. */
  free?: ((folder: string) => Promise<number>) | undefined;
}

/**
 * A private file that grows, and can be read from its first byte to its last, that not yet written included. When the
 * disk takes no more, what it holds stays readable. It is removed when it is closed.
 */
export class SpoolFile {
  readonly #path: string;
  readonly #options: SpoolOptions;
  readonly #reading = new Set<Promise<unknown>>();
  #handle: FileHandle | null = null;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #written = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | null = null;
  #closed = false;
  #error: OpsError | null = null;

  constructor(path: string, options: SpoolOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Bytes written and waiting. */
  get length(): number {
    return this.#written + this.#waitingBytes;
  }

  /** Why nothing more is written: `log.disk-full` or `log.cannot-hold`. */
  get error(): OpsError | null {
    return this.#error;
  }

  get full(): boolean {
    return this.#waitingBytes > waitingLimit && this.#error === null;
  }

  /** Appends bytes that nobody changes afterwards. They are held in memory where the disk does not take them. */
  append(bytes: Buffer): void {
    if (bytes.length === 0 || this.#closed) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#error === null) this.#writing ??= this.#write();
  }

  /** The bytes from one place to another. Throws `log.cannot-hold`. */
  async read(from: number, to: number): Promise<Buffer> {
    const reading = this.#read(from, to);
    this.#reading.add(reading);
    try {
      return await reading;
    } catch (error) {
      throw error instanceof OpsError ? error : spoolUnwritable(error);
    } finally {
      this.#reading.delete(reading);
    }
  }

  /** Ends reading and writing and removes the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await Promise.allSettled(this.#reading);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#handle?.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  async #read(from: number, to: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    // What waits now is taken first: it may be on the disk, and no longer waiting, once the file has been read.
    let place = this.#written;
    for (const waiting of this.#waiting) {
      const end = place + waiting.length;
      if (end > from && place < to)
        parts.push(waiting.subarray(Math.max(0, from - place), Math.min(waiting.length, to - place)));
      place = end;
    }
    const inFile = Math.min(to, this.#written) - from;
    if (inFile <= 0) return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    const bytes = Buffer.allocUnsafe(inFile);
    for (let done = 0; done < inFile; ) {
      const read = await this.#handle?.read(bytes, done, inFile - done, from + done);
      if (!read || read.bytesRead === 0) throw spoolUnwritable(new Error("the file ended too early"));
      done += read.bytesRead;
    }
    return parts.length === 0 ? bytes : Buffer.concat([bytes, ...parts]);
  }

  async #write(): Promise<void> {
    // Another turn, so that what comes together is written together.
    await Promise.resolve();
    try {
      this.#handle ??= await openPrivateFile(this.#path, "make");
      while (this.#waiting.length > 0 && !this.#closed) {
        const pieces = this.#waiting.slice();
        const whole = Buffer.concat(pieces);
        await this.#checkRoom(whole.length);
        for (let done = 0; done < whole.length; ) {
          const place = this.#written + done;
          done += (await this.#handle.write(whole, done, whole.length - done, place)).bytesWritten;
        }
        this.#waiting = this.#waiting.slice(pieces.length);
        this.#waitingBytes -= whole.length;
        this.#written += whole.length;
        this.#options.onChange();
      }
    } catch (error) {
      this.#error = faultOf(error);
      this.#options.onChange();
    } finally {
      this.#writing = null;
    }
  }

  async #checkRoom(more: number): Promise<void> {
    if (this.#written + more - this.#lookedAt < lookEvery) return;
    this.#lookedAt = this.#written + more;
    const free = this.#options.free ?? freeBytes;
    if ((await free(dirname(this.#path))) < reserve) throw spoolFull();
  }
}

function faultOf(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOSPC" || code === "EDQUOT" ? spoolFull(error) : spoolUnwritable(error);
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
