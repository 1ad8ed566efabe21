/** A scratch buffer that is dropped after use rather than kept, in bytes. */
const worthKeeping = 1024 * 1024;

/**
 * Collects bytes. `bytes`, `view` and `at` are open to loops that write pixels by themselves: they call `reserve` first,
 * write no further than that, and set `at`.
 */
export class ByteWriter {
  bytes = new Uint8Array(4096);
  view = new DataView(this.bytes.buffer);
  /** Where the next byte goes. */
  at = 0;

  /** Makes room for `count` bytes more. */
  reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    this.#use(Math.max(needed, this.bytes.length * 2));
  }

  uint8(value: number): void {
    this.reserve(1);
    this.view.setUint8(this.at, value);
    this.at += 1;
  }

  /** Big-endian, as everything in RFB that is not a pixel. */
  uint16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.at, value);
    this.at += 2;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.at, value);
    this.at += 4;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Gives away what was written, as one piece or none, and begins anew. */
  take(): Uint8Array[] {
    if (this.at === 0) return [];
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    if (this.bytes.length > worthKeeping) this.#use(4096);
    return [taken];
  }

  #use(capacity: number): void {
    const bytes = new Uint8Array(capacity);
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
