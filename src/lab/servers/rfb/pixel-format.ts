/** How pixels are written (RFC 6143, 7.4). Shifts and maxima are of true colour; without it a pixel is an index. */
export interface PixelFormat {
  bitsPerPixel: 8 | 16 | 32;
  depth: number;
  isBigEndian: boolean;
  isTrueColour: boolean;
  red: { maximum: number; shift: number };
  green: { maximum: number; shift: number };
  blue: { maximum: number; shift: number };
}

export const formatBytes = 16;

/** Eight bits each in a word of 32, little-endian: what most servers offer. */
export const trueColour: PixelFormat = {
  bitsPerPixel: 32,
  depth: 24,
  isBigEndian: false,
  isTrueColour: true,
  red: { maximum: 255, shift: 16 },
  green: { maximum: 255, shift: 8 },
  blue: { maximum: 255, shift: 0 },
};

/** RGB565, little-endian: what Intel AMT offers. */
export const highColour: PixelFormat = {
  bitsPerPixel: 16,
  depth: 16,
  isBigEndian: false,
  isTrueColour: true,
  red: { maximum: 31, shift: 11 },
  green: { maximum: 63, shift: 5 },
  blue: { maximum: 31, shift: 0 },
};

/** RGB332, the colours of the map that a client without true colour is given. */
const mapped = {
  red: { maximum: 7, shift: 5 },
  green: { maximum: 7, shift: 2 },
  blue: { maximum: 3, shift: 0 },
};

/** Writes a format as the protocol does, sixteen bytes with the padding. */
export function encodeFormat(format: PixelFormat): Buffer {
  const bytes = Buffer.alloc(formatBytes);
  bytes.set([format.bitsPerPixel, format.depth, Number(format.isBigEndian), Number(format.isTrueColour)]);
  for (const [index, channel] of [format.red, format.green, format.blue].entries()) {
    bytes.writeUInt16BE(channel.maximum, 4 + index * 2);
    bytes.writeUInt8(channel.shift, 10 + index);
  }
  return bytes;
}

/** Reads a format; null when it is none that pixels could be written in. */
export function decodeFormat(bytes: Buffer): PixelFormat | null {
  const bits = bytes.readUInt8(0);
  if (bits !== 8 && bits !== 16 && bits !== 32) return null;
  const channel = (index: number) => ({
    maximum: bytes.readUInt16BE(4 + index * 2),
    shift: bytes.readUInt8(10 + index),
  });
  const isTrueColour = bytes.readUInt8(3) !== 0;
  if (!isTrueColour && bits !== 8) return null;
  const colours = isTrueColour ? { red: channel(0), green: channel(1), blue: channel(2) } : mapped;
  for (const { maximum, shift } of Object.values(colours)) {
    if (shift > 31 || shift + Math.ceil(Math.log2(maximum + 1)) > bits) return null;
  }
  return {
    bitsPerPixel: bits,
    depth: bytes.readUInt8(1),
    isBigEndian: bytes.readUInt8(2) !== 0,
    isTrueColour,
    ...colours,
  };
}

/** The 256 colours that indices stand for when a client has asked for no true colour, as SetColourMapEntries. */
export function colourMap(): Buffer {
  const message = Buffer.alloc(6 + 256 * 6);
  message.writeUInt8(1, 0);
  message.writeUInt16BE(256, 4);
  for (let index = 0; index < 256; index += 1) {
    for (const [place, { maximum, shift }] of Object.values(mapped).entries()) {
      const value = Math.round((((index >> shift) & maximum) / maximum) * 65_535);
      message.writeUInt16BE(value, 6 + index * 6 + place * 2);
    }
  }
  return message;
}

/** Writes pixels in one format. */
export interface PixelWriter {
  /** Bytes of a pixel, and of one within a compressed tile (RFC 6143, 7.7.5: CPIXEL). */
  bytes: number;
  tileBytes: number;
  /** The value of a colour 0x00RRGGBB. */
  value(colour: number): number;
  write(target: Uint8Array, at: number, value: number): void;
  writeInTile(target: Uint8Array, at: number, value: number): void;
}

/** Which three bytes of a 32-bit pixel hold its colours; null when they are spread over all four. */
function colourBytes(format: PixelFormat): "low" | "high" | null {
  if (format.bitsPerPixel !== 32 || format.depth > 24) return null;
  const ends = [format.red, format.green, format.blue].map(
    ({ maximum, shift }) => shift + Math.ceil(Math.log2(maximum + 1)),
  );
  if (ends.every((end) => end <= 24)) return "low";
  return [format.red, format.green, format.blue].every(({ shift }) => shift >= 8) ? "high" : null;
}

export function pixelWriter(format: PixelFormat): PixelWriter {
  const { red, green, blue, isBigEndian } = format;
  const bytes = format.bitsPerPixel / 8;
  const scale = ({ maximum, shift }: { maximum: number; shift: number }) =>
    Uint32Array.from({ length: 256 }, (_, level) => Math.round((level * maximum) / 255) << shift);
  const [reds, greens, blues] = [scale(red), scale(green), scale(blue)];
  const order = Array.from({ length: bytes }, (_, index) => (isBigEndian ? bytes - 1 - index : index) * 8);
  const part = colourBytes(format);
  const inTile = part === null ? order : order.filter((shift) => (part === "low" ? shift < 24 : shift >= 8));
  const writer = (shifts: readonly number[]) => (target: Uint8Array, at: number, value: number) => {
    for (let index = 0; index < shifts.length; index += 1)
      target[at + index] = value >>> (shifts[index] ?? 0);
  };
  return {
    bytes,
    tileBytes: inTile.length,
    value: (colour) =>
      ((reds[(colour >> 16) & 255] ?? 0) |
        (greens[(colour >> 8) & 255] ?? 0) |
        (blues[colour & 255] ?? 0)) >>>
      0,
    write: writer(order),
    writeInTile: writer(inTile),
  };
}
