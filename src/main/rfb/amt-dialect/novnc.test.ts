import { describe, expect, it } from "vitest";
import { createAmtTranslator } from "./amt-translator.ts";
import {
  type AmtPicture,
  BlockWrapper,
  encodeUpdate,
  type RectanglePlan,
  type TileKind,
} from "./testing/amt-encoder.ts";
import { viewerWishes } from "./testing/test-viewer.ts";

interface Display {
  fillRect(x: number, y: number, width: number, height: number, colour: number[]): void;
  blitImage(x: number, y: number, width: number, height: number, pixels: Uint8Array, at: number): void;
}
interface Decoder {
  decodeRect(
    x: number,
    y: number,
    width: number,
    height: number,
    queue: Queue,
    display: Display,
    depth: number,
  ): boolean;
}

/** noVNC's own parts, by their place in the package: it exports its whole viewer only, which needs a window. */
async function novnc<Part>(path: string): Promise<new () => Part> {
  const module: { default: new () => Part } = await import(
    new URL(`../../../../node_modules/@novnc/novnc/core/${path}`, import.meta.url).href
  );
  return module.default;
}

/** What noVNC's decoders read from; its own queue belongs to a socket and needs a window. */
class Queue {
  #bytes: Buffer = Buffer.alloc(0);

  add(pieces: Uint8Array[]): void {
    this.#bytes = Buffer.concat([this.#bytes, ...pieces]);
  }

  rQwait(_what: string, count: number): boolean {
    return this.#bytes.length < count;
  }

  rQshift16(): number {
    return this.#shift(2).readUInt16BE();
  }

  rQshift32(): number {
    return this.#shift(4).readUInt32BE();
  }

  rQshiftBytes(count: number): Uint8Array {
    return Uint8Array.from(this.#shift(count));
  }

  #shift(count: number): Buffer {
    const part = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return part;
  }
}

/** Where noVNC's decoders paint, as bytes red, green, blue and opaque. */
class Canvas implements Display {
  readonly #width: number;
  readonly bytes: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.bytes = new Uint8Array(width * height * 4);
  }

  fillRect(x: number, y: number, width: number, height: number, colour: number[]): void {
    const row = Uint8Array.from({ length: width * 4 }, (_, at) =>
      at % 4 === 3 ? 255 : (colour[at % 4] ?? 0),
    );
    for (let line = y; line < y + height; line += 1) this.bytes.set(row, (line * this.#width + x) * 4);
  }

  blitImage(x: number, y: number, width: number, height: number, pixels: Uint8Array, at: number): void {
    for (let line = 0; line < height; line += 1) {
      const from = at + line * width * 4;
      this.bytes.set(pixels.subarray(from, from + width * 4), ((y + line) * this.#width + x) * 4);
    }
  }
}

const novncPixels = { red: 0, green: 8, blue: 16, bigEndian: false };

/** Takes whole updates with noVNC's decoders. */
async function novncViewer(width: number, height: number) {
  const queue = new Queue();
  const decoders = new Map<number, Decoder>([
    [0, new (await novnc<Decoder>("decoders/raw.js"))()],
    [16, new (await novnc<Decoder>("decoders/zrle.js"))()],
  ]);
  const canvas = new Canvas(width, height);
  const take = (pieces: Uint8Array[]) => {
    queue.add(pieces);
    expect(queue.rQshift16() >>> 8).toBe(0);
    for (let left = queue.rQshift16(); left > 0; left -= 1) {
      const numbers = [queue.rQshift16(), queue.rQshift16(), queue.rQshift16(), queue.rQshift16()] as const;
      const decoder = decoders.get(queue.rQshift32());
      expect(decoder?.decodeRect(...numbers, queue, canvas, 24)).toBe(true);
    }
    expect(queue.rQwait("the next message", 1)).toBe(true);
  };
  return { canvas, take };
}

function picture(colours: number, longestRun: number, depth: 8 | 16): AmtPicture {
  const width = 200;
  const height = 150;
  let state = 42;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  const palette = Array.from({ length: colours }, () => random(2 ** depth));
  const pixels = new Uint16Array(width * height);
  for (let at = 0; at < pixels.length; ) {
    const end = at + 1 + random(longestRun);
    pixels.fill(palette[random(colours)] ?? 0, at, end);
    at = end;
  }
  return { width, height, depth, pixels };
}

function expected({ pixels, depth }: AmtPicture): Uint8Array {
  const widen = (value: number, bits: number) =>
    Number.parseInt(value.toString(2).padStart(bits, "0").repeat(8).slice(0, 8), 2);
  return Uint8Array.from(
    [...pixels].flatMap((pixel) =>
      depth === 16
        ? [widen(pixel >>> 11, 5), widen((pixel >>> 5) & 63, 6), widen(pixel & 31, 5), 255]
        : [widen(pixel >>> 5, 3), widen((pixel >>> 2) & 7, 3), widen(pixel & 3, 2), 255],
    ),
  );
}

describe("noVNC's decoders", () => {
  const kinds: (TileKind | null)[] = ["raw", "solid", "packed", "runs", "palette-runs", null];
  const pictures = [
    picture(1, 9, 16),
    picture(2, 30, 16),
    picture(3, 9, 16),
    picture(14, 400, 16),
    picture(100, 9, 16),
  ];

  it.each(kinds)("read what is made of AMT's tiles: %s", async (kind) => {
    const { canvas, take } = await novncViewer(200, 150);
    const translator = createAmtTranslator({ width: 200, height: 150, name: "tower-a" });
    translator.begin();
    translator.fromViewer(viewerWishes([1, 7, -260, 16, 0, -223], novncPixels));
    const wrapper = new BlockWrapper();
    for (const shown of pictures) {
      const plan: RectanglePlan = {
        area: { x: 0, y: 0, width: 200, height: 150 },
        kinds: kind && [kind],
        wrapping: "deflated",
      };
      take(translator.fromFarSide(encodeUpdate(shown, [plan], wrapper)).toViewer);
      expect(Buffer.from(canvas.bytes).equals(Buffer.from(expected(shown)))).toBe(true);
    }
  });

  it("read it in 8 bits as well", async () => {
    const shown = picture(200, 20, 8);
    const { canvas, take } = await novncViewer(shown.width, shown.height);
    // A screen this large is above AMT's buffer at 16 bits.
    const translator = createAmtTranslator({ width: 2400, height: 1940, name: "tower-a" });
    translator.begin();
    translator.fromViewer(viewerWishes([16, 0, -223], novncPixels));
    const area = { x: 0, y: 0, width: shown.width, height: shown.height };
    const plan: RectanglePlan = { area, kinds: ["runs", "palette-runs"], wrapping: "stored" };
    take(translator.fromFarSide(encodeUpdate(shown, [plan], new BlockWrapper())).toViewer);
    expect(Buffer.from(canvas.bytes).equals(Buffer.from(expected(shown)))).toBe(true);
  });
});
