const newline = 10;
/** `2026-05-12T08:00:00`, which orders like the times do. */
const secondLength = 19;
const longestStamp = 40;
/** What is kept of one line that has not ended yet; what reads it keeps less. */
const mostOfOneLine = 64 * 1024;

/**
 * Passes on the whole lines of a container's log, each with the cluster's time in front. After a break the log is asked
 * for again from the second of its last line on (`since`), which the server cannot name more finely; the lines of that
 * second that were passed on already are left out.
 */
export class Replay {
  /** The second of the newest line, and how many lines of it were passed on. */
  #second: Buffer | null = null;
  #stamp: string | null = null;
  #passed = 0;
  #toSkip = 0;
  #partial: Buffer[] = [];
  #partialLength = 0;

  /** From when on to ask again (RFC 3339); null while there was no line. */
  get since(): string | null {
    return this.#stamp;
  }

  /** A new answer begins: an unfinished line comes again whole. */
  restart(): void {
    this.#partial = [];
    this.#partialLength = 0;
    this.#toSkip = this.#passed;
  }

  /** The whole lines that a chunk ends, without those that were passed on before the break. */
  take(chunk: Buffer): Buffer {
    const last = chunk.lastIndexOf(newline);
    if (last === -1) {
      this.#keep(chunk);
      return Buffer.alloc(0);
    }
    const parts: Buffer[] = [];
    let from = 0;
    if (this.#partialLength > 0) {
      const end = chunk.indexOf(newline) + 1;
      this.#keep(chunk.subarray(0, end - 1));
      const line = Buffer.concat([...this.#partial, Buffer.from("\n")]);
      this.#partial = [];
      this.#partialLength = 0;
      if (this.#isNew(line, 0)) parts.push(line);
      from = end;
    }
    parts.push(...this.#newLines(chunk, from, last + 1));
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1));
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /** What came after the last line's end, where the log ends without one. */
  rest(): Buffer {
    const line = Buffer.concat(this.#partial);
    this.#partial = [];
    this.#partialLength = 0;
    return line.length > 0 && this.#isNew(line, 0)
      ? Buffer.concat([line, Buffer.from("\n")])
      : Buffer.alloc(0);
  }

  #newLines(chunk: Buffer, from: number, to: number): Buffer[] {
    const parts: Buffer[] = [];
    let begin = from;
    for (let place = from; place < to; ) {
      const end = chunk.indexOf(newline, place) + 1;
      if (!this.#isNew(chunk, place)) {
        if (begin < place) parts.push(chunk.subarray(begin, place));
        begin = end;
      }
      place = end;
    }
    if (begin < to) parts.push(chunk.subarray(begin, to));
    return parts;
  }

  #isNew(bytes: Buffer, place: number): boolean {
    if (bytes[place + 10] !== 0x54 || place + secondLength > bytes.length) return this.#toSkip === 0;
    const order = this.#second
      ? bytes.compare(this.#second, 0, secondLength, place, place + secondLength)
      : 1;
    if (order > 0) {
      this.#second = Buffer.from(bytes.subarray(place, place + secondLength));
      this.#stamp = secondOf(bytes.toString("latin1", place, place + longestStamp));
      this.#passed = 1;
      this.#toSkip = 0;
      return true;
    }
    if (order < 0) return this.#toSkip === 0;
    if (this.#toSkip > 0) {
      this.#toSkip -= 1;
      return false;
    }
    this.#passed += 1;
    return true;
  }

  #keep(part: Buffer): void {
    const room = Math.max(0, mostOfOneLine - this.#partialLength);
    if (room > 0) this.#partial.push(Buffer.from(part.subarray(0, room)));
    this.#partialLength += part.length;
  }
}

/** A stamp without the fraction of its second. */
function secondOf(line: string): string {
  return (line.split(" ", 1)[0] ?? "").replace(/\.\d+/, "");
}
