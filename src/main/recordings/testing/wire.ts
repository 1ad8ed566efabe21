/** A true-colour pixel format of RFC 6143, 7.4, little-endian, red in the lowest bits. */
export function formatOf(bitsPerPixel: number, depth: number): Buffer {
  const bits = Math.floor(depth / 3);
  const format = Buffer.alloc(16);
  format.writeUInt8(bitsPerPixel, 0);
  format.writeUInt8(depth, 1);
  format.writeUInt8(1, 3);
  for (const [index, at] of [4, 6, 8].entries()) {
    format.writeUInt16BE(2 ** bits - 1, at);
    format.writeUInt8(bits * index, 10 + index);
  }
  return format;
}

function message(type: number, size: number, fill: (bytes: Buffer) => void = () => {}): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt8(type, 0);
  fill(bytes);
  return bytes;
}

/** What a viewer says: RFC 6143, 7.5, and the extensions that viewers use. */
export const viewer = {
  greeting: () => Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.from([1, 1])]),
  pixelFormat: (format: Buffer) => Buffer.concat([Buffer.alloc(4), format]),
  encodings: (list: readonly number[]) =>
    message(2, 4 + 4 * list.length, (bytes) => {
      bytes.writeUInt16BE(list.length, 2);
      for (const [index, encoding] of list.entries()) bytes.writeInt32BE(encoding, 4 + 4 * index);
    }),
  update: () => message(3, 10),
  key: (down: boolean, key: number) =>
    message(4, 8, (bytes) => {
      bytes.writeUInt8(down ? 1 : 0, 1);
      bytes.writeUInt32BE(key, 4);
    }),
  pointer: (mask: number) => message(5, 6, (bytes) => bytes.writeUInt8(mask, 1)),
  extendedPointer: (mask: number) => message(5, 7, (bytes) => bytes.writeUInt8(mask | 0x80, 1)),
  cutText: (words: Buffer) =>
    Buffer.concat([message(6, 8, (bytes) => bytes.writeInt32BE(words.length, 4)), words]),
  extendedCutText: (words: Buffer) =>
    Buffer.concat([message(6, 8, (bytes) => bytes.writeInt32BE(-words.length, 4)), words]),
  fence: (payload: Buffer) =>
    Buffer.concat([message(248, 9, (bytes) => bytes.writeUInt8(payload.length, 8)), payload]),
  continuousUpdates: () => message(150, 10),
  xvp: () => message(250, 4),
  desktopSize: () => message(251, 24, (bytes) => bytes.writeUInt8(1, 6)),
  qemuKey: () => message(255, 12),
} as const;

/** What a server of RFB 3.8 without log-in says until its viewer may speak, with the name in UTF-8. */
export function serverGreeting(
  name = "tower-a",
  { width = 2, height = 1, format = formatOf(32, 24) } = {},
): { version: Buffer; types: Buffer; result: Buffer; init: Buffer; whole: Buffer } {
  const words = Buffer.from(name);
  const init = Buffer.alloc(24);
  init.writeUInt16BE(width, 0);
  init.writeUInt16BE(height, 2);
  format.copy(init, 4);
  init.writeUInt32BE(words.length, 20);
  const parts = {
    version: Buffer.from("RFB 003.008\n"),
    types: Buffer.from([1, 1]),
    result: Buffer.alloc(4),
    init: Buffer.concat([init, words]),
  };
  return { ...parts, whole: Buffer.concat(Object.values(parts)) };
}

/** An update of the framebuffer: one raw rectangle of 32-bit pixels in the upper left corner. */
export function rawUpdate(width: number, height: number, pixel: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(width, 8);
  head.writeUInt16BE(height, 10);
  const pixels = Buffer.alloc(width * height * 4);
  for (let at = 0; at < pixels.length; at += 4) pixels.writeUInt32LE(pixel, at);
  return Buffer.concat([head, pixels]);
}
