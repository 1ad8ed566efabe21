import { SpoolFile, type SpoolOptions } from "./spool-file.ts";

/** A line as it is held: its number counts all lines of its log from 0, dropped ones included. */
export interface HeldLine {
  number: number;
  source: number;
  at: number | null;
  text: string;
  cut: boolean;
}

/** A line to be held; `bytes` are UTF-8 without a line's end. */
export interface NewLine {
  source: number;
  at: number | null;
  bytes: Buffer;
  cut: boolean;
}

/** The highest bit beside a source's index, which is far below it, tells that the line was cut. */
const cutBit = 0x8000;
const newline = Buffer.from("\n");

/** A run of lines in one file, and where each of them begins in it. */
export class Segment {
  readonly first: number;
  readonly #file: SpoolFile;
  readonly #starts: Uint32Array;
  readonly #times: Float64Array;
  readonly #sources: Uint16Array;
  #count = 0;

  /** For at most `most` lines, the first of which has the number `first`. */
  constructor(path: string, first: number, most: number, options: SpoolOptions) {
    this.first = first;
    this.#file = new SpoolFile(path, options);
    this.#starts = new Uint32Array(most + 1);
    this.#times = new Float64Array(most);
    this.#sources = new Uint16Array(most);
  }

  /** The number after its last line. */
  get end(): number {
    return this.first + this.#count;
  }

  get bytes(): number {
    return this.#file.length;
  }

  get room(): number {
    return this.#times.length - this.#count;
  }

  get full(): boolean {
    return this.#file.full;
  }

  get error(): SpoolFile["error"] {
    return this.#file.error;
  }

  /** Appends lines, no more than there is room for. */
  append(lines: readonly NewLine[]): void {
    const parts: Buffer[] = [];
    let place = this.#starts[this.#count] ?? 0;
    for (const { source, at, bytes, cut } of lines) {
      this.#times[this.#count] = at ?? Number.NaN;
      this.#sources[this.#count] = cut ? source | cutBit : source;
      parts.push(bytes, newline);
      place += bytes.length + 1;
      this.#count += 1;
      this.#starts[this.#count] = place;
    }
    this.#file.append(Buffer.concat(parts));
  }

  /** How many bytes a line takes. */
  sizeOf(number: number): number {
    const index = number - this.first;
    return (this.#starts[index + 1] ?? 0) - (this.#starts[index] ?? 0);
  }

  /** The lines from one number to before another. Throws `log.cannot-hold`. */
  async read(from: number, to: number): Promise<HeldLine[]> {
    const start = this.#starts[from - this.first] ?? 0;
    const bytes = await this.#file.read(start, this.#starts[to - this.first] ?? start);
    const lines: HeldLine[] = [];
    for (let number = from; number < to; number++) {
      const index = number - this.first;
      const mark = this.#sources[index] ?? 0;
      const at = this.#times[index] ?? Number.NaN;
      const text = bytes.toString(
        "utf8",
        (this.#starts[index] ?? 0) - start,
        (this.#starts[index + 1] ?? 1) - 1 - start,
      );
      lines.push({
        number,
        source: mark & ~cutBit,
        at: Number.isNaN(at) ? null : at,
        text,
        cut: (mark & cutBit) !== 0,
      });
    }
    return lines;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
