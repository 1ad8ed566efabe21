import { viewerFormatUnsupported } from "./faults.ts";
import { viewOf } from "./reading.ts";

/** Bits that AMT spends on a pixel: RGB332 or RGB565. */
export type Depth = 8 | 16;

/** PIXEL_FORMAT of RFC 6143, 7.4: `max` is the highest value of a colour, `shift` its place in the pixel. */
export interface PixelFormat {
  bitsPerPixel: number;
  depth: number;
  bigEndian: boolean;
  red: { max: number; shift: number };
  green: { max: number; shift: number };
  blue: { max: number; shift: number };
}

/** The two formats that AMT accepts; it ends the session when asked for more than 16 bits. */
export const amtFormats: Record<Depth, PixelFormat> = {
  8: {
    bitsPerPixel: 8,
    depth: 8,
    bigEndian: false,
    red: { max: 7, shift: 5 },
    green: { max: 7, shift: 2 },
    blue: { max: 3, shift: 0 },
  },
  16: {
    bitsPerPixel: 16,
    depth: 16,
    bigEndian: false,
    red: { max: 31, shift: 11 },
    green: { max: 63, shift: 5 },
    blue: { max: 31, shift: 0 },
  },
};

/** What the viewer is offered in ServerInit: 32 bits, true colour. */
export const offeredFormat: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  bigEndian: false,
  red: { max: 255, shift: 16 },
  green: { max: 255, shift: 8 },
  blue: { max: 255, shift: 0 },
};

/** The 16 bytes of a PIXEL_FORMAT. */
export function writePixelFormat(format: PixelFormat): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  bytes.set([format.bitsPerPixel, format.depth, format.bigEndian ? 1 : 0, 1]);
  [format.red, format.green, format.blue].forEach(({ max, shift }, index) => {
    view.setUint16(4 + 2 * index, max);
    view.setUint8(10 + index, shift);
  });
  return bytes;
}

/** Reads the 16 bytes of a PIXEL_FORMAT that a viewer asks for; throws for what pixels cannot be made of. */
export function readPixelFormat(bytes: Uint8Array): PixelFormat {
  const view = viewOf(bytes);
  const colour = (index: number) => ({
    max: view.getUint16(4 + 2 * index),
    shift: view.getUint8(10 + index),
  });
  const format: PixelFormat = {
    bitsPerPixel: view.getUint8(0),
    depth: view.getUint8(1),
    bigEndian: view.getUint8(2) !== 0,
    red: colour(0),
    green: colour(1),
    blue: colour(2),
  };
  const { bitsPerPixel } = format;
  const trueColour = view.getUint8(3) !== 0;
  const fits = [format.red, format.green, format.blue].every(
    ({ max, shift }) => shift + Math.ceil(Math.log2(max + 1)) <= bitsPerPixel,
  );
  if (![8, 16, 32].includes(bitsPerPixel) || !trueColour || !fits) {
    throw viewerFormatUnsupported(bitsPerPixel);
  }
  return format;
}

/**
 * How AMT's pixels look to the viewer: `table` gives, for each value that AMT may send, the bytes for the wire with
 * the first one lowest; the first `size` of them count.
 */
export interface PixelTable {
  table: Uint32Array;
  size: number;
}

/** The table for whole pixels, as the Raw encoding has them. */
export function fullPixels(from: Depth, to: PixelFormat): PixelTable {
  const size = to.bitsPerPixel / 8;
  return { table: tableOf(from, to, (pixel) => wireOrder(pixel, size, to.bigEndian)), size };
}

/**
 * The table for CPIXELs, as ZRLE has them: three bytes where a pixel of 32 bits has all its colour in the lower or in
 * the upper three, else whole pixels (RFC 6143, 7.7.5).
 */
export function compactPixels(from: Depth, to: PixelFormat): PixelTable {
  const used = [to.red, to.green, to.blue].reduce((bits, { max, shift }) => bits | (max << shift), 0) >>> 0;
  const low = used <= 0xffffff;
  const high = (used & 0xff) === 0;
  if (to.bitsPerPixel !== 32 || to.depth > 24 || !(low || high)) return fullPixels(from, to);
  const shift = low ? 0 : 8;
  return { table: tableOf(from, to, (pixel) => wireOrder(pixel >>> shift, 3, to.bigEndian)), size: 3 };
}

function tableOf(from: Depth, to: PixelFormat, onWire: (pixel: number) => number): Uint32Array {
  const { red, green, blue } = amtFormats[from];
  const colours = [
    { source: red, target: to.red },
    { source: green, target: to.green },
    { source: blue, target: to.blue },
  ].map(({ source, target }) => ({
    ...source,
    scaled: Array.from({ length: source.max + 1 }, (_, level) => {
      const eightBit = replicate(level, source.max);
      return (Math.round((eightBit * target.max) / 255) << target.shift) >>> 0;
    }),
  }));
  const table = new Uint32Array(2 ** from);
  for (let value = 0; value < table.length; value += 1) {
    let pixel = 0;
    for (const { max, shift, scaled } of colours) pixel |= scaled[(value >>> shift) & max] ?? 0;
    table[value] = onWire(pixel >>> 0);
  }
  return table;
}

/** Widens a level to eight bits by repeating its high bits below, so that none stays none and full stays full. */
export function replicate(level: number, max: number): number {
  const bits = Math.log2(max + 1);
  let widened = level;
  let have = bits;
  while (have < 8) {
    widened = (widened << bits) | level;
    have += bits;
  }
  return widened >>> (have - 8);
}

function wireOrder(pixel: number, size: number, bigEndian: boolean): number {
  if (!bigEndian) return pixel;
  let ordered = 0;
  for (let index = 0; index < size; index += 1) {
    ordered |= ((pixel >>> (8 * index)) & 0xff) << (8 * (size - 1 - index));
  }
  return ordered >>> 0;
}
