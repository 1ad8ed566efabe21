import { constants, deflateRawSync } from "node:zlib";

/** A picture as AMT has it: one number per pixel, row by row. */
export interface AmtPicture {
  width: number;
  height: number;
  depth: 8 | 16;
  pixels: Uint16Array;
}

/** The kinds of tiles of RFC 6143, 7.7.6. */
export type TileKind = "raw" | "solid" | "packed" | "runs" | "palette-runs";
export type Wrapping = "stored" | "deflated" | "deflated-apart" | "zlib";

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const u16 = (value: number) => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** The pixels of an area of the picture, row by row. */
export function cut(picture: AmtPicture, area: Area): number[] {
  const pixels: number[] = [];
  for (let y = area.y; y < area.y + area.height; y += 1) {
    for (let x = area.x; x < area.x + area.width; x += 1)
      pixels.push(picture.pixels[y * picture.width + x] ?? 0);
  }
  return pixels;
}

function wire(value: number, depth: 8 | 16): number[] {
  return depth === 8 ? [value] : [value & 0xff, value >>> 8];
}

function runs(pixels: number[]): { value: number; length: number }[] {
  const found: { value: number; length: number }[] = [];
  for (const value of pixels) {
    const last = found.at(-1);
    if (last?.value === value) last.length += 1;
    else found.push({ value, length: 1 });
  }
  return found;
}

function runLength(length: number): number[] {
  const bytes: number[] = [];
  let left = length - 1;
  for (; left >= 255; left -= 255) bytes.push(255);
  return [...bytes, left];
}

/** Whether a tile with this many colours can be of the kind. */
export function fits(kind: TileKind, colours: number): boolean {
  if (kind === "solid") return colours === 1;
  if (kind === "packed") return colours >= 2 && colours <= 16;
  if (kind === "palette-runs") return colours >= 2 && colours <= 127;
  return true;
}

/** Encodes one tile; falls back to raw pixels where the kind cannot hold them. */
export function encodeTile(
  pixels: number[],
  width: number,
  depth: 8 | 16,
  kind: TileKind,
  gapless = false,
): number[] {
  const palette = [...new Set(pixels)];
  const colours = palette.flatMap((value) => wire(value, depth));
  if (!fits(kind, palette.length) || kind === "raw") {
    return [0, ...pixels.flatMap((value) => wire(value, depth))];
  }
  if (kind === "solid") return [1, ...colours];
  if (kind === "runs") {
    return [128, ...runs(pixels).flatMap((run) => [...wire(run.value, depth), ...runLength(run.length)])];
  }
  if (kind === "palette-runs") {
    const coded = runs(pixels).flatMap((run) => {
      const index = palette.indexOf(run.value);
      return run.length === 1 ? [index] : [index | 128, ...runLength(run.length)];
    });
    return [128 + palette.length, ...colours, ...coded];
  }
  const bits = palette.length === 2 ? 1 : palette.length <= 4 ? 2 : 4;
  const rows = gapless
    ? [pixels]
    : Array.from({ length: pixels.length / width }, (_, row) => pixels.slice(row * width, (row + 1) * width));
  const packed = rows.flatMap((row) => {
    const text = row.map((value) => palette.indexOf(value).toString(2).padStart(bits, "0")).join("");
    return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
  });
  return [palette.length, ...colours, ...packed];
}

/** Wraps tiles into blocks as firmware may do it; one for each session. */
export class BlockWrapper {
  #window: Buffer = Buffer.alloc(0);
  #zlibBegun = false;

  wrap(tiles: number[], wrapping: Wrapping): number[] {
    const content = Buffer.from(tiles);
    if (wrapping === "stored" && content.length <= 0xffff) {
      const length = content.length;
      const complement = length ^ 0xffff;
      return [0, length & 0xff, length >>> 8, complement & 0xff, complement >>> 8, ...content];
    }
    const alone = wrapping === "deflated-apart" || this.#window.length === 0;
    const deflated = deflateRawSync(content, {
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(alone ? {} : { dictionary: this.#window }),
    });
    this.#window = Buffer.concat([this.#window, content]).subarray(-32768);
    const header = wrapping === "zlib" && !this.#zlibBegun ? [0x78, 0x9c] : [];
    this.#zlibBegun = true;
    return [...header, ...deflated];
  }
}

/** The header of a rectangle. */
export function rectangleHeader(area: Area, encoding: number): number[] {
  return [...u16(area.x), ...u16(area.y), ...u16(area.width), ...u16(area.height), ...u32(encoding >>> 0)];
}

/** The areas of the tiles of an area. */
export function tileAreas(area: Area): Area[] {
  const areas: Area[] = [];
  for (let y = area.y; y < area.y + area.height; y += 64) {
    for (let x = area.x; x < area.x + area.width; x += 64) {
      const width = Math.min(64, area.x + area.width - x);
      const height = Math.min(64, area.y + area.height - y);
      areas.push({ x, y, width, height });
    }
  }
  return areas;
}

export interface RectanglePlan {
  area: Area;
  /** The kinds of its tiles, used in turn; null for the Raw encoding. */
  kinds: TileKind[] | null;
  wrapping: Wrapping;
  gapless?: boolean;
}

/** One rectangle of an update. */
export function encodeRectangle(picture: AmtPicture, plan: RectanglePlan, wrapper: BlockWrapper): number[] {
  const { area, kinds } = plan;
  if (kinds === null) {
    return [
      ...rectangleHeader(area, 0),
      ...cut(picture, area).flatMap((value) => wire(value, picture.depth)),
    ];
  }
  const tiles = tileAreas(area).flatMap((tile, index) =>
    encodeTile(
      cut(picture, tile),
      tile.width,
      picture.depth,
      kinds[index % kinds.length] ?? "raw",
      plan.gapless ?? false,
    ),
  );
  const block = wrapper.wrap(tiles, plan.wrapping);
  return [...rectangleHeader(area, 16), ...u32(block.length), ...block];
}

/** A whole FramebufferUpdate. */
export function encodeUpdate(
  picture: AmtPicture,
  plans: RectanglePlan[],
  wrapper: BlockWrapper,
): Uint8Array<ArrayBuffer> {
  const rectangles = plans.flatMap((plan) => encodeRectangle(picture, plan, wrapper));
  return Uint8Array.from([0, 0, ...u16(plans.length), ...rectangles]);
}

/** An update that only says that the screen has another size. */
export function resizeUpdate(width: number, height: number): Uint8Array {
  return Uint8Array.from([0, 0, 0, 1, ...rectangleHeader({ x: 0, y: 0, width, height }, -223)]);
}
