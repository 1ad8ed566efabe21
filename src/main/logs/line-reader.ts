import { cleanText } from "./clean-text.ts";
import { stampAt } from "./stamp.ts";

/** At most so many bytes of one line are kept. */
export const mostOfOneLine = 16 * 1024;
/** The longest stamp and the space behind it. */
const mostStamp = 40;
const newline = 10;
const carriageReturn = 13;
const tab = 9;

/** A line to be held: `at` in epoch milliseconds, null without a time in front; `bytes` are clean UTF-8 without its end. */
export interface ReadLine {
  at: number | null;
  bytes: Buffer;
  cut: boolean;
}

/** Makes lines of the chunks of one log, each line with the cluster's time (RFC 3339) in front. */
export class LineReader {
  #kept: Buffer[] = [];
  #length = 0;

  /** The lines that the chunk ends. The chunk must not change afterwards. */
  take(chunk: Buffer): ReadLine[] {
    const lines: ReadLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      lines.push(this.#finish(chunk.subarray(from, end)));
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return lines;
  }

  /** The log has ended: what came after the last line's end, if anything. */
  end(): ReadLine[] {
    return this.#length === 0 ? [] : [this.#finish(Buffer.alloc(0))];
  }

  #keep(part: Buffer): void {
    const room = Math.max(0, mostOfOneLine + mostStamp - this.#length);
    // A copy, so that a few bytes do not hold a whole chunk in memory until the line ends.
    if (room > 0) this.#kept.push(Buffer.from(part.subarray(0, room)));
    this.#length += part.length;
  }

  #finish(last: Buffer): ReadLine {
    if (this.#length === 0) return lineOf(last);
    this.#keep(last);
    const whole = Buffer.concat(this.#kept);
    const cut = this.#length > whole.length;
    this.#kept = [];
    this.#length = 0;
    const line = lineOf(whole);
    return cut ? { ...line, cut } : line;
  }
}

function lineOf(raw: Buffer): ReadLine {
  const stamp = stampAt(raw);
  let end = raw.length;
  while (end > stamp.length && raw[end - 1] === carriageReturn) end -= 1;
  const cut = end - stamp.length > mostOfOneLine;
  if (cut) end = wholeCharacters(raw, stamp.length + mostOfOneLine);
  const body = raw.subarray(stamp.length, end);
  return { at: stamp.at, bytes: isPlain(body) ? body : Buffer.from(cleanText(body.toString("utf8"))), cut };
}

/** Printable ASCII and tabs need no cleaning; that is most of what is logged. */
function isPlain(bytes: Buffer): boolean {
  for (const byte of bytes) if ((byte < 0x20 && byte !== tab) || byte > 0x7e) return false;
  return true;
}

/** The place at or before `end` where no character of UTF-8 is broken (RFC 3629). */
function wholeCharacters(bytes: Buffer, end: number): number {
  let place = end;
  while (place > end - 4 && ((bytes[place] ?? 0) & 0xc0) === 0x80) place -= 1;
  return place;
}
