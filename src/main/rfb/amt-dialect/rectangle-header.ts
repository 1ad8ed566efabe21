import type { ByteWriter } from "./byte-writer.ts";
import type { Rectangle } from "./geometry.ts";

/** Reads x, y, width and height, as they stand in rectangles and requests (RFC 6143, 7.5.3 and 7.6.1). */
export function readRectangle(view: DataView, at: number): Rectangle {
  return {
    x: view.getUint16(at),
    y: view.getUint16(at + 2),
    width: view.getUint16(at + 4),
    height: view.getUint16(at + 6),
  };
}

/** Writes them. */
export function writeRectangle({ x, y, width, height }: Rectangle, out: ByteWriter): void {
  for (const number of [x, y, width, height]) out.uint16(number);
}

/** Writes the header of a rectangle of an update (RFC 6143, 7.6.1). */
export function writeHeader(rectangle: Rectangle, encoding: number, out: ByteWriter): void {
  writeRectangle(rectangle, out);
  out.int32(encoding);
}
