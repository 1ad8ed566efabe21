import { text } from "../../../shared/text.ts";
import { ByteWriter } from "./byte-writer.ts";
import { raw, runLength } from "./encodings.ts";
import { pixelsBroken } from "./faults.ts";
import { type Rectangle, type Size, tileSide, tilesOf } from "./geometry.ts";
import { paintTile } from "./paint.ts";
import type { Depth } from "./pixel-format.ts";
import { type Reading, viewOf } from "./reading.ts";
import { writeHeader } from "./rectangle-header.ts";
import { mostBlockBytes, mostTileBytes, RleBlocks } from "./rle-block.ts";
import { TileTranslator } from "./tiles.ts";
import type { ViewerWishes } from "./viewer-wishes.ts";

/** Rows of a Raw rectangle are taken together up to this size, in bytes. */
const rowsTogether = 16 * 1024;
/** CMF and FLG of a zlib stream with a window of 32 KiB and no preset dictionary (RFC 1950, 2.2). */
const zlibHeader = 0x7801;
const storedHeader = 5;

/** Writes the rectangles of AMT anew in what the viewer knows; both readings return how many bytes they took. */
export class RectangleTranslator {
  readonly #wishes: ViewerWishes;
  readonly #out: ByteWriter;
  readonly #blocks = new RleBlocks();
  readonly #tile = new ByteWriter();
  readonly #painted = new Uint8Array(tileSide * tileSide * 4);
  #zlibBegun = false;
  #further: number | null = null;

  constructor(wishes: ViewerWishes, out: ByteWriter) {
    this.#wishes = wishes;
    this.#out = out;
  }

  /** Bytes of the rectangle under way behind those that are read next; null where there is none of a known length. */
  get further(): number | null {
    return this.#further;
  }

  /** Raw stays Raw, with other pixels; row by row, so that nothing is held. */
  *raw(rectangle: Rectangle, depth: Depth): Reading<number> {
    const out = this.#out;
    const rowBytes = rectangle.width * (depth / 8);
    const together = Math.max(1, Math.floor(rowsTogether / rowBytes));
    const { table, size } = this.#wishes.full(depth);
    writeHeader(rectangle, raw, out);
    for (let left = rectangle.height; left > 0; ) {
      const rows = Math.min(left, together);
      this.#further = (left - rows) * rowBytes;
      const source = viewOf(yield rows * rowBytes);
      const count = rows * rectangle.width;
      // A pixel is written as four bytes of which `size` count.
      out.reserve(count * size + 4);
      for (let index = 0; index < count; index += 1, out.at += size) {
        const value = depth === 16 ? source.getUint16(2 * index, true) : source.getUint8(index);
        out.view.setUint32(out.at, table[value] as number, true);
      }
      left -= rows;
    }
    this.#further = null;
    return rectangle.height * rowBytes;
  }

  /** AMT's run-length encoding becomes ZRLE, or Raw for a viewer that does not know that. */
  *runLength(rectangle: Rectangle, depth: Depth): Reading<number> {
    const length = viewOf(yield 4).getUint32(0);
    if (length === 0 || length > mostBlockBytes(rectangle, depth)) {
      throw pixelsBroken(
        text("its length cannot be that of its size", "sa longueur ne peut être celle de sa taille"),
      );
    }
    this.#further = 0;
    const block = this.#blocks.unwrap(yield length, mostTileBytes(rectangle, depth));
    this.#further = null;
    if (this.#wishes.knowsZrle) this.#writeZrle(rectangle, block, depth);
    else this.#writePicture(rectangle, block, depth);
    return 4 + length;
  }

  /**
   * The same tiles, each in a stored block of the one zlib stream of the session: a tile is shorter than the longest
   * stored block, and a viewer next door gains nothing by compression.
   */
  #writeZrle(rectangle: Rectangle, block: Uint8Array, depth: Depth): void {
    const out = this.#out;
    const pixels = this.#wishes.compact(depth);
    const tiles = new TileTranslator(block, depth, pixels, out);
    writeHeader(rectangle, runLength, out);
    const lengthAt = out.at;
    out.int32(0);
    if (!this.#zlibBegun) out.uint16(zlibHeader);
    this.#zlibBegun = true;
    for (const tile of tilesOf(rectangle)) {
      out.reserve(storedHeader);
      out.at += storedHeader;
      const tileAt = out.at;
      tiles.translate(tile, isLast(tile, rectangle));
      this.#unrollShortRuns(tile, tileAt, pixels.size);
      const length = out.at - tileAt;
      const storedAt = tileAt - storedHeader;
      out.view.setUint8(storedAt, 0);
      out.view.setUint16(storedAt + 1, length, true);
      out.view.setUint16(storedAt + 3, length ^ 0xffff, true);
    }
    out.view.setUint32(lengthAt, out.at - lengthAt - 4);
  }

  /**
   * Makes raw pixels of a tile that saves less than half of them: noVNC takes each byte of a run by itself out of its
   * inflater, so that such a tile costs it fifty times what raw pixels do.
   */
  #unrollShortRuns(tile: Size, tileAt: number, pixelBytes: number): void {
    const out = this.#out;
    const rawLength = tile.width * tile.height * pixelBytes;
    if (out.at - tileAt <= rawLength / 2 || out.bytes[tileAt] === 0) return;
    paintTile(out.bytes.subarray(tileAt, out.at), tile, pixelBytes, this.#painted);
    out.at = tileAt;
    out.uint8(0);
    out.append(this.#painted.subarray(0, rawLength));
  }

  #writePicture(rectangle: Rectangle, block: Uint8Array, depth: Depth): void {
    const out = this.#out;
    const pixels = this.#wishes.full(depth);
    const tiles = new TileTranslator(block, depth, pixels, this.#tile);
    const rowBytes = rectangle.width * pixels.size;
    writeHeader(rectangle, raw, out);
    out.reserve(rowBytes * rectangle.height);
    for (const tile of tilesOf(rectangle)) {
      this.#tile.at = 0;
      tiles.translate(tile, isLast(tile, rectangle));
      paintTile(this.#tile.bytes.subarray(0, this.#tile.at), tile, pixels.size, this.#painted);
      const corner = out.at + (tile.y - rectangle.y) * rowBytes + (tile.x - rectangle.x) * pixels.size;
      const tileRow = tile.width * pixels.size;
      for (let row = 0; row < tile.height; row += 1) {
        out.bytes.set(this.#painted.subarray(row * tileRow, (row + 1) * tileRow), corner + row * rowBytes);
      }
    }
    out.at += rowBytes * rectangle.height;
  }
}

function isLast(tile: Rectangle, rectangle: Rectangle): boolean {
  return (
    tile.x + tile.width === rectangle.x + rectangle.width &&
    tile.y + tile.height === rectangle.y + rectangle.height
  );
}
