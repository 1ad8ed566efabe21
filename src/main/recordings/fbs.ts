import { damagedRecording } from "./faults.ts";

/**
 * The file format "FrameBuffer Stream" as rfbproxy and TightVNC's recorder write it: a header, then blocks of a 32-bit
 * length, so many bytes of what the server said, padding to a multiple of four, and a 32-bit time in milliseconds since
 * the beginning; all big-endian. Version 001.001 says that the pixel format of ServerInit holds throughout. A block of
 * length zero is the end, with its time.
 */
export const fbsHeader = Buffer.from("FBS 001.001\n", "latin1");

/** The longest block that is written, and the longest that is read, in bytes. */
export const longestWritten = 1024 * 1024;
const longestRead = 4 * 1024 * 1024;
/** The last time that a block can tell, in milliseconds: some 49 days. */
export const latestTime = 0xffff_ffff;

export interface FbsBlock {
  /** Milliseconds since the beginning; never before those of the block before. */
  at: number;
  /** Empty in the farewell. */
  data: Buffer;
}

/** One block of at most `longestWritten` bytes; the bytes are copied. */
export function fbsBlock(data: Uint8Array, at: number): Buffer {
  const padded = (data.byteLength + 3) & ~3;
  const block = Buffer.alloc(padded + 8);
  block.writeUInt32BE(data.byteLength, 0);
  block.set(data, 4);
  block.writeUInt32BE(Math.min(latestTime, Math.max(0, Math.round(at))), 4 + padded);
  return block;
}

/** Reads a file of that format, piece by piece. Holds no more than one block. */
export class FbsParser {
  #held: Buffer = Buffer.alloc(0);
  #headerSeen = false;
  #wholeBytes = 0;
  #lastAt = 0;
  #farewell = false;

  /** Bytes of the file up to the end of its last whole block. */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** The time of the last whole block, in milliseconds. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Whether the file has said that it ends here; what follows is not read. */
  get farewell(): boolean {
    return this.#farewell;
  }

  /**
   * The blocks that are whole with this piece. Throws OpsError `recording.damaged` where the bytes cannot be such a
   * file; the blocks before that are given first. An incomplete block at the end of a file is no error.
   */
  *push(piece: Uint8Array): Generator<FbsBlock, void, void> {
    this.#held = this.#held.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#held, piece]);
    if (!this.#headerSeen && !this.#header()) return;
    let offset = 0;
    try {
      while (!this.#farewell && this.#held.length - offset >= 4) {
        const length = this.#held.readUInt32BE(offset);
        if (length > longestRead) throw damagedRecording();
        const size = 8 + ((length + 3) & ~3);
        if (this.#held.length - offset < size) break;
        this.#lastAt = Math.max(this.#lastAt, this.#held.readUInt32BE(offset + size - 4));
        this.#farewell = length === 0;
        const data = this.#held.subarray(offset + 4, offset + 4 + length);
        offset += size;
        this.#wholeBytes += size;
        yield { at: this.#lastAt, data };
      }
    } finally {
      this.#held = this.#held.subarray(offset);
    }
  }

  /** Takes the header off once it is whole. */
  #header(): boolean {
    const known = Math.min(this.#held.length, fbsHeader.length);
    if (!this.#held.subarray(0, known).equals(fbsHeader.subarray(0, known))) throw damagedRecording();
    this.#headerSeen = known === fbsHeader.length;
    if (!this.#headerSeen) return false;
    this.#wholeBytes = known;
    this.#held = this.#held.subarray(known);
    return true;
  }
}
