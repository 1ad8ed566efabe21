import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, readSync, writeSync } from "node:fs";
import { claimPrivateFile, openPrivateFileSync, readPrivateFileSync } from "../files/private-file.ts";

/** Where the chain ended when it was last flushed. */
export interface Anchor {
  sequence: number;
  hash: string;
}

const slotLength = 128;
/** More than both slots, so that a file that was written over still tells what it holds. */
const largestFile = 64 * 1024;

/**
 * The anchor of the chain outside its table: without it, rows cut off at the end would not be missed. Two slots
 * are written in turn, each with a checksum, so that a crash in the middle of a write leaves the one before; the
 * file never grows, so that a full disk cannot stop it.
 */
export class HeadFile {
  readonly #descriptor: number;
  #slot: 0 | 1;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
    const [first, second] = readSlots(this.#read());
    this.#slot = (first?.sequence ?? -1) > (second?.sequence ?? -1) ? 1 : 0;
  }

  /** Opens the file, or makes it when there is none. Throws OpsError `files.foreign` or a system error. */
  static open(path: string): HeadFile {
    claimPrivateFile(path);
    const descriptor = openPrivateFileSync(path, "change");
    try {
      return new HeadFile(descriptor);
    } catch (thrown) {
      closeSync(descriptor);
      throw thrown;
    }
  }

  /** The newest anchor; null when the file holds none that is readable. */
  newest(): Anchor | null {
    return newestOf(this.#read());
  }

  /** Writes the anchor and flushes it. Throws the system's error. */
  write(anchor: Anchor): void {
    const slot = Buffer.from(formatSlot(anchor), "latin1");
    const written = writeSync(this.#descriptor, slot, 0, slot.length, this.#slot * slotLength);
    if (written !== slot.length) throw new Error("the anchor was written in part only");
    fdatasyncSync(this.#descriptor);
    this.#slot = this.#slot === 0 ? 1 : 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(): Buffer {
    const bytes = Buffer.alloc(2 * slotLength);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, bytes.length, 0));
  }
}

/** Reads the newest anchor of a head file without touching it; null when it is missing or unreadable. */
export function readAnchor(path: string): Anchor | null {
  try {
    return newestOf(readPrivateFileSync(path, largestFile));
  } catch {
    return null;
  }
}

function newestOf(bytes: Buffer): Anchor | null {
  const [first, second] = readSlots(bytes);
  if (first && second) return first.sequence > second.sequence ? first : second;
  return first ?? second;
}

function readSlots(bytes: Buffer): [Anchor | null, Anchor | null] {
  const at = (slot: number) =>
    parseSlot(bytes.subarray(slot * slotLength, (slot + 1) * slotLength).toString("latin1"));
  return [at(0), at(1)];
}

function formatSlot({ sequence, hash }: Anchor): string {
  const words = `${sequence} ${hash}`;
  return `${`${words} ${checksum(words)}`.padEnd(slotLength - 1)}\n`;
}

function parseSlot(slot: string): Anchor | null {
  const match = /^((\d{1,16}) ([0-9a-f]{64})) ([0-9a-f]{16}) *\n$/.exec(slot);
  if (match?.[1] === undefined || match[3] === undefined || checksum(match[1]) !== match[4]) return null;
  return { sequence: Number(match[2]), hash: match[3] };
}

function checksum(words: string): string {
  return createHash("sha256").update(words, "latin1").digest("hex").slice(0, 16);
}
