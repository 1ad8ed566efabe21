import type { Duplex } from "node:stream";

/** The far side has gone. */
export class Gone extends Error {}

/** Takes messages off a stream piece by piece, and leaves what follows them in it for somebody else. */
export class MessageReader {
  private readonly stream: Duplex;
  private readonly wake: () => void;
  private held: Buffer = Buffer.alloc(0);
  private woken: (() => void) | null = null;
  private ended = false;

  constructor(stream: Duplex) {
    this.stream = stream;
    this.wake = () => this.woken?.();
    stream.on("readable", this.wake);
    for (const event of ["end", "close"] as const) {
      stream.once(event, () => {
        this.ended = true;
        this.wake();
      });
    }
  }

  /** The next `length` bytes. Rejects with Gone when they do not come. */
  async take(length: number): Promise<Buffer> {
    for (;;) {
      const chunk: Buffer | null = this.stream.read();
      if (chunk) this.held = Buffer.concat([this.held, chunk]);
      if (this.held.length >= length) break;
      if (chunk) continue;
      if (this.ended || this.stream.destroyed) throw new Gone();
      await new Promise<void>((resolve) => {
        this.woken = resolve;
      });
    }
    const taken = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    return taken;
  }

  /** Puts back what was read too far and takes no more. */
  leave(): void {
    this.stream.off("readable", this.wake);
    if (this.held.length > 0) this.stream.unshift(this.held);
    this.held = Buffer.alloc(0);
  }
}
