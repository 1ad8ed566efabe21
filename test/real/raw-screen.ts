import type { ScreenEnd, ScreenSource } from "../../src/main/systems/system.ts";

const headLength = 18;

/** Server messages and encodings that are understood here (RFC 6143, 7.6 and 7.7). */
const raw = 0;
const desktopSize = -223;

/** SetPixelFormat: 32 bits, little-endian, red above green above blue. */
const pixelFormat = Buffer.from("00000000" + "20180001" + "00ff00ff00ff" + "100800" + "000000", "hex");

/**
 * A viewer that knows raw pixels and nothing else, written from RFC 6143 alone. It logs in, asks for the whole screen, and
 * then for what changes, one update at a time, as long as somebody waits for `until`.
 */
export class RawScreen {
  readonly source: ScreenSource;
  width = 0;
  height = 0;
  /** Row by row, 0x00RRGGBB. */
  pixels = new Uint32Array(0);
  updates = 0;
  end: ScreenEnd | null = null;
  firstPixels = false;
  #held = Buffer.alloc(0);
  #step = 0;
  #rectangles = 0;
  #wake: () => void = () => undefined;

  constructor(source: ScreenSource) {
    this.source = source;
    source.onData((bytes) => {
      this.#held = Buffer.concat([this.#held, bytes]);
      while (this.#read());
      this.#wake();
    });
    source.onFirstPixels(() => {
      this.firstPixels = true;
    });
    source.onEnd((end) => {
      this.end = end;
      this.#wake();
    });
    source.resume();
  }

  /** How many colours there are on the screen. */
  colours(): number {
    return new Set(this.pixels).size;
  }

  /** Resolves once `test` holds; asked after everything that arrives. Rejects when it takes too long. */
  async until(test: () => boolean, milliseconds = 30_000): Promise<void> {
    const deadline = AbortSignal.timeout(milliseconds);
    while (!test()) {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        deadline.addEventListener("abort", () => reject(new Error("the screen did not come to that")), {
          once: true,
        });
      });
    }
  }

  #take(count: number): Buffer | null {
    if (this.#held.length < count) return null;
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  /** Reads one part of what is held; false when more is needed first. */
  #read(): boolean {
    if (this.#step < headLength) return this.#greet();
    if (this.#rectangles > 0) return this.#rectangle();
    const type = this.#held[0];
    if (type === undefined) return false;
    if (type === 2) return this.#take(1) !== null;
    if (type === 3) {
      if (this.#held.length < 8) return false;
      return this.#take(8 + this.#held.readUInt32BE(4)) !== null;
    }
    if (type !== 0) throw new Error(`a message of type ${type} was not asked for`);
    const head = this.#take(4);
    if (!head) return false;
    this.#rectangles = head.readUInt16BE(2);
    if (this.#rectangles === 0) this.#request(true);
    return true;
  }

  #greet(): boolean {
    const answers = new Map([
      [0, { length: 12, answer: Buffer.from("RFB 003.008\n") }],
      [12, { length: 2, answer: Buffer.of(1) }],
      [14, { length: 4, answer: Buffer.of(1) }],
    ]);
    const step = answers.get(this.#step);
    if (this.#step === 14 && this.#held.length >= 4 + 24) {
      const nameLength = this.#held.readUInt32BE(4 + 20);
      const init = this.#take(4 + 24 + nameLength)?.subarray(4);
      if (!init) return false;
      this.#resize(init.readUInt16BE(0), init.readUInt16BE(2));
      this.#step = headLength;
      this.source.write(pixelFormat);
      const encodings = Buffer.from([2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
      encodings.writeInt32BE(desktopSize, 8);
      this.source.write(encodings);
      this.#request(false);
      return true;
    }
    if (!step || this.#step === 14) return false;
    if (!this.#take(step.length)) return false;
    this.source.write(step.answer);
    this.#step += step.length;
    if (this.#step === 14) this.source.write(Buffer.of(1));
    return true;
  }

  #rectangle(): boolean {
    if (this.#held.length < 12) return false;
    const [x, y, width, height] = [0, 2, 4, 6].map((at) => this.#held.readUInt16BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    const encoding = this.#held.readInt32BE(8);
    if (encoding === desktopSize) {
      this.#take(12);
      this.#resize(width, height);
    } else if (encoding === raw) {
      const body = this.#take(12 + 4 * width * height)?.subarray(12);
      if (!body) return false;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          this.pixels[(y + row) * this.width + x + column] =
            body.readUInt32LE(4 * (row * width + column)) & 0xffffff;
        }
      }
    } else throw new Error(`the encoding ${encoding} was not asked for`);
    this.#rectangles -= 1;
    if (this.#rectangles === 0) {
      this.updates += 1;
      this.#request(encoding !== desktopSize);
    }
    return true;
  }

  #resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
  }

  #request(incremental: boolean): void {
    const request = Buffer.alloc(10);
    request[0] = 3;
    request[1] = incremental ? 1 : 0;
    request.writeUInt16BE(this.width, 6);
    request.writeUInt16BE(this.height, 8);
    this.source.write(request);
  }
}
