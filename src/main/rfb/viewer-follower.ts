/** Sizes of a viewer's messages: a fixed part, and how much more its bytes announce. */
interface Shape {
  fixed: number;
  more?: (head: Buffer) => number;
}

/** Types of the messages that those who follow a viewer look for. */
export const viewerMessage = { setPixelFormat: 0, updateRequest: 3, continuousUpdates: 150 } as const;

/**
 * The messages of RFC 6143, 7.5, and those of widespread extensions (the community's rfbproto): continuous updates,
 * fence, xvp, SetDesktopSize, QEMU's keys. Bit 7 of a pointer's mask marks the longer form of noVNC, which is the only
 * viewer here and never uses it otherwise.
 */
const shapes: Readonly<Record<number, Shape>> = {
  [viewerMessage.setPixelFormat]: { fixed: 20 },
  2: { fixed: 4, more: (head) => 4 * head.readUInt16BE(2) },
  [viewerMessage.updateRequest]: { fixed: 10 },
  4: { fixed: 8 },
  5: { fixed: 6, more: (head) => (head.readUInt8(1) & 0x80 ? 1 : 0) },
  6: { fixed: 8, more: (head) => Math.abs(head.readInt32BE(4)) },
  [viewerMessage.continuousUpdates]: { fixed: 10 },
  248: { fixed: 9, more: (head) => head.readUInt8(8) },
  250: { fixed: 4 },
  251: { fixed: 8, more: (head) => 16 * head.readUInt8(6) },
  255: { fixed: 12 },
};

/**
 * Follows what a viewer of RFB 3.8 says after its log-in, message by message, and shows the fixed part of each. Keeps no
 * more than that. A message that it does not know ends its understanding (`lost`).
 */
export class ViewerFollower {
  readonly #see: (head: Buffer) => void;
  #head: Buffer = Buffer.alloc(0);
  #skip: number;
  #lost = false;

  /** The first `skip` bytes, those of a log-in for example, are passed over. */
  constructor(see: (head: Buffer) => void, skip = 0) {
    this.#see = see;
    this.#skip = skip;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Whether the last message was whole, so that another may follow. */
  get between(): boolean {
    return !this.#lost && this.#skip === 0 && this.#head.length === 0;
  }

  push(bytes: Uint8Array): void {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0 && !this.#lost) {
      const skipped = Math.min(this.#skip, rest.length);
      this.#skip -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length > 0) rest = this.#take(rest);
    }
  }

  #take(rest: Buffer): Buffer {
    const shape = shapes[this.#head[0] ?? rest[0] ?? 0];
    if (!shape) {
      this.#lost = true;
      return rest;
    }
    const wanted = shape.fixed - this.#head.length;
    this.#head = Buffer.concat([this.#head, rest.subarray(0, wanted)]);
    if (this.#head.length === shape.fixed) {
      // Of QEMU's messages only its keys have this size.
      if (this.#head[0] === 255 && this.#head[1] !== 0) this.#lost = true;
      else this.#see(this.#head);
      this.#skip = shape.more?.(this.#head) ?? 0;
      this.#head = Buffer.alloc(0);
    }
    return rest.subarray(wanted);
  }
}
