import type { Duplex } from "node:stream";
import type { OpsError } from "../../../shared/errors.ts";
import { abortable } from "../../reach/abort.ts";

/** Bytes that may come before the end of a line; RFC 5321, 4.5.3.1.5 allows 512. */
const longestLine = 4096;

export interface LineFaults {
  closed(): OpsError;
  garbage(): OpsError;
}

/** Reads a stream line by line, until it is let go. */
export class LineReader {
  readonly #stream: Duplex;
  readonly #faults: LineFaults;
  #held = Buffer.alloc(0);
  #error: OpsError | null = null;
  #wake: (() => void) | null = null;
  readonly #onData = (chunk: Buffer) => {
    this.#held = Buffer.concat([this.#held, chunk]);
    if (this.#held.length > 16 * longestLine) this.#stream.pause();
    this.#wake?.();
  };
  readonly #onEnd = () => {
    this.#error ??= this.#faults.closed();
    this.#wake?.();
  };

  constructor(stream: Duplex, faults: LineFaults) {
    this.#stream = stream;
    this.#faults = faults;
    stream.on("data", this.#onData);
    for (const end of ["end", "close", "error"] as const) stream.on(end, this.#onEnd);
  }

  /** The next line, without its end, as Latin-1. Throws the given faults, or what the signal was aborted with. */
  async next(signal: AbortSignal): Promise<string> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end > longestLine || (end < 0 && this.#held.length > longestLine)) throw this.#faults.garbage();
      if (end >= 0) {
        const line = this.#held.toString("latin1", 0, end).replace(/\r$/, "");
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (this.#error) throw this.#error;
      await abortable(
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
        signal,
      );
    }
  }

  /** What came beyond the lines that were read. */
  get left(): number {
    return this.#held.length;
  }

  /** Leaves the stream to somebody else. */
  letGo(): void {
    this.#stream.off("data", this.#onData);
    for (const end of ["end", "close", "error"] as const) this.#stream.off(end, this.#onEnd);
  }
}
