import { encodings, rectangleHead } from "./encodings.ts";

/** RFC 6143, 7.8.2: the pseudo-rectangle that tells the size of the screen; it stands last in an update. */
export function desktopSize(width: number, height: number): Buffer {
  return rectangleHead({ x: 0, y: 0, width, height }, encodings.desktopSize);
}

/** How a client's wish for another size was taken (community's register, ExtendedDesktopSize). */
export const resizeProhibited = 1;

/**
 * The same with a layout of one screen. `refusal` tells the client that asked for another size that it does not get
 * it; null when the server itself has taken one.
 */
export function extendedDesktopSize(width: number, height: number, refusal: number | null): Buffer {
  // Whose wish it was stands where others have their place, and how it was taken beside it.
  const [x, y] = refusal === null ? [0, 0] : [1, refusal];
  const layout = Buffer.alloc(20);
  layout.writeUInt8(1, 0);
  layout.writeUInt16BE(width, 12);
  layout.writeUInt16BE(height, 14);
  return Buffer.concat([rectangleHead({ x, y, width, height }, encodings.extendedDesktopSize), layout]);
}

/** RFC 6143, 7.7.2: everything on the screen moves up by so many rows. */
export function movedUp(width: number, height: number, rows: number): Buffer {
  const from = Buffer.alloc(4);
  from.writeUInt16BE(rows, 2);
  const area = { x: 0, y: 0, width, height: height - rows };
  return Buffer.concat([rectangleHead(area, encodings.copyRectangle), from]);
}
