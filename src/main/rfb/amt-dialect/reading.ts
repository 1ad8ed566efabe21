/**
 * A parser as a generator: it yields how many bytes it needs next (at least one) and gets exactly those. They are lent
 * until its next yield. It never returns; what it cannot accept it throws.
 */
export type Reading<Result = never> = Generator<number, Result, Uint8Array>;

/**
 * Feeds a reading with bytes that come in any pieces. Holds no more than the reading needs next, in a buffer of just
 * that size; what comes whole is handed on without a copy.
 */
export class PieceReader {
  readonly #reading: Reading;
  #needed: number;
  #held: Uint8Array | null = null;
  #filled = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#needed = this.#reading.next(new Uint8Array()).value;
  }

  /** Bytes until the reading goes on. */
  get missing(): number {
    return this.#needed - this.#filled;
  }

  /** Takes the next piece, as far as the reading goes with it; throws what the reading throws. */
  feed(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length) {
      const missing = this.#needed - this.#filled;
      const part = piece.subarray(at, at + missing);
      at += part.length;
      if (part.length < missing) {
        this.#hold(part);
        return;
      }
      this.#give(part);
    }
  }

  #hold(part: Uint8Array): void {
    this.#held ??= new Uint8Array(this.#needed);
    this.#held.set(part, this.#filled);
    this.#filled += part.length;
  }

  #give(last: Uint8Array): void {
    let whole = last;
    if (this.#held !== null) {
      this.#held.set(last, this.#filled);
      whole = this.#held;
      this.#held = null;
      this.#filled = 0;
    }
    this.#needed = this.#reading.next(whole).value;
  }
}

/** Passes over bytes that nobody needs, a bounded part at a time. */
export function* skip(count: number): Reading<void> {
  for (let left = count; left > 0; ) {
    const part = Math.min(left, 16 * 1024);
    yield part;
    left -= part;
  }
}

/** A view of lent bytes for numbers of more than one byte. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
