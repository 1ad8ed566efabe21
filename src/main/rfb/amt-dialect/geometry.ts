/** Tiles of AMT's run-length encoding and of ZRLE are this wide and high, less at the right and lower edge. */
export const tileSide = 64;

/** A size in pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A part of the screen, in pixels from its upper left corner. */
export interface Rectangle extends Size {
  x: number;
  y: number;
}

/** The tiles of a rectangle, in the order in which they are sent: from left to right, then down. */
export function* tilesOf(rectangle: Rectangle): Generator<Rectangle, void> {
  const right = rectangle.x + rectangle.width;
  const bottom = rectangle.y + rectangle.height;
  for (let y = rectangle.y; y < bottom; y += tileSide) {
    for (let x = rectangle.x; x < right; x += tileSide) {
      yield { x, y, width: Math.min(tileSide, right - x), height: Math.min(tileSide, bottom - y) };
    }
  }
}

const widest = 16_384;
/** Well above what AMT's buffer holds at 8 bits, and little enough for a window to show. */
const mostPixels = 16 * 1024 * 1024;

/** Whether a screen of this size can be shown. */
export function canBeShown({ width, height }: Size): boolean {
  return width >= 1 && height >= 1 && width <= widest && height <= widest && width * height <= mostPixels;
}

/** Whether the rectangle covers something, and nothing beyond the screen. */
export function liesWithin(rectangle: Rectangle, screen: Size): boolean {
  const { x, y, width, height } = rectangle;
  return width >= 1 && height >= 1 && x + width <= screen.width && y + height <= screen.height;
}
