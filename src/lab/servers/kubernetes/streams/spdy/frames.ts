/** Frames of SPDY 3.1 (SPDY Protocol, draft 3.1, 2.2): eight bytes of head, then as many as the head says. */
export const controlTypes = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  ping: 6,
  goAway: 7,
  headers: 8,
} as const;
export const finFlag = 1;

const headLength = 8;
const version = 3;
/** No client of Kubernetes sends anything near it. */
const frameLimit = 1024 * 1024;

export type Frame =
  | { type: "data"; stream: number; flags: number; payload: Buffer }
  | { type: "control"; kind: number; flags: number; payload: Buffer };

/** Cuts a byte stream into frames, however its chunks fall. Throws RangeError for what is no frame. */
export class FrameReader {
  private held = Buffer.alloc(0);

  *feed(bytes: Uint8Array): Generator<Frame> {
    this.held = Buffer.concat([this.held, bytes]);
    while (this.held.length >= headLength) {
      const first = this.held.readUInt32BE(0);
      const second = this.held.readUInt32BE(4);
      const length = second & 0xffffff;
      if (length > frameLimit) throw new RangeError("frame too long");
      if (this.held.length < headLength + length) return;
      const flags = second >>> 24;
      const payload = this.held.subarray(headLength, headLength + length);
      this.held = this.held.subarray(headLength + length);
      if (first >>> 31 === 0) yield { type: "data", stream: first, flags, payload };
      else {
        if (((first >>> 16) & 0x7fff) !== version) throw new RangeError("another version of SPDY");
        yield { type: "control", kind: first & 0xffff, flags, payload };
      }
    }
  }
}

export function dataFrame(stream: number, payload: Uint8Array, flags = 0): Buffer {
  return frame(stream, flags, payload);
}

export function controlFrame(kind: number, payload: Uint8Array, flags = 0): Buffer {
  return frame((0x80000000 | (version << 16) | kind) >>> 0, flags, payload);
}

function frame(first: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(first, 0);
  head.writeUInt32BE(((flags << 24) | payload.length) >>> 0, 4);
  return Buffer.concat([head, payload]);
}

/** 32-bit numbers, one after the other. */
export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}
