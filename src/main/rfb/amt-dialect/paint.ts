import type { Size } from "./geometry.ts";
import { viewOf } from "./reading.ts";

/**
 * Paints a translated tile: writes its pixels to `target`, row by row, of as many bytes each as the tile has them in.
 * The tile is one that TileTranslator wrote; it is trusted.
 */
export function paintTile(tile: Uint8Array, size: Size, pixelBytes: number, target: Uint8Array): void {
  const view = viewOf(tile);
  const kind = view.getUint8(0);
  const end = size.width * size.height * pixelBytes;
  let from = 1;
  let to = 0;

  const paint = (source: number, count: number) => {
    for (const stop = to + count * pixelBytes; to < stop; ) {
      for (let byte = 0; byte < pixelBytes; byte += 1, to += 1) target[to] = tile[source + byte] as number;
    }
  };
  const colours = (count: number) => {
    const first = from;
    from += count * pixelBytes;
    return first;
  };
  const run = () => {
    let length = 1;
    for (let part = 255; part === 255; from += 1) {
      part = view.getUint8(from);
      length += part;
    }
    return length;
  };

  if (kind === 0) {
    target.set(tile.subarray(1, 1 + end));
  } else if (kind === 1) {
    paint(colours(1), size.width * size.height);
  } else if (kind <= 16) {
    const palette = colours(kind);
    const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
    const mask = (1 << bits) - 1;
    const rowBits = Math.ceil((size.width * bits) / 8) * 8;
    for (let row = 8 * from; to < end; row += rowBits) {
      for (let bit = row; bit < row + size.width * bits; bit += bits) {
        const index = (view.getUint8(bit >>> 3) >>> (8 - bits - (bit & 7))) & mask;
        paint(palette + index * pixelBytes, 1);
      }
    }
  } else if (kind === 128) {
    while (to < end) {
      const colour = colours(1);
      paint(colour, run());
    }
  } else {
    const palette = colours(kind - 128);
    while (to < end) {
      const index = view.getUint8(from);
      from += 1;
      paint(palette + (index & 127) * pixelBytes, index < 128 ? 1 : run());
    }
  }
}
