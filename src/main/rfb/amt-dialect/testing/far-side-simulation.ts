import { type AmtPicture, BlockWrapper, encodeUpdate, resizeUpdate, type TileKind } from "./amt-encoder.ts";

const depths = new Map([
  ["10100001001f003f001f0b0500", 16],
  ["08080001000700070003050200", 8],
] as const);

/** What a person would see of the machine: a level of red, green and blue for each pixel, all eight bits. */
export type Scene = (x: number, y: number) => [number, number, number];

/**
 * AMT's side of a session for tests. It answers what it was asked in the format that it was told, and holds the rules
 * of the dialogue: it throws when the format changes while it owes an update, when a request leaves the screen, and
 * when the first request after a change of format or size is not for the whole screen.
 */
export class FarSideSimulation {
  width: number;
  height: number;
  depth: 8 | 16 | null = null;
  owes: { x: number; y: number; width: number; height: number } | null = null;
  formats: number[] = [];
  #mustShowAll = true;
  readonly #wrapper = new BlockWrapper();

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  /** Takes whole messages. */
  take(pieces: Uint8Array[]): void {
    let bytes = Buffer.concat(pieces);
    while (bytes.length > 0) {
      const type = bytes.readUInt8(0);
      const length = type === 0 ? 20 : type === 2 ? 4 + 4 * bytes.readUInt16BE(2) : type === 3 ? 10 : 0;
      if (length === 0 || bytes.length < length) throw new Error(`message ${type}`);
      if (type === 0) this.#format(bytes.toString("hex", 4, 17));
      if (type === 3) this.#request(bytes);
      bytes = bytes.subarray(length);
    }
  }

  /** The update that it owes. */
  answer(scene: Scene, kinds: TileKind[] | null): Uint8Array {
    const area = this.owes;
    if (!area) throw new Error("nobody asked");
    this.owes = null;
    return encodeUpdate(this.picture(scene), [{ area, kinds, wrapping: "deflated" }], this.#wrapper);
  }

  /** An update without a single rectangle, for what it owes. */
  answerNothing(): Uint8Array {
    this.owes = null;
    return encodeUpdate({ width: 0, height: 0, depth: 8, pixels: new Uint16Array() }, [], this.#wrapper);
  }

  /** The screen takes another size, and tells so instead of what was asked. */
  resize(width: number, height: number): Uint8Array {
    this.width = width;
    this.height = height;
    this.owes = null;
    this.#mustShowAll = true;
    return resizeUpdate(width, height);
  }

  /** The scene as it is sent now. */
  picture(scene: Scene): AmtPicture {
    const depth = this.depth ?? 16;
    const pixels = Uint16Array.from({ length: this.width * this.height }, (_, at) => {
      const [red, green, blue] = scene(at % this.width, Math.floor(at / this.width));
      return depth === 16
        ? ((red >>> 3) << 11) | ((green >>> 2) << 5) | (blue >>> 3)
        : ((red >>> 5) << 5) | ((green >>> 5) << 2) | (blue >>> 6);
    });
    return { width: this.width, height: this.height, depth, pixels };
  }

  #format(format: string): void {
    if (this.owes) throw new Error("the format changed while an update was owed");
    const depth = depths.get(format as "08080001000700070003050200");
    if (!depth) throw new Error(`format ${format}`);
    this.depth = depth;
    this.formats.push(depth);
    this.#mustShowAll = true;
  }

  #request(bytes: Buffer): void {
    if (this.depth === null) throw new Error("asked before the format was told");
    const [x, y, width, height] = [2, 4, 6, 8].map((at) => bytes.readUInt16BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    if (width < 1 || height < 1 || x + width > this.width || y + height > this.height) {
      throw new Error("a request leaves the screen");
    }
    const whole = width === this.width && height === this.height;
    const incremental = bytes.readUInt8(1) !== 0;
    if (this.#mustShowAll && (incremental || !whole)) throw new Error("the rest of the screen stays stale");
    this.#mustShowAll = false;
    // Several requests may be answered by one update (RFC 6143, 7.6.1).
    this.owes = this.owes ? { x: 0, y: 0, width: this.width, height: this.height } : { x, y, width, height };
  }
}
