import type { Duplex } from "node:stream";

/** The far side has gone, or this side has hung up. */
export class Gone extends Error {}

/** Beyond so many bytes that nobody asked for, the far side is made to wait. */
const readAhead = 65_536;

/** Gives the bytes of a connection in pieces of the size that is asked for. */
export class ByteReader {
  private readonly stream: Duplex;
  private held: Buffer = Buffer.alloc(0);
  private hasEnded = false;
  private wake: (() => void) | null = null;

  constructor(stream: Duplex) {
    this.stream = stream;
    // Of a stream that has ended before, no event tells any more.
    this.hasEnded = stream.destroyed || stream.readableEnded;
    stream.on("data", (chunk: Buffer) => {
      this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
      if (this.held.length > readAhead) stream.pause();
      this.wake?.();
    });
    for (const event of ["end", "close", "error"]) stream.once(event, () => this.end());
  }

  /** Nothing more is wanted: whoever waits for bytes is told, and what has come is dropped. */
  stop(): void {
    this.held = Buffer.alloc(0);
    this.end();
  }

  /** The next `length` bytes, at most some kilobytes; rejects with Gone when they do not come any more. */
  async take(length: number): Promise<Buffer> {
    while (this.held.length < length) {
      if (this.hasEnded) throw new Gone();
      this.stream.resume();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const taken = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    return taken;
  }

  /** Passes over bytes without keeping them. */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) left -= (await this.take(Math.min(left, readAhead))).length;
  }

  private end(): void {
    this.hasEnded = true;
    this.wake?.();
  }
}
