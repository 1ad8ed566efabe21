import { inflateSync } from "node:zlib";

/** Reads a PNG of eight bits a channel without interlacing (RFC 2083): its size and its pixels as 0x00RRGGBB. */
export function readPng(bytes: Buffer): { width: number; height: number; pixels: Uint32Array } {
  if (bytes.toString("latin1", 1, 4) !== "PNG") throw new RangeError("no PNG");
  let width = 0;
  let height = 0;
  let channels = 0;
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString("latin1", at + 4, at + 8);
    const chunk = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (type === "IHDR") {
      width = chunk.readUInt32BE(0);
      height = chunk.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[chunk.readUInt8(9)] ?? 0;
      if (chunk.readUInt8(8) !== 8 || channels === 0 || chunk.readUInt8(12) !== 0)
        throw new RangeError("a kind of PNG that is not read here");
    }
    if (type === "IDAT") data.push(chunk);
  }
  const filtered = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const lines = Buffer.alloc(stride * height);
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (stride + 1)] ?? 0;
    for (let index = 0; index < stride; index += 1) {
      const left = index >= channels ? (lines[row * stride + index - channels] ?? 0) : 0;
      const above = row > 0 ? (lines[(row - 1) * stride + index] ?? 0) : 0;
      const corner = row > 0 && index >= channels ? (lines[(row - 1) * stride + index - channels] ?? 0) : 0;
      const value = filtered[row * (stride + 1) + 1 + index] ?? 0;
      lines[row * stride + index] = value + guess(filter, left, above, corner);
    }
    for (let column = 0; column < width; column += 1) {
      const at = row * stride + column * channels;
      pixels[row * width + column] = lines.readUIntBE(at, 3);
    }
  }
  return { width, height, pixels };
}

/** What a filter takes a byte to be, from its neighbours (RFC 2083, 6). */
function guess(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const estimate = left + above - corner;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) => Math.abs(estimate - value));
  if ((toLeft ?? 0) <= (toAbove ?? 0) && (toLeft ?? 0) <= (toCorner ?? 0)) return left;
  return (toAbove ?? 0) <= (toCorner ?? 0) ? above : corner;
}
