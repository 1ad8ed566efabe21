import type { PixelWriter } from "./pixel-format.ts";

/** The pixels of a tile, as values of the client's format. */
export interface Tile {
  width: number;
  height: number;
  values: Uint32Array;
}

const rawCode = 0;
const solidCode = 1;
const plainRunsCode = 128;
const paletteLimit = 127;
const packedLimit = 16;

/** Bits of an index into a palette of that many colours (RFC 6143, 7.7.6). */
function indexBits(colours: number): number {
  if (colours === 2) return 1;
  return colours <= 4 ? 2 : 4;
}

/** Bytes that the length of a run takes: one for each 255, and one for the rest. */
function runBytes(length: number): number {
  return Math.floor((length - 1) / 255) + 1;
}

function palette(values: Uint32Array): Map<number, number> {
  const indexes = new Map<number, number>();
  for (const value of values) {
    if (!indexes.has(value)) indexes.set(value, indexes.size);
    if (indexes.size > paletteLimit) break;
  }
  return indexes;
}

/** The values that follow each other, with how often each stands there. */
function runsOf(values: Uint32Array): { value: number; length: number }[] {
  const runs: { value: number; length: number }[] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last && last.value === value) last.length += 1;
    else runs.push({ value, length: 1 });
  }
  return runs;
}

/**
 * Writes a tile in the shortest of its forms: one colour, indices into a palette, runs with or without a palette, or
 * the pixels themselves (RFC 6143, 7.7.6). `wholeBytes` leaves out packed indices where a row of them would not fill
 * its last byte, since not all clients of Intel AMT pad there.
 */
export function encodeTile(tile: Tile, pixels: PixelWriter, wholeBytes = false): Uint8Array {
  const { values, width, height } = tile;
  const size = pixels.tileBytes;
  const indexes = palette(values);
  const colours = [...indexes.keys()];
  if (colours.length === 1) {
    const bytes = new Uint8Array(1 + size);
    bytes[0] = solidCode;
    pixels.writeInTile(bytes, 1, colours[0] ?? 0);
    return bytes;
  }
  const runs = runsOf(values);
  const hasPalette = colours.length <= paletteLimit;
  const bits = indexBits(colours.length);
  const packedRow = Math.ceil((width * bits) / 8);
  const canPack = colours.length <= packedLimit && (!wholeBytes || (width * bits) % 8 === 0);
  const lengths = {
    raw: values.length * size,
    packed: canPack ? colours.length * size + packedRow * height : Number.POSITIVE_INFINITY,
    plainRuns: runs.reduce((sum, run) => sum + size + runBytes(run.length), 0),
    paletteRuns: hasPalette
      ? colours.length * size +
        runs.reduce((sum, run) => sum + 1 + (run.length > 1 ? runBytes(run.length) : 0), 0)
      : Number.POSITIVE_INFINITY,
  };
  const least = Math.min(...Object.values(lengths));
  const bytes = new Uint8Array(1 + least);
  let at = 1;
  const put = (byte: number) => {
    bytes[at] = byte;
    at += 1;
  };
  const putPixel = (value: number) => {
    pixels.writeInTile(bytes, at, value);
    at += size;
  };
  const putLength = (length: number) => {
    for (let left = length - 1; ; left -= 255) {
      put(Math.min(left, 255));
      if (left < 255) break;
    }
  };
  if (least === lengths.packed) {
    bytes[0] = colours.length;
    for (const colour of colours) putPixel(colour);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const index = indexes.get(values[row * width + column] ?? 0) ?? 0;
        const place = at + Math.floor((column * bits) / 8);
        bytes[place] = (bytes[place] ?? 0) | (index << (8 - bits - ((column * bits) % 8)));
      }
      at += packedRow;
    }
  } else if (least === lengths.paletteRuns) {
    bytes[0] = plainRunsCode + colours.length;
    for (const colour of colours) putPixel(colour);
    for (const { value, length } of runs) {
      const index = indexes.get(value) ?? 0;
      put(length > 1 ? index | 0x80 : index);
      if (length > 1) putLength(length);
    }
  } else if (least === lengths.plainRuns) {
    bytes[0] = plainRunsCode;
    for (const { value, length } of runs) {
      putPixel(value);
      putLength(length);
    }
  } else {
    bytes[0] = rawCode;
    for (const value of values) putPixel(value);
  }
  return bytes;
}
