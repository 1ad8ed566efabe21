import type { Duplex } from "node:stream";
import { constants, inflateSync } from "node:zlib";
import { cellHeight, cellWidth, glyphOf } from "../../../screen/font.ts";
import { ByteReader } from "../byte-reader.ts";
import { answerChallenge } from "../vnc-authentication.ts";
import { type ClientFormat, decodeHextile, decodeTile, formatBytesOf, layoutOf } from "./decoding.ts";

let byGlyph: Map<string, string> | null = null;

/** The font the other way round. */
function charactersByGlyph(): ReadonlyMap<string, string> {
  if (byGlyph) return byGlyph;
  byGlyph = new Map();
  for (let code = 0x20; code < 0x2600; code = code === 0x17f ? 0x2000 : code + 1) {
    for (const isBold of [false, true]) {
      const key = Buffer.from(glyphOf(code, isBold)).toString("hex");
      if (!byGlyph.has(key)) byGlyph.set(key, String.fromCodePoint(code));
    }
  }
  return byGlyph;
}

/** What an update brought: its rectangles by encoding, with where they lie. */
export interface SeenRectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  encoding: number;
}

/**
 * A client of RFB for tests: logs in, asks for pictures and keeps the one that it sees, as 0x00RRGGBB. It fails on
 * everything that the specification does not allow.
 */
export class TestViewer {
  width = 0;
  height = 0;
  name = "";
  pixels = new Uint32Array(0);
  banner = "";
  /** The number of pixel bytes that came, for what encodings save. */
  received = 0;
  private readonly stream: Duplex;
  private readonly reader: ByteReader;
  private readonly zlib: Buffer[] = [];
  private inflated = 0;
  private layout = layoutOf(formatBytesOf("trueColour"));
  private readonly isAmt: boolean;

  constructor(stream: Duplex, isAmt = false) {
    this.stream = stream;
    this.reader = new ByteReader(stream);
    this.isAmt = isAmt;
    stream.on("error", () => {});
  }

  take(length: number): Promise<Buffer> {
    return this.reader.take(length);
  }

  send(...parts: (string | Uint8Array)[]): void {
    const words = parts.map((part) =>
      typeof part === "string" ? Buffer.from(part.replaceAll(" ", ""), "hex") : part,
    );
    this.stream.write(Buffer.concat(words));
  }

  /** Logs in; resolves to null, or to the reason why the server does not let it in. */
  async logIn(password: string | null = null, version = "003.008"): Promise<string | null> {
    this.banner = (await this.take(12)).toString("latin1");
    this.send(Buffer.from(`RFB ${version}\n`));
    let type = 0;
    if (version === "003.003") {
      type = (await this.take(4)).readUInt32BE();
      if (type === 0) return this.reason();
    } else {
      const count = (await this.take(1)).readUInt8();
      if (count === 0) return this.reason();
      type = (await this.take(count)).readUInt8();
      this.send(Buffer.from([type]));
    }
    if (type === 2) this.send(answerChallenge(await this.take(16), password ?? ""));
    if (type === 2 || version === "003.008") {
      const result = (await this.take(4)).readUInt32BE();
      if (result !== 0) return version === "003.008" ? this.reason() : "refused";
    }
    this.send("01");
    const head = await this.take(24);
    this.layout = layoutOf(head.subarray(4, 20));
    this.resize(head.readUInt16BE(0), head.readUInt16BE(2));
    this.name = (await this.take(head.readUInt32BE(20))).toString();
    return null;
  }

  setFormat(name: ClientFormat): void {
    this.layout = layoutOf(formatBytesOf(name));
    this.send("00000000", formatBytesOf(name));
  }

  setEncodings(...numbers: number[]): void {
    const bytes = Buffer.alloc(4 + numbers.length * 4);
    bytes.writeUInt8(2);
    bytes.writeUInt16BE(numbers.length, 2);
    for (const [index, number] of numbers.entries()) bytes.writeInt32BE(number, 4 + index * 4);
    this.send(bytes);
  }

  request(isIncremental: boolean, x = 0, y = 0, width = this.width, height = this.height): void {
    const bytes = Buffer.from([3, Number(isIncremental), 0, 0, 0, 0, 0, 0, 0, 0]);
    for (const [index, value] of [x, y, width, height].entries()) bytes.writeUInt16BE(value, 2 + index * 2);
    this.send(bytes);
  }

  /** Presses keys one after the other, and lets all go in the end. */
  press(...keysyms: number[]): void {
    const event = (keysym: number, isDown: boolean) => {
      const bytes = Buffer.from([4, Number(isDown), 0, 0, 0, 0, 0, 0]);
      bytes.writeUInt32BE(keysym, 4);
      this.send(bytes);
    };
    for (const keysym of keysyms) event(keysym, true);
    for (const keysym of keysyms.toReversed()) event(keysym, false);
  }

  type(words: string): void {
    for (const character of words) this.press(character === "\n" ? 0xff0d : (character.codePointAt(0) ?? 0));
  }

