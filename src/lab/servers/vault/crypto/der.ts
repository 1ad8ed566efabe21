/** DER of ASN.1 (X.690), written and read as far as certificates need it. */

/** Tag, length, value. */
export function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = Buffer.from(
    length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, "0"),
    "hex",
  );
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, content]);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const octets = (...parts: Uint8Array[]) => der(0x04, ...parts);
export const bits = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes);
export const utf8 = (words: string) => der(0x0c, Buffer.from(words, "utf8"));
export const yes = Buffer.from("0101ff", "hex");

/** A number that is not negative, given as its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const bare = bytes.subarray(from);
  return (bare[0] ?? 0) & 0x80 ? der(0x02, Buffer.from([0]), bare) : der(0x02, bare);
}

/** An object identifier by its numbers, `2.5.4.3`. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const encode = (value: number): number[] => {
    const digits = [value & 0x7f];
    for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 | (left & 0x7f));
    return digits;
  };
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(encode)]));
}

/** `at` in epoch milliseconds: UTCTime until 2049, GeneralizedTime after, as RFC 5280 4.1.2.5 wants it. */
export function time(at: number): Buffer {
  const words = `${new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  const isLate = Number(words.slice(0, 4)) >= 2050;
  return isLate ? der(0x18, Buffer.from(words)) : der(0x17, Buffer.from(words.slice(2)));
}

export interface Element {
  tag: number;
  /** With its tag and length. */
  whole: Buffer;
  content: Buffer;
}

/** The elements that follow each other in `bytes`. Throws RangeError for what is cut short or no DER. */
export function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const short = bytes[at + 1];
    if (short === undefined) throw new RangeError("cut short");
    const count = short & 0x80 ? short & 0x7f : 0;
    if (count > 3 || (short & 0x80 && count === 0)) throw new RangeError("no length");
    const length =
      count === 0 ? short : Number.parseInt(bytes.subarray(at + 2, at + 2 + count).toString("hex"), 16);
    const start = at + 2 + count;
    if (!(start + length <= bytes.length)) throw new RangeError("cut short");
    found.push({
      tag,
      whole: bytes.subarray(at, start + length),
      content: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
  return found;
}

/** The only element of `bytes`, and what is in it. */
export function inside(bytes: Buffer): Element[] {
  const [only] = elements(bytes);
  if (!only) throw new RangeError("nothing");
  return elements(only.content);
}
