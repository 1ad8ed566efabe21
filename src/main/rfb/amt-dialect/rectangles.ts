import { text } from "../../../shared/text.ts";
import { ByteWriter } from "./byte-writer.ts";
import { raw, runLength } from "./encodings.ts";
import { pixelsBroken } from "./faults.ts";
import { type Rectangle, tilesOf } from "./geometry.ts";
import { type Picture, paintTile } from "./paint.ts";
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
  #zlibBegun = false;

  constructor(wishes: ViewerWishes, out: ByteWriter) {
    this.#wishes = wishes;
    this.#out = out;
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
    const block = this.#blocks.unwrap(yield length, mostTileBytes(rectangle, depth));
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
    const tiles = new TileTranslator(block, depth, this.#wishes.compact(depth), out);
    writeHeader(rectangle, runLength, out);
    const lengthAt = out.at;
    out.int32(0);
    if (!this.#zlibBegun) out.uint16(zlibHeader);
    this.#zlibBegun = true;
    for (const tile of tilesOf(rectangle)) {
      out.reserve(storedHeader);
      const storedAt = out.at;
      out.at += storedHeader;
      tiles.translate(tile, isLast(tile, rectangle));
      const length = out.at - storedAt - storedHeader;
      out.view.setUint8(storedAt, 0);
      out.view.setUint16(storedAt + 1, length, true);
      out.view.setUint16(storedAt + 3, length ^ 0xffff, true);
    }
    out.view.setUint32(lengthAt, out.at - lengthAt - 4);
  }

  #writePicture(rectangle: Rectangle, block: Uint8Array, depth: Depth): void {
    const pixels = this.#wishes.full(depth);
    const tiles = new TileTranslator(block, depth, pixels, this.#tile);
    const picture: Picture = {
      rectangle,
      pixelBytes: pixels.size,
      bytes: new Uint8Array(rectangle.width * rectangle.height * pixels.size),
    };
    for (const tile of tilesOf(rectangle)) {
      this.#tile.at = 0;
      tiles.translate(tile, isLast(tile, rectangle));
      paintTile(this.#tile.bytes.subarray(0, this.#tile.at), tile, picture);
    }
    writeHeader(rectangle, raw, this.#out);
    this.#out.append(picture.bytes);
  }
}

function isLast(tile: Rectangle, rectangle: Rectangle): boolean {
  return (
    tile.x + tile.width === rectangle.x + rectangle.width &&
    tile.y + tile.height === rectangle.y + rectangle.height
  );
}
