import type { Area, Framebuffer } from "../../screen/framebuffer.ts";
import type { PixelWriter } from "./pixel-format.ts";
import { encodeTile, type Tile } from "./tile.ts";
import type { ZlibStream } from "./zlib-stream.ts";

/** Numbers of encodings (RFC 6143, 7.7 and 7.8; the last two from the community's register). */
export const encodings = {
  raw: 0,
  copyRectangle: 1,
  hextile: 5,
  zrle: 16,
  desktopSize: -223,
  extendedDesktopSize: -308,
} as const;

/** Pixels of a tile's side in ZRLE and in Intel AMT's own encoding, and in Hextile. */
export const tileSide = 64;
const hextileSide = 16;

/** The head of a rectangle: where it is, how large, and how it is written. */
export function rectangleHead(area: Area, encoding: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(area.x, 0);
  head.writeUInt16BE(area.y, 2);
  head.writeUInt16BE(area.width, 4);
  head.writeUInt16BE(area.height, 6);
  head.writeInt32BE(encoding, 8);
  return head;
}

/** Cuts an area into tiles of at most so many pixels a side, row by row. */
export function tilesOf(area: Area, side: number): Area[] {
  const tiles: Area[] = [];
  for (let y = area.y; y < area.y + area.height; y += side) {
    for (let x = area.x; x < area.x + area.width; x += side) {
      const width = Math.min(side, area.x + area.width - x);
      tiles.push({ x, y, width, height: Math.min(side, area.y + area.height - y) });
    }
  }
  return tiles;
}

/** The pixels of an area, as the client's values. */
function valuesOf(picture: Framebuffer, area: Area, pixels: PixelWriter): Tile {
  const values = new Uint32Array(area.width * area.height);
  let at = 0;
  for (let row = area.y; row < area.y + area.height; row += 1) {
    const start = row * picture.width + area.x;
    for (let index = start; index < start + area.width; index += 1) {
      values[at] = pixels.value(picture.pixels[index] ?? 0);
      at += 1;
    }
  }
  return { width: area.width, height: area.height, values };
}

function writePixels(values: Uint32Array, pixels: PixelWriter): Buffer {
  const bytes = Buffer.alloc(values.length * pixels.bytes);
  for (let index = 0; index < values.length; index += 1)
    pixels.write(bytes, index * pixels.bytes, values[index] ?? 0);
  return bytes;
}

/** RFC 6143, 7.7.1: the pixels one after the other. */
export function encodeRaw(picture: Framebuffer, area: Area, pixels: PixelWriter): Buffer {
  return writePixels(valuesOf(picture, area, pixels).values, pixels);
}

const hextile = { raw: 1, background: 2, foreground: 4, subrectangles: 8, coloured: 16 } as const;

/** The runs of a row that are not of the background, as they stand in a Hextile tile. */
function hextileRuns(
  tile: Tile,
  background: number,
): { value: number; x: number; y: number; width: number }[] {
  const runs: { value: number; x: number; y: number; width: number }[] = [];
  for (let y = 0; y < tile.height; y += 1) {
    for (let x = 0; x < tile.width; ) {
      const value = tile.values[y * tile.width + x] ?? 0;
      let width = 1;
      while (x + width < tile.width && tile.values[y * tile.width + x + width] === value) width += 1;
      if (value !== background) runs.push({ value, x, y, width });
      x += width;
    }
  }
  return runs;
}

function encodeHextileTile(tile: Tile, pixels: PixelWriter): Buffer {
  const counts = new Map<number, number>();
  for (const value of tile.values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[background] = [0], second] = [...counts].sort((left, right) => right[1] - left[1]);
  const pixel = (value: number) => writePixels(Uint32Array.of(value), pixels);
  if (!second) return Buffer.concat([Buffer.from([hextile.background]), pixel(background)]);
  const runs = hextileRuns(tile, background);
  const isColoured = counts.size > 2;
  const length = runs.length * (2 + (isColoured ? pixels.bytes : 0));
  if (runs.length > 255 || length >= tile.values.length * pixels.bytes)
    return Buffer.concat([Buffer.from([hextile.raw]), writePixels(tile.values, pixels)]);
  const flags = hextile.background | hextile.subrectangles;
  return Buffer.concat([
    Buffer.from([flags | (isColoured ? hextile.coloured : hextile.foreground)]),
    pixel(background),
    ...(isColoured ? [] : [pixel(second[0])]),
    Buffer.from([runs.length]),
    ...runs.flatMap(({ value, x, y, width }) => [
      ...(isColoured ? [pixel(value)] : []),
      Buffer.from([(x << 4) | y, (width - 1) << 4]),
    ]),
  ]);
}

/** RFC 6143, 7.7.4: tiles of sixteen pixels, with rectangles of other colours on a background. */
export function encodeHextile(picture: Framebuffer, area: Area, pixels: PixelWriter): Buffer {
  return Buffer.concat(
    tilesOf(area, hextileSide).map((tile) => encodeHextileTile(valuesOf(picture, tile, pixels), pixels)),
  );
}

/** RFC 6143, 7.7.6: tiles of 64 pixels through one stream of zlib for the whole session, with their length before. */
export async function encodeZrle(
  picture: Framebuffer,
  area: Area,
  pixels: PixelWriter,
  stream: ZlibStream,
): Promise<Buffer> {
  const tiles = tilesOf(area, tileSide).map((tile) => encodeTile(valuesOf(picture, tile, pixels), pixels));
  return withLength(await stream.compress(Buffer.concat(tiles)));
}

/**
 * The run-length encoding of Intel AMT: the tile as ZRLE has it, in a block of deflate that is stored (RFC 1951,
 * 3.2.4), with its length before. The area is one tile.
 */
export function encodeAmtTile(picture: Framebuffer, area: Area, pixels: PixelWriter): Buffer {
  const tile = encodeTile(valuesOf(picture, area, pixels), pixels, true);
  const block = Buffer.alloc(5);
  block.writeUInt16LE(tile.length, 1);
  block.writeUInt16LE(~tile.length & 0xffff, 3);
  return withLength(Buffer.concat([block, tile]));
}

function withLength(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
