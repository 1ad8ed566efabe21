/** The first line in sight, counted in the filtered order, and how many of its pixels are above the edge. */
export interface ScrollPosition {
  line: number;
  within: number;
}

/** Pixels that every browser still lays out and scrolls exactly; more lines than fit are scrolled to scale. */
export const tallest = 8_000_000;

/** What the scroll bar stands for: `count` lines of `lineHeight` pixels, seen through `viewport` pixels. */
export interface ScrollRange {
  count: number;
  lineHeight: number;
  viewport: number;
}

/** Pixels of the element that the browser scrolls: as high as the lines, but never higher than it can show. */
export function spacerHeight({ count, lineHeight, viewport }: ScrollRange): number {
  return Math.max(viewport, Math.min(count * lineHeight, tallest));
}

/** Lines above the edge when the end is in sight; with a fraction, as the last screen rarely begins with a whole line. */
export function farthest({ count, lineHeight, viewport }: ScrollRange): number {
  return Math.max(0, count - viewport / lineHeight);
}

/** Where the scroll bar stands for a position. */
export function scrollTopOf({ line, within }: ScrollPosition, range: ScrollRange): number {
  const most = farthest(range);
  if (most === 0) return 0;
  const share = Math.min(1, (line + within / range.lineHeight) / most);
  return share * (spacerHeight(range) - range.viewport);
}

/** The position that a scroll bar pulled to `scrollTop` stands for. */
export function positionOf(scrollTop: number, range: ScrollRange): ScrollPosition {
  const room = spacerHeight(range) - range.viewport;
  if (room <= 0) return { line: 0, within: 0 };
  const lines = Math.max(0, Math.min(1, scrollTop / room)) * farthest(range);
  // A hair's breadth below a whole line is that line: division leaves such remainders.
  const line = Math.floor(lines + 1e-6);
  return { line, within: Math.max(0, lines - line) * range.lineHeight };
}

/**
 * Moves a position by pixels (down is positive), line by line, as lines may be wrapped and then have heights of their
 * own. Stops at the first line and at the last.
 */
export function moved(
  from: ScrollPosition,
  pixels: number,
  heightOf: (line: number) => number,
  count: number,
): ScrollPosition {
  let { line } = from;
  let within = from.within + pixels;
  while (within < 0 && line > 0) {
    line -= 1;
    within += heightOf(line);
  }
  while (line < count - 1 && within >= heightOf(line)) {
    within -= heightOf(line);
    line += 1;
  }
  const last = line >= count - 1 ? Math.max(0, heightOf(line) - 1) : within;
  return { line: Math.max(0, Math.min(line, count - 1)), within: Math.max(0, Math.min(within, last)) };
}
