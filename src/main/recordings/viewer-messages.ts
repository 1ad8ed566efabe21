import { pixelFormatLength, viewerGreeting } from "./greeting.ts";

/** Sizes of a viewer's messages: a fixed part, and how much more its bytes announce. */
interface Shape {
  fixed: number;
  more?: (head: Buffer) => number;
}

/**
 * The messages of RFC 6143, 7.5, and those of widespread extensions (the community's rfbproto): continuous updates,
 * fence, xvp, SetDesktopSize, QEMU's keys. Bit 7 of a pointer's mask marks the longer form of noVNC, which is the only
 * viewer here and never uses it otherwise.
 */
const shapes: Readonly<Record<number, Shape>> = {
  0: { fixed: 4 + pixelFormatLength },
  2: { fixed: 4, more: (head) => 4 * head.readUInt16BE(2) },
  3: { fixed: 10 },
  4: { fixed: 8 },
  5: { fixed: 6, more: (head) => (head.readUInt8(1) & 0x80 ? 1 : 0) },
  6: { fixed: 8, more: (head) => Math.abs(head.readInt32BE(4)) },
  150: { fixed: 10 },
  248: { fixed: 9, more: (head) => head.readUInt8(8) },
  250: { fixed: 4 },
  251: { fixed: 8, more: (head) => 16 * head.readUInt8(6) },
  255: { fixed: 12 },
};
const setPixelFormat = 0;
const updateRequest = 3;

/**
 * Follows what a viewer of RFB 3.8 says, to know the pixel format that its pictures come in. Keeps no more than the
 * head of one message. A message that it does not know ends its understanding (`lost`).
 */
export class ViewerMessages {
  #state: "greeting" | "messages" | "lost" = "greeting";
  #skip: number = viewerGreeting.version + viewerGreeting.type + viewerGreeting.init;
  #head: Buffer = Buffer.alloc(0);
  #pixelFormat: Buffer | null = null;
  #asked = false;
  #changed = false;

  /** The format that the viewer set before it asked for its first picture; null while it has set none. */
  get pixelFormat(): Buffer | null {
    return this.#pixelFormat;
  }

  /** Whether it has asked for a picture. */
  get asked(): boolean {
    return this.#asked;
  }

  /** Whether it has set another format after its first picture. */
  get changed(): boolean {
    return this.#changed;
  }

  get lost(): boolean {
    return this.#state === "lost";
  }

  push(bytes: Uint8Array): void {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0 && this.#state !== "lost") {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, rest.length);
        this.#skip -= skipped;
        rest = rest.subarray(skipped);
        if (this.#skip === 0) this.#state = "messages";
        continue;
      }
      rest = this.#take(rest);
    }
  }

  #take(rest: Buffer): Buffer {
    const shape = shapes[this.#head[0] ?? rest[0] ?? 0];
    if (!shape) {
      this.#state = "lost";
      return rest;
    }
    const wanted = shape.fixed - this.#head.length;
    this.#head = Buffer.concat([this.#head, rest.subarray(0, wanted)]);
    if (this.#head.length === shape.fixed) {
      this.#see(this.#head);
      this.#skip = shape.more?.(this.#head) ?? 0;
      this.#head = Buffer.alloc(0);
    }
    return rest.subarray(wanted);
  }

  #see(head: Buffer): void {
    if (head[0] === updateRequest) this.#asked = true;
    if (head[0] === 255 && head[1] !== 0) this.#state = "lost";
    if (head[0] !== setPixelFormat) return;
    const format = head.subarray(4);
    if (!this.#asked) this.#pixelFormat = Buffer.from(format);
    else if (!this.#pixelFormat || !samePixels(format, this.#pixelFormat)) this.#changed = true;
  }
}

/** Whether two pixel formats lay out pixels alike; their last three bytes are padding. */
export function samePixels(one: Buffer, other: Buffer): boolean {
  const telling = pixelFormatLength - 3;
  return one.subarray(0, telling).equals(other.subarray(0, telling));
}
