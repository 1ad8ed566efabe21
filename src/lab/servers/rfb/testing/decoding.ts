/** Pixel formats as a client sends them: the sixteen bytes, and how its pixels become 0x00RRGGBB. */
export const clientFormats = {
  trueColour: "20 18 00 01 00ff 00ff 00ff 10 08 00 000000",
  trueColourBigEndian: "20 18 01 01 00ff 00ff 00ff 00 08 10 000000",
  highInWord: "20 18 00 01 00ff 00ff 00ff 18 10 08 000000",
  highColour: "10 10 00 01 001f 003f 001f 0b 05 00 000000",
  highColourBigEndian: "10 0f 01 01 001f 001f 001f 0a 05 00 000000",
  eightBits: "08 08 00 01 0007 0007 0003 05 02 00 000000",
} as const;
export type ClientFormat = keyof typeof clientFormats;

export function formatBytesOf(name: ClientFormat): Buffer {
  return Buffer.from(clientFormats[name].replaceAll(" ", ""), "hex");
}

/** How a client reads pixels of one format. */
export interface Layout {
  bytes: number;
  tileBytes: number;
  read(bytes: Uint8Array, at: number): number;
  readInTile(bytes: Uint8Array, at: number): number;
  rgb(value: number): number;
}

/** What a client makes of the sixteen bytes; written from the specification, apart from the server's own code. */
export function layoutOf(format: Buffer): Layout {
  const bytes = format.readUInt8(0) / 8;
  const isBigEndian = format.readUInt8(2) !== 0;
  const maxima = [4, 6, 8].map((at) => format.readUInt16BE(at));
  const shifts = [10, 11, 12].map((at) => format.readUInt8(at));
  const word = (source: Uint8Array, at: number, length: number) => {
    let value = 0;
    for (let index = 0; index < length; index += 1)
      value += (source[at + (isBigEndian ? index : length - 1 - index)] ?? 0) * 256 ** (length - 1 - index);
    return value;
  };
  const isShort = bytes === 4 && format.readUInt8(1) <= 24;
  const isLow = shifts.every((shift) => shift < 24);
  return {
    bytes,
    tileBytes: isShort ? 3 : bytes,
    read: (source, at) => word(source, at, bytes),
    readInTile: (source, at) => (isShort ? word(source, at, 3) * (isLow ? 1 : 256) : word(source, at, bytes)),
    rgb: (value) => {
      const level = (index: number) => {
        const maximum = maxima[index] ?? 0;
        return Math.round((Math.floor(value / 2 ** (shifts[index] ?? 0)) & maximum) * (255 / maximum));
      };
      return (level(0) << 16) | (level(1) << 8) | level(2);
    },
  };
}

/** A tile of ZRLE (RFC 6143, 7.7.6) at a place in bytes: its pixels, and where it ends. */
export function decodeTile(
  bytes: Uint8Array,
  start: number,
  width: number,
  height: number,
  layout: Layout,
): { values: Uint32Array; end: number } {
  const count = width * height;
  let at = start;
  const byte = () => {
    const value = bytes[at];
    at += 1;
    if (value === undefined) throw new RangeError("a tile ends too early");
    return value;
  };
  const pixel = () => {
    const value = layout.readInTile(bytes, at);
    at += layout.tileBytes;
    if (at > bytes.length) throw new RangeError("a pixel ends too early");
    return value;
  };
  const runLength = () => {
    let length = 1;
    for (let more = 255; more === 255; ) {
      more = byte();
      length += more;
    }
    return length;
  };
  const code = byte();
  const colours = code === 0 || code === 128 ? 0 : code < 128 ? code : code - 128;
  const palette = Array.from({ length: colours }, pixel);
  const values = new Uint32Array(count);
  let filled = 0;
  const put = (value: number | undefined, length = 1) => {
    if (value === undefined) throw new RangeError("no such colour in the palette");
    if (filled + length > count) throw new RangeError("a run goes beyond its tile");
    values.fill(value, filled, filled + length);
    filled += length;
  };
  if (code === 0) while (filled < count) put(pixel());
  else if (code === 1) put(palette[0], count);
  else if (code < 17) {
    const bits = code === 2 ? 1 : code <= 4 ? 2 : 4;
    for (let row = 0; row < height; row += 1) {
      let held = 0;
      for (let column = 0; column < width; column += 1) {
        const place = (column * bits) % 8;
        if (place === 0) held = byte();
        put(palette[(held >> (8 - bits - place)) & (2 ** bits - 1)]);
      }
    }
  } else if (code === 128) while (filled < count) put(pixel(), runLength());
  else if (code >= 130) {
    while (filled < count) {
      const index = byte();
      put(palette[index & 127], index >= 128 ? runLength() : 1);
    }
  } else throw new RangeError(`no such tile: ${code}`);
  return { values, end: at };
}

/** A Hextile rectangle (RFC 6143, 7.7.4), read by and by from `take`. */
export async function decodeHextile(
  take: (length: number) => Promise<Uint8Array>,
  width: number,
  height: number,
  layout: Layout,
): Promise<Uint32Array> {
  const values = new Uint32Array(width * height);
  const pixel = async () => layout.read(await take(layout.bytes), 0);
  const byte = async () => (await take(1))[0] ?? 0;
  let background = 0;
  let foreground = 0;
  for (let top = 0; top < height; top += 16) {
    for (let left = 0; left < width; left += 16) {
      const tileWidth = Math.min(16, width - left);
      const tileHeight = Math.min(16, height - top);
      const fill = (x: number, y: number, across: number, down: number, value: number) => {
        for (let row = y; row < y + down; row += 1)
          values.fill(value, (top + row) * width + left + x, (top + row) * width + left + x + across);
      };
      const flags = await byte();
      if (flags & 1) {
        for (let y = 0; y < tileHeight; y += 1)
          for (let x = 0; x < tileWidth; x += 1) fill(x, y, 1, 1, await pixel());
        continue;
      }
      if (flags & 2) background = await pixel();
      if (flags & 4) foreground = await pixel();
      fill(0, 0, tileWidth, tileHeight, background);
      for (let left8 = flags & 8 ? await byte() : 0; left8 > 0; left8 -= 1) {
        const value = flags & 16 ? await pixel() : foreground;
        const place = await byte();
        const size = await byte();
        fill(place >> 4, place & 15, (size >> 4) + 1, (size & 15) + 1, value);
      }
    }
  }
  return values;
}
