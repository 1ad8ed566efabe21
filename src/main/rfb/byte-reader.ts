import type { Duplex } from "node:stream";
import { OpsError } from "../../shared/errors.ts";
import { abortable, abortFault } from "../reach/abort.ts";
import { closedEarly, type FarSide } from "./faults.ts";

/**
 * Takes exactly as many bytes off a stream as are asked for; what follows stays in the stream for whoever reads it next
 * (TLS, the screen). Nothing else may read the stream until `release`.
 */
export class ByteReader {
  readonly #stream: Duplex;
  readonly #farSide: FarSide;
  readonly #signal: AbortSignal;
  #error: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(stream: Duplex, farSide: FarSide, signal: AbortSignal) {
    this.#stream = stream;
    this.#farSide = farSide;
    this.#signal = signal;
    for (const event of ["readable", "end", "close"]) stream.on(event, this.#onChange);
    stream.on("error", this.#onError);
  }

  /**
   * The next `count` bytes. Throws OpsError `rfb.closed-early` when the stream ends or breaks before, the OpsError that
   * the stream was destroyed with, or what the signal was aborted with.
   */
  async take(count: number): Promise<Buffer> {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      if (this.#signal.aborted) throw abortFault(this.#signal);
      const changed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const bytes: Buffer | null = this.#stream.read(count);
      if (bytes?.length === count) return bytes;
      if (bytes || this.#error || this.#stream.readableEnded || this.#stream.destroyed) throw this.#broken();
      await abortable(changed, this.#signal);
    }
  }

  /** The next byte. Throws as `take` does. */
  async byte(): Promise<number> {
    return (await this.take(1)).readUInt8();
  }

  /** The next big-endian 32-bit number. Throws as `take` does. */
  async word(): Promise<number> {
    return (await this.take(4)).readUInt32BE();
  }

  /** Lets go of the stream; what was not taken is still in it. */
  release(): void {
    for (const event of ["readable", "end", "close"]) this.#stream.off(event, this.#onChange);
    this.#stream.off("error", this.#onError);
  }

  #broken(): OpsError {
    return this.#error instanceof OpsError ? this.#error : closedEarly(this.#farSide, this.#error);
  }

  readonly #onChange = () => this.#wake();
  readonly #onError = (error: Error) => {
    this.#error = error;
    this.#wake();
  };
}
