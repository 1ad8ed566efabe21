import { constants, inflateSync } from "node:zlib";

/** Where each colour stands in a pixel of 32 bits, and how it is sent. */
export interface ViewerPixels {
  red: number;
  green: number;
  blue: number;
  bigEndian: boolean;
}

export const plainPixels: ViewerPixels = { red: 16, green: 8, blue: 0, bigEndian: false };

/**
 * A viewer for tests that knows Raw, ZRLE and DesktopSize as RFC 6143 has them, and shares no code with the product. It
 * takes whole messages and keeps the screen as numbers 0xRRGGBB; anything that is not as the RFC says throws.
 */
export class TestViewer {
  width: number;
  height: number;
  screen: Int32Array;
  updates = 0;
  bells = 0;
  #zlib = Buffer.alloc(0);
  #inflated = 0;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #pixels: ViewerPixels;

  constructor(width: number, height: number, pixels: ViewerPixels = plainPixels) {
    this.width = width;
    this.height = height;
    this.screen = new Int32Array(width * height).fill(-1);
    this.#pixels = pixels;
  }

  /** Takes messages that must be whole. */
  take(pieces: Uint8Array[]): void {
    this.#bytes = Buffer.concat([this.#bytes, ...pieces]);
    while (this.#bytes.length > 0) this.#message();
  }

  #shift(count: number): Buffer {
    if (this.#bytes.length < count) throw new Error(`${count} bytes wanted, ${this.#bytes.length} there`);
    const part = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return part;
  }

  #message(): void {
    const type = this.#shift(1).readUInt8();
    if (type === 2) this.bells += 1;
    else if (type === 0) this.#update();
    else throw new Error(`message ${type}`);
  }

  #update(): void {
    const count = this.#shift(3).readUInt16BE(1);
    for (let index = 0; index < count; index += 1) {
      const header = this.#shift(12);
      const [x, y, width, height] = [0, 2, 4, 6].map((at) => header.readUInt16BE(at)) as [
        number,
        number,
        number,
        number,
      ];
      const encoding = header.readInt32BE(8);
      if (encoding === -223) {
        this.width = width;
        this.height = height;
        this.screen = new Int32Array(width * height).fill(-1);
      } else if (encoding === 0) {
        const bytes = this.#shift(4 * width * height);
        for (let at = 0; at < width * height; at += 1) {
          this.#set(x + (at % width), y + Math.floor(at / width), this.#colour(bytes, 4 * at));
        }
      } else if (encoding === 16) this.#zrle(x, y, width, height);
      else throw new Error(`encoding ${encoding}`);
    }
    this.updates += 1;
  }

  #zrle(x: number, y: number, width: number, height: number): void {
    this.#zlib = Buffer.concat([this.#zlib, this.#shift(this.#shift(4).readUInt32BE())]);
    const all = inflateSync(this.#zlib, { finishFlush: constants.Z_SYNC_FLUSH });
    const tiles = all.subarray(this.#inflated);
    this.#inflated = all.length;
    let at = 0;
    const byte = () => {
      const value = tiles[at];
      if (value === undefined) throw new Error("tiles end too early");
      at += 1;
      return value;
    };
    const colour = () => {
      at += 3;
      if (at > tiles.length) throw new Error("tiles end too early");
      const bytes = this.#pixels.bigEndian
        ? [0, ...tiles.subarray(at - 3, at)]
        : [...tiles.subarray(at - 3, at), 0];
      return this.#colour(Buffer.from(bytes), 0);
    };
    const run = () => {
      let length = 1;
      let part: number;
      do {
        part = byte();
        length += part;
      } while (part === 255);
      return length;
    };
    for (let ty = y; ty < y + height; ty += 64) {
      for (let tx = x; tx < x + width; tx += 64) {
        const w = Math.min(64, x + width - tx);
        const h = Math.min(64, y + height - ty);
        const pixels: number[] = [];
        const kind = byte();
        if (kind === 0) while (pixels.length < w * h) pixels.push(colour());
        else if (kind === 1) pixels.push(...new Array<number>(w * h).fill(colour()));
        else if (kind <= 16) {
          const palette = Array.from({ length: kind }, colour);
          const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
          for (let row = 0; row < h; row += 1) {
            let text = "";
            while (text.length < w * bits) text += byte().toString(2).padStart(8, "0");
            for (let column = 0; column < w; column += 1) {
              const index = Number.parseInt(text.slice(column * bits, (column + 1) * bits), 2);
              pixels.push(palette[index] ?? Number.NaN);
            }
          }
        } else if (kind === 128) {
          while (pixels.length < w * h) {
            const value = colour();
            pixels.push(...new Array<number>(run()).fill(value));
          }
        } else if (kind >= 130) {
          const palette = Array.from({ length: kind - 128 }, colour);
          while (pixels.length < w * h) {
            const index = byte();
            const value = palette[index & 127] ?? Number.NaN;
            pixels.push(...new Array<number>(index < 128 ? 1 : run()).fill(value));
          }
        } else throw new Error(`tile ${kind}`);
        if (pixels.length !== w * h) throw new Error("a run leaves its tile");
        for (const [index, value] of pixels.entries()) {
          this.#set(tx + (index % w), ty + Math.floor(index / w), value);
        }
      }
    }
    if (at !== tiles.length) throw new Error("more than the tiles");
  }

  #colour(bytes: Buffer, at: number): number {
    const { red, green, blue, bigEndian } = this.#pixels;
    const pixel = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const level = (shift: number) => (pixel >>> shift) & 0xff;
    return (level(red) << 16) | (level(green) << 8) | level(blue);
  }

  #set(x: number, y: number, value: number): void {
    if (x >= this.width || y >= this.height) throw new Error("a pixel outside the screen");
    if (Number.isNaN(value)) throw new Error("a colour outside its palette");
    this.screen[y * this.width + x] = value;
  }
}

/** What the viewer sends first: its pixel format, if it is not the offered one, and its encodings. */
export function viewerWishes(encodings: number[], pixels?: ViewerPixels): Uint8Array {
  const format = pixels
    ? [0, 0, 0, 0, 32, 24, pixels.bigEndian ? 1 : 0, 1, 0, 255, 0, 255, 0, 255, pixels.red, pixels.green]
    : [];
  const rest = pixels ? [pixels.blue, 0, 0, 0] : [];
  const list = encodings.flatMap((encoding) => {
    const unsigned = encoding >>> 0;
    return [unsigned >>> 24, (unsigned >>> 16) & 0xff, (unsigned >>> 8) & 0xff, unsigned & 0xff];
  });
  return Uint8Array.from([
    ...format,
    ...rest,
    2,
    0,
    encodings.length >>> 8,
    encodings.length & 0xff,
    ...list,
  ]);
}

/** A FramebufferUpdateRequest. */
export function updateRequest(incremental: boolean, width: number, height: number): Uint8Array {
  return Uint8Array.from([
    3,
    incremental ? 1 : 0,
    0,
    0,
    0,
    0,
    width >>> 8,
    width & 0xff,
    height >>> 8,
    height & 0xff,
  ]);
}
