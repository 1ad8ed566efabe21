/** Bytes that cannot be read as a message, or words that are no name. */
export class Unreadable extends Error {}

/** A name as it is kept: lower case, without the dot at its end; the root is empty. */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** Whether a name stands at or below another; everything does below the root. */
export function isBelow(name: string, zone: string): boolean {
  return zone === "" || name === zone || name.endsWith(`.${zone}`);
}

/** A name in wire form (RFC 1035, 3.1), without compression. */
export function nameBytes(name: string): Buffer {
  const labels = canonical(name)
    .split(".")
    .filter((label) => label !== "")
    .map((label) => Buffer.from(label, "latin1"));
  if (labels.some(({ length }) => length > 63)) throw new Unreadable(`a label of ${name} is too long`);
  const bytes = Buffer.concat([
    ...labels.flatMap((label) => [Buffer.from([label.length]), label]),
    Buffer.from([0]),
  ]);
  if (bytes.length > 255) throw new Unreadable(`${name} is too long`);
  return bytes;
}

/** Reads a name, compressed or not (RFC 1035, 4.1.4), and gives the place after it. Throws Unreadable. */
export function nameAt(bytes: Buffer, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let at = start;
  let next = -1;
  for (let length = 0; ; ) {
    const head = bytes[at];
    if (head === undefined) throw new Unreadable("a name is cut off");
    if (head >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined) throw new Unreadable("a pointer is cut off");
      const target = ((head & 0x3f) << 8) | low;
      // Backwards alone, so that it comes to an end.
      if (target >= at) throw new Unreadable("a pointer leads onward");
      if (next < 0) next = at + 2;
      at = target;
      continue;
    }
    if (head > 63) throw new Unreadable("a label of an unknown kind");
    if (head === 0) return { name: labels.join("."), next: next < 0 ? at + 1 : next };
    length += head + 1;
    if (length > 254 || at + 1 + head > bytes.length) throw new Unreadable("a name is too long");
    labels.push(bytes.toString("latin1", at + 1, at + 1 + head).toLowerCase());
    at += head + 1;
  }
}
