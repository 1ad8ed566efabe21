/** Bytes that are no DNS message, or words that cannot be put into one. */
export class Malformed extends Error {}

const longestLabel = 63;
const longestName = 255;

/**
 * A name as people write it, in lower case and without the dot at its end (RFC 1035, 5.1); the root is `.`. Null for
 * what is no name.
 */
export function canonicalName(words: string): string | null {
  try {
    return readName(writeName(words), 0).name;
  } catch {
    return null;
  }
}

/** Whether a name is that of a zone or below it; both canonical. */
export function isWithin(name: string, zone: string): boolean {
  return zone === "." || name === zone || name.endsWith(`.${zone}`);
}

/** The closest of these zones that a name is in; null when it is in none. All canonical. */
export function closestZone<Zone extends { name: string }>(
  name: string,
  zones: readonly Zone[],
): Zone | null {
  const within = zones.filter((zone) => isWithin(name, zone.name));
  return within.sort((one, other) => other.name.length - one.name.length)[0] ?? null;
}

/** A name as it goes over the wire, in lower case and uncompressed (RFC 1035, 3.1; RFC 4034, 6.2). Throws Malformed. */
export function writeName(name: string): Buffer {
  const labels = labelsOf(name);
  const parts = labels.flatMap((label) => {
    if (label.length === 0 || label.length > longestLabel)
      throw new Malformed("a label is empty or too long");
    return [Buffer.from([label.length]), lowerCase(label)];
  });
  const bytes = Buffer.concat([...parts, Buffer.from([0])]);
  if (bytes.length > longestName) throw new Malformed("the name is too long");
  return bytes;
}

/**
 * Reads a name, which may end in a pointer to one further ahead (RFC 1035, 4.1.4). A pointer leads strictly backwards, so
 * that none can go round in a circle. Throws Malformed.
 */
export function readName(bytes: Buffer, start: number): { name: string; next: number } {
  const labels: string[] = [];
  let at = start;
  let next: number | null = null;
  let lowest = start;
  let size = 1;
  for (;;) {
    const length = byteAt(bytes, at);
    if (length === 0) {
      return { name: labels.length === 0 ? "." : labels.join("."), next: next ?? at + 1 };
    }
    if ((length & 0xc0) === 0xc0) {
      const target = ((length & 0x3f) << 8) | byteAt(bytes, at + 1);
      next ??= at + 2;
      if (target >= lowest) throw new Malformed("a pointer leads forwards");
      lowest = target;
      at = target;
      continue;
    }
    if (length > longestLabel) throw new Malformed("a label of an unknown kind");
    const label = bytes.subarray(at + 1, at + 1 + length);
    size += length + 1;
    if (label.length < length || size > longestName) throw new Malformed("a name is cut off or too long");
    labels.push(labelWords(label));
    at += length + 1;
  }
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new Malformed("the message is cut off");
  return byte;
}

const plain = /[A-Za-z0-9_*/-]/;

/** Bytes that are no plain letters are written `\DDD` (RFC 1035, 5.1), so that a dot in a label stays one. */
function labelWords(label: Buffer): string {
  return [...lowerCase(label)]
    .map((byte) => {
      const letter = String.fromCharCode(byte);
      return plain.test(letter) ? letter : `\\${String(byte).padStart(3, "0")}`;
    })
    .join("");
}

function lowerCase(label: Buffer): Buffer {
  return Buffer.from([...label].map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
}

function labelsOf(name: string): Buffer[] {
  const bare = name.endsWith(".") && !name.endsWith("\\.") ? name.slice(0, -1) : name;
  if (bare === "") {
    if (name === "") throw new Malformed("no name");
    return [];
  }
  const labels: number[][] = [[]];
  const written = Buffer.from(bare, "latin1");
  if (written.toString("latin1") !== bare) throw new Malformed("a name of other letters than ASCII");
  for (let at = 0; at < bare.length; at += 1) {
    const code = bare.charCodeAt(at);
    const digits = /^\\(\d{3})/.exec(bare.slice(at, at + 4))?.[1];
    if (digits !== undefined) {
      if (Number(digits) > 255) throw new Malformed("no such byte");
      labels.at(-1)?.push(Number(digits));
      at += 3;
    } else if (bare[at] === "\\") {
      at += 1;
      if (at >= bare.length) throw new Malformed("a name ends in a backslash");
      labels.at(-1)?.push(bare.charCodeAt(at));
    } else if (bare[at] === ".") labels.push([]);
    else if (code <= 0x20 || code > 0x7e) throw new Malformed("a name of other letters than ASCII");
    else labels.at(-1)?.push(code);
  }
  return labels.map((label) => Buffer.from(label));
}