  /** Takes the next update; other messages of the server are passed over. */
  async update(): Promise<SeenRectangle[]> {
    for (;;) {
      const type = (await this.take(1)).readUInt8();
      if (type === 1) await this.take(5 + (await this.take(5)).readUInt16BE(3) * 6 - 5);
      else if (type === 0) break;
      else throw new RangeError(`no such message: ${type}`);
    }
    const count = (await this.take(3)).readUInt16BE(1);
    const seen: SeenRectangle[] = [];
    for (let index = 0; index < count; index += 1) {
      const head = await this.take(12);
      const [x = 0, y = 0, width = 0, height = 0] = [0, 2, 4, 6].map((at) => head.readUInt16BE(at));
      const rectangle = { x, y, width, height, encoding: head.readInt32BE(8) };
      seen.push(rectangle);
      await this.show(rectangle);
    }
    return seen;
  }

  /** The words on the screen, read off its pixels; a cell that is no character is shown as an interrogation mark. */
  rows(): string[] {
    const rows: string[] = [];
    for (let y = 0; y + cellHeight <= this.height; y += cellHeight) {
      let row = "";
      for (let x = 0; x + cellWidth <= this.width; x += cellWidth) row += this.character(x, y);
      rows.push(row.trimEnd());
    }
    return rows;
  }

  close(): void {
    this.stream.destroy();
  }

  private character(x: number, y: number): string {
    const at = (row: number, column: number) => this.pixels[(y + row) * this.width + x + column];
    // The corner of a cell belongs to the paper in all but characters that fill it.
    const paper = at(0, 0);
    const glyph = Buffer.alloc(cellHeight);
    for (let row = 0; row < cellHeight; row += 1) {
      for (let column = 0; column < cellWidth; column += 1)
        if (at(row, column) !== paper) glyph[row] = (glyph[row] ?? 0) | (0x80 >> column);
    }
    return charactersByGlyph().get(glyph.toString("hex")) ?? "?";
  }

  private async reason(): Promise<string> {
    return (await this.take((await this.take(4)).readUInt32BE())).toString("latin1");
  }

  private resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  private async show(rectangle: SeenRectangle): Promise<void> {
    const { x, y, width, height, encoding } = rectangle;
    if (encoding === -223 || encoding === -308) {
      if (encoding === -308) await this.take((await this.take(4)).readUInt8() * 16);
      if (encoding === -223 || x !== 1) this.resize(width, height);
      return;
    }
    if (x + width > this.width || y + height > this.height)
      throw new RangeError("a rectangle reaches beyond the screen");
    if (encoding === 1) {
      const from = await this.take(4);
      this.copy(rectangle, from.readUInt16BE(0), from.readUInt16BE(2));
      return;
    }
    const values = await this.decode(rectangle);
    const colours = new Map(Array.from(new Set(values), (value) => [value, this.layout.rgb(value)]));
    const shown = values.map((value) => colours.get(value) ?? 0);
    for (let row = 0; row < height; row += 1)
      this.pixels.set(shown.subarray(row * width, (row + 1) * width), (y + row) * this.width + x);
  }

  private copy({ x, y, width, height }: SeenRectangle, fromX: number, fromY: number): void {
    const before = this.pixels.slice();
    for (let row = 0; row < height; row += 1) {
      const start = (fromY + row) * this.width + fromX;
      this.pixels.set(before.subarray(start, start + width), (y + row) * this.width + x);
    }
  }

  private async decode({ width, height, encoding }: SeenRectangle): Promise<Uint32Array> {
    const { layout } = this;
    const take = async (length: number) => {
      this.received += length;
      return this.take(length);
    };
    if (encoding === 0) {
      const bytes = await take(width * height * layout.bytes);
      return Uint32Array.from({ length: width * height }, (_, index) =>
        layout.read(bytes, index * layout.bytes),
      );
    }
    if (encoding === 5) return decodeHextile(take, width, height, layout);
    if (encoding !== 16) throw new RangeError(`no such encoding: ${encoding}`);
    const data = Buffer.from(await take((await take(4)).readUInt32BE()));
    return this.isAmt ? this.decodeAmt(data, width, height) : this.decodeZrle(data, width, height);
  }

  private decodeAmt(data: Buffer, width: number, height: number): Uint32Array {
    if (width > 64 || height > 64) throw new RangeError("a tile is too large");
    const length = data.readUInt16LE(1);
    if (data[0] !== 0 || length !== data.length - 5 || data.readUInt16LE(3) !== (~length & 0xffff))
      throw new RangeError("no stored block");
    const { values, end } = decodeTile(data, 5, width, height, this.layout);
    if (end !== data.length) throw new RangeError("bytes after a tile");
    return values;
  }

  private decodeZrle(data: Buffer, width: number, height: number): Uint32Array {
    this.zlib.push(data);
    const all = inflateSync(Buffer.concat(this.zlib), { finishFlush: constants.Z_SYNC_FLUSH });
    const bytes = all.subarray(this.inflated);
    this.inflated = all.length;
    const whole = new Uint32Array(width * height);
    let at = 0;
    for (let top = 0; top < height; top += 64) {
      for (let left = 0; left < width; left += 64) {
        const across = Math.min(64, width - left);
        const down = Math.min(64, height - top);
        const tile = decodeTile(bytes, at, across, down, this.layout);
        at = tile.end;
        for (let row = 0; row < down; row += 1)
          whole.set(tile.values.subarray(row * across, (row + 1) * across), (top + row) * width + left);
      }
    }
    if (at !== bytes.length) throw new RangeError("bytes after the tiles");
    return whole;
  }
}
