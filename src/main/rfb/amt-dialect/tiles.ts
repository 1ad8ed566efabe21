import { text } from "../../../shared/text.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { pixelsBroken } from "./faults.ts";
import type { Size } from "./geometry.ts";
import type { Depth, PixelTable } from "./pixel-format.ts";
import { viewOf } from "./reading.ts";

const tooShort = () => pixelsBroken(text("it ends too early", "elle s'arrête trop tôt"));
const tooLong = () => pixelsBroken(text("it is longer than its size allows", "elle dépasse sa taille"));
const runTooLong = () => pixelsBroken(text("a run leaves its tile", "une répétition sort de son pavé"));
const noSuchColour = () =>
  pixelsBroken(text("it uses a colour outside its palette", "elle utilise une couleur hors de sa palette"));
const noSuchTile = (kind: number) =>
  pixelsBroken(text(`a tile is of an unknown kind (${kind})`, `un pavé est d'un type inconnu (${kind})`));

/** The most bytes that a translated tile takes. */
export function mostTranslated({ width, height }: Size, pixelBytes: number): number {
  return 1 + 127 * pixelBytes + (pixelBytes + 1) * width * height;
}

/** `setUint32` writes four bytes where fewer may count. */
const slack = 4;

/**
 * Reads the tiles of one block and writes each as ZRLE has it (RFC 6143, 7.7.6): palettes, runs and packed indexes stay
 * what they are, only the colours are exchanged by the table. Everything is checked: no tile reads beyond the block or
 * paints beyond itself.
 */
export class TileTranslator {
  readonly #view: DataView;
  readonly #block: Uint8Array;
  readonly #depth: Depth;
  readonly #pixels: PixelTable;
  readonly #out: ByteWriter;
  #at = 0;

  constructor(block: Uint8Array, depth: Depth, pixels: PixelTable, out: ByteWriter) {
    this.#block = block;
    this.#view = viewOf(block);
    this.#depth = depth;
    this.#pixels = pixels;
    this.#out = out;
  }

  /** Writes the next tile; `last` says that the block must end with it. */
  translate(tile: Size, last: boolean): void {
    const out = this.#out;
    out.reserve(mostTranslated(tile, this.#pixels.size) + slack);
    const kind = this.#byte();
    const area = tile.width * tile.height;
    out.uint8(kind);
    if (kind === 0) this.#colours(area);
    else if (kind === 1) this.#colours(1);
    else if (kind <= 16) this.#packed(tile, kind, last);
    else if (kind === 128) this.#runs(area);
    else if (kind >= 130) this.#paletteRuns(area, kind - 128);
    else throw noSuchTile(kind);
    if (last && this.#at !== this.#block.length) throw tooLong();
  }

  /** Exchanges `count` colours one by one. */
  #colours(count: number): void {
    const { table, size } = this.#pixels;
    const view = this.#view;
    const target = this.#out.view;
    let from = this.#skip(count * (this.#depth / 8));
    let to = this.#out.at;
    if (this.#depth === 16) {
      for (let left = count; left > 0; left -= 1, from += 2, to += size) {
        target.setUint32(to, table[view.getUint16(from, true)] as number, true);
      }
    } else {
      for (let left = count; left > 0; left -= 1, from += 1, to += size) {
        target.setUint32(to, table[view.getUint8(from)] as number, true);
      }
    }
    this.#out.at = to;
  }

  #runs(area: number): void {
    for (let left = area; left > 0; ) {
      this.#colours(1);
      left -= this.#run(left);
    }
  }

  #paletteRuns(area: number, colours: number): void {
    this.#colours(colours);
    for (let left = area; left > 0; ) {
      const index = this.#byte();
      if ((index & 127) >= colours) throw noSuchColour();
      this.#out.uint8(index);
      left -= index < 128 ? 1 : this.#run(left);
    }
  }

  /** Copies the length of a run and returns it, in pixels. */
  #run(most: number): number {
    let length = 1;
    for (;;) {
      const part = this.#byte();
      length += part;
      if (length > most) throw runTooLong();
      this.#out.uint8(part);
      if (part < 255) return length;
    }
  }

  /**
   * A palette and an index of 1, 2 or 4 bits for each pixel. By the RFC each row begins with a new byte; rows that
   * follow each other without a gap, as clients of AMT read them, are told by the length that is left.
   */
  #packed(tile: Size, colours: number, last: boolean): void {
    this.#colours(colours);
    const bits = colours === 2 ? 1 : colours <= 4 ? 2 : 4;
    const rowBytes = Math.ceil((tile.width * bits) / 8);
    const padded = rowBytes * tile.height;
    const gapless = Math.ceil((tile.width * tile.height * bits) / 8);
    const isGapless = last && gapless !== padded && this.#block.length - this.#at === gapless;
    const from = this.#skip(isGapless ? gapless : padded);
    if (!isGapless && colours === 1 << bits) {
      this.#out.append(this.#block.subarray(from, from + padded));
      return;
    }
    const rowBits = isGapless ? tile.width * bits : rowBytes * 8;
    for (let row = 0; row < tile.height; row += 1) {
      this.#packedRow(8 * from + row * rowBits, tile.width, bits, colours);
    }
  }

  /** Copies a row of indexes that begins at a bit of the block, each checked, and fills its last byte. */
  #packedRow(firstBit: number, width: number, bits: number, colours: number): void {
    const mask = (1 << bits) - 1;
    const perByte = 8 / bits;
    let packed = 0;
    for (let column = 0; column < width; column += 1) {
      const bit = firstBit + column * bits;
      const index = (this.#view.getUint8(bit >>> 3) >>> (8 - bits - (bit & 7))) & mask;
      if (index >= colours) throw noSuchColour();
      packed |= index << (8 - bits - (column % perByte) * bits);
      if (column % perByte === perByte - 1 || column === width - 1) {
        this.#out.uint8(packed);
        packed = 0;
      }
    }
  }

  #byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** Passes over `count` bytes and returns where they begin. */
  #skip(count: number): number {
    const from = this.#at;
    if (from + count > this.#block.length) throw tooShort();
    this.#at = from + count;
    return from;
  }
}
