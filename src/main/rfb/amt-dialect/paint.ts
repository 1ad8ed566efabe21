import type { Rectangle } from "./geometry.ts";
import { viewOf } from "./reading.ts";

/** A picture of whole pixels, row by row, and the rectangle of the screen that it shows. */
export interface Picture {
  rectangle: Rectangle;
  pixelBytes: number;
  bytes: Uint8Array;
}

/**
 * Paints a translated tile into a picture, for a viewer that knows no tiles. The tile is one that TileTranslator wrote
 * with whole pixels: it is trusted.
 */
export function paintTile(tile: Uint8Array, place: Rectangle, picture: Picture): void {
  const { pixelBytes } = picture;
  const view = viewOf(tile);
  const area = place.width * place.height;
  const kind = view.getUint8(0);
  let at = 1;
  const colours = (count: number) => {
    const from = at;
    at += count * pixelBytes;
    return (index: number) => from + index * pixelBytes;
  };
  const run = () => {
    let length = 1;
    for (let part = 255; part === 255; at += 1) {
      part = view.getUint8(at);
      length += part;
    }
    return length;
  };
  let painted = 0;
  const paint = (source: number, count: number) => {
    for (let left = count; left > 0; left -= 1, painted += 1) {
      const x = place.x - picture.rectangle.x + (painted % place.width);
      const y = place.y - picture.rectangle.y + Math.floor(painted / place.width);
      const target = (y * picture.rectangle.width + x) * pixelBytes;
      for (let index = 0; index < pixelBytes; index += 1) {
        picture.bytes[target + index] = view.getUint8(source + index);
      }
    }
  };

  if (kind === 0) {
    const colour = colours(area);
    for (let pixel = 0; pixel < area; pixel += 1) paint(colour(pixel), 1);
  } else if (kind === 1) {
    paint(colours(1)(0), area);
  } else if (kind <= 16) {
    const colour = colours(kind);
    const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
    const rowBytes = Math.ceil((place.width * bits) / 8);
    for (let pixel = 0; pixel < area; pixel += 1) {
      const bit = (pixel % place.width) * bits;
      const packed = view.getUint8(at + Math.floor(pixel / place.width) * rowBytes + (bit >>> 3));
      paint(colour((packed >>> (8 - bits - (bit & 7))) & ((1 << bits) - 1)), 1);
    }
  } else if (kind === 128) {
    while (painted < area) {
      const source = colours(1)(0);
      paint(source, run());
    }
  } else {
    const colour = colours(kind - 128);
    while (painted < area) {
      const index = view.getUint8(at);
      at += 1;
      paint(colour(index & 127), index < 128 ? 1 : run());
    }
  }
}
