import { StringDecoder } from "node:string_decoder";

/** Collects a stream of bytes as UTF-8, across the borders of chunks, up to a number of bytes. */
export class BoundedText {
  #left: number;
  #text = "";
  #truncated = false;
  readonly #decoder = new StringDecoder("utf8");

  constructor(limit: number) {
    this.#left = limit;
  }

  /** Takes bytes; returns the words that became whole by them. What is beyond the limit is dropped. */
  add(bytes: Buffer): string {
    const kept = bytes.subarray(0, this.#left);
    if (kept.length < bytes.length) this.#truncated = true;
    this.#left -= kept.length;
    const words = this.#decoder.write(kept);
    this.#text += words;
    return words;
  }

  /** The stream has ended; returns the remains of a broken character, unless the limit broke it. */
  finish(): string {
    const words = this.#truncated ? "" : this.#decoder.end();
    this.#text += words;
    return words;
  }

  get text(): string {
    return this.#text;
  }

  get truncated(): boolean {
    return this.#truncated;
  }
}
