import { constants, inflateRawSync } from "node:zlib";
import { text } from "../../../shared/text.ts";
import { pixelsBroken } from "./faults.ts";
import { type Rectangle, tileSide } from "./geometry.ts";
import type { Depth } from "./pixel-format.ts";
import { viewOf } from "./reading.ts";

/** Deflate refers back at most this far, in bytes (RFC 1951, 2). */
const windowSize = 32 * 1024;
/** The header of a stored deflate block: its kind, its length, the complement of that (RFC 1951, 3.2.4). */
const storedHeader = 5;
/** No rectangle takes more than this, compressed or not; AMT sends tiles of some kilobytes. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The most bytes that the tiles of a rectangle can take: at worst each has a palette of 127 and runs of one pixel, or
 * runs of one pixel without a palette.
 */
export function mostTileBytes(rectangle: Rectangle, depth: Depth): number {
  const pixelBytes = depth / 8;
  const tiles = Math.ceil(rectangle.width / tileSide) * Math.ceil(rectangle.height / tileSide);
  const most = tiles * (1 + 127 * pixelBytes) + (1 + pixelBytes) * rectangle.width * rectangle.height;
  return Math.min(most, mostBytes);
}

/** The most bytes that those tiles can take on the wire: deflate may lengthen what it cannot shorten. */
export function mostBlockBytes(rectangle: Rectangle, depth: Depth): number {
  const tileBytes = mostTileBytes(rectangle, depth);
  return tileBytes + (tileBytes >>> 3) + 64;
}

/**
 * Unwraps the blocks of AMT's run-length encoding, in the order of the session. A block is one stored deflate block,
 * which firmware writes by itself, or deflated data that ends on a whole byte and may refer back to what was deflated
 * before. A zlib header (RFC 1950) begins a new stream.
 */
export class RleBlocks {
  #window = new Uint8Array();

  /** The tiles of one block, at most `most` bytes; the result may be a part of `block`. */
  unwrap(block: Uint8Array, most: number): Uint8Array {
    let deflated = block;
    if (beginsWithZlibHeader(block)) {
      deflated = block.subarray(2);
      this.#window = new Uint8Array();
    }
    return storedContent(deflated) ?? this.#inflate(deflated, most);
  }

  #inflate(deflated: Uint8Array, most: number): Uint8Array {
    let content: Uint8Array;
    try {
      content = inflateRawSync(deflated, {
        // Each block ends on a whole byte: a fresh inflater that is given the window goes on where the last one ended.
        ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
        chunkSize: Math.max(64, Math.min(most, 64 * 1024)),
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: most,
      });
    } catch (cause) {
      throw pixelsBroken(text("it cannot be inflated", "elle ne peut pas être décompressée"), cause);
    }
    this.#remember(content);
    return content;
  }

  #remember(content: Uint8Array): void {
    const kept = this.#window.subarray(Math.max(0, this.#window.length + content.length - windowSize));
    const added = content.subarray(Math.max(0, content.length - windowSize));
    const window = new Uint8Array(kept.length + added.length);
    window.set(kept);
    window.set(added, kept.length);
    this.#window = window;
  }
}

function beginsWithZlibHeader(block: Uint8Array): boolean {
  if (block.length < 2) return false;
  const header = viewOf(block).getUint16(0);
  const deflate = (header & 0x0f00) === 0x0800 && header >>> 12 <= 7;
  const withDictionary = (header & 0x20) !== 0;
  return deflate && !withDictionary && header % 31 === 0;
}

function storedContent(deflated: Uint8Array): Uint8Array | null {
  if (deflated.length < storedHeader) return null;
  const view = viewOf(deflated);
  const length = view.getUint16(1, true);
  const kind = view.getUint8(0);
  if ((kind !== 0 && kind !== 1) || length !== deflated.length - storedHeader) return null;
  if ((length ^ 0xffff) !== view.getUint16(3, true)) return null;
  return deflated.subarray(storedHeader);
}
