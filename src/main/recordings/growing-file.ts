import { type FileHandle, statfs } from "node:fs/promises";
import { OpsError } from "../../shared/errors.ts";
import type { LocalText } from "../../shared/text.ts";
import { troubles } from "./faults.ts";

/** What may wait for the disk before whoever writes is asked to pause, in bytes. */
const waitingLimit = 4 * 1024 * 1024;
/** How long the disk may take for one thing, in milliseconds. */
const diskLimit = 20_000;
/** What a recording leaves free on the disk, in bytes, for the journal above all; looked at once in a while. */
const reserve = 64 * 1024 * 1024;
const lookEvery = 16 * 1024 * 1024;

export interface GrowingFileOptions {
  /** The folder whose disk is to keep some room. */
  folder: string;
  /** Called when `full` has turned false again. */
  onRoom: () => void;
  /** Called after each write. */
  onWritten: () => void;
  /** Called once when nothing more can be written; never before the constructor has returned. */
  onTrouble: (trouble: LocalText) => void;
  /** Bytes that are free on the disk of a folder; asks the operating system when left out. */
  free?: ((folder: string) => Promise<number>) | undefined;
}

/**
 * A file that pieces are appended to, in their order and as the disk takes them, which may still be opening. When it
 * can no longer be written it is cut back to its last whole piece and takes nothing more.
 */
export class GrowingFile {
  readonly #options: GrowingFileOptions;
  readonly #free: (folder: string) => Promise<number>;
  #handle: FileHandle | null = null;
  #queue: Buffer[] = [];
  #waiting = 0;
  #written = 0;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #writing: Promise<void>;
  #busy = true;
  #stopped = false;

  /** The file belongs to it from here on. */
  constructor(opening: Promise<FileHandle>, options: GrowingFileOptions) {
    this.#options = options;
    this.#free = options.free ?? freeBytes;
    this.#writing = this.#open(opening);
  }

  /** Bytes written and waiting. */
  get bytes(): number {
    return this.#written + this.#waiting;
  }

  /** Whether whoever writes ought to pause. */
  get full(): boolean {
    return this.#waiting > waitingLimit && !this.#stopped;
  }

  /** Appends a piece that nobody changes afterwards. */
  append(piece: Buffer): void {
    if (this.#stopped) return;
    this.#queue.push(piece);
    this.#waiting += piece.length;
    if (this.#busy) return;
    this.#busy = true;
    this.#writing = this.#write();
  }

  /** Resolves once everything is on the disk, or will not be, and the file is closed. Nothing is taken any more. */
  async end(): Promise<void> {
    await this.#writing;
    const whole = !this.#stopped;
    this.#stopped = true;
    try {
      if (whole) await this.#handle?.datasync();
    } finally {
      await this.#handle?.close();
    }
  }

  async #open(opening: Promise<FileHandle>): Promise<void> {
    try {
      this.#handle = await withinLimit(opening);
      await this.#checkRoom(0);
    } catch (thrown) {
      if (!this.#handle) void opening.then((late) => late.close()).catch(() => {});
      await this.#stop(troubleOf(thrown));
    }
    await this.#write();
  }

  async #write(): Promise<void> {
    // Another turn, so that the pieces of one turn are written together.
    await Promise.resolve();
    while (this.#queue.length > 0 && !this.#stopped) {
      const pieces = this.#queue;
      this.#queue = [];
      const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
      try {
        await this.#checkRoom(whole.length);
        await this.#writeWhole(whole);
      } catch (thrown) {
        await this.#stop(troubleOf(thrown));
        break;
      }
      const wasFull = this.full;
      this.#written += whole.length;
      this.#waiting -= whole.length;
      this.#options.onWritten();
      if (wasFull && !this.full) this.#options.onRoom();
    }
    this.#busy = false;
  }

  async #writeWhole(bytes: Buffer): Promise<void> {
    for (let offset = 0; offset < bytes.length && this.#handle; ) {
      const writing = this.#handle.write(bytes, offset, bytes.length - offset, this.#written + offset);
      offset += (await withinLimit(writing)).bytesWritten;
    }
  }

  async #checkRoom(more: number): Promise<void> {
    if (this.#written + more - this.#checkedAt < lookEvery) return;
    this.#checkedAt = this.#written + more;
    if ((await withinLimit(this.#free(this.#options.folder))) < reserve) throw new Refusal(troubles.diskFull);
  }

  async #stop(trouble: LocalText): Promise<void> {
    this.#stopped = true;
    this.#queue = [];
    this.#waiting = 0;
    this.#options.onTrouble(trouble);
    // A disk that does not answer would not answer to this either.
    if (trouble !== troubles.tooSlow) await this.#handle?.truncate(this.#written).catch(() => {});
  }
}

class Refusal extends Error {
  readonly trouble: LocalText;

  constructor(trouble: LocalText) {
    super(trouble.en);
    this.trouble = trouble;
  }
}

/** What to tell of an error of the file system. */
export function troubleOf(thrown: unknown): LocalText {
  if (thrown instanceof Refusal) return thrown.trouble;
  if (thrown instanceof OpsError) return thrown.text;
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  return code === "ENOSPC" || code === "EDQUOT" ? troubles.diskFull : troubles.cannotWrite;
}

async function withinLimit<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Refusal(troubles.tooSlow)), diskLimit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
