import { glyphRows } from "./glyphs.ts";

/** Pixels of one character cell. */
export const cellWidth = 8;
export const cellHeight = 16;

/** Blank rows above a glyph of the font, which is less high than a cell. */
const rowsAbove = 2;
const replacement = 0xfffd;

/** Which of the four arms of a box character are drawn: up, right, down, left; 2 stands for a double line. */
const boxArms: Record<string, readonly [up: number, right: number, down: number, left: number]> = {
  "─": [0, 1, 0, 1],
  "│": [1, 0, 1, 0],
  "┌": [0, 1, 1, 0],
  "┐": [0, 0, 1, 1],
  "└": [1, 1, 0, 0],
  "┘": [1, 0, 0, 1],
  "├": [1, 1, 1, 0],
  "┤": [1, 0, 1, 1],
  "┬": [0, 1, 1, 1],
  "┴": [1, 1, 0, 1],
  "┼": [1, 1, 1, 1],
  "═": [0, 2, 0, 2],
  "║": [2, 0, 2, 0],
  "╔": [0, 2, 2, 0],
  "╗": [0, 0, 2, 2],
  "╚": [2, 2, 0, 0],
  "╝": [2, 0, 0, 2],
};

/** What of a cell a block character fills: from row, to row, from column, to column; then how densely, of four. */
const blocks: Record<
  string,
  readonly [top: number, bottom: number, left: number, right: number, of4: number]
> = {
  "█": [0, 16, 0, 8, 4],
  "▓": [0, 16, 0, 8, 3],
  "▒": [0, 16, 0, 8, 2],
  "░": [0, 16, 0, 8, 1],
  "▀": [0, 8, 0, 8, 4],
  "▄": [8, 16, 0, 8, 4],
  "▌": [0, 16, 0, 4, 4],
  "▐": [0, 16, 4, 8, 4],
};

/** Whether a pixel of a pattern that fills `of4` quarters is set. */
function isShaded(row: number, column: number, of4: number): boolean {
  if (of4 === 4) return true;
  if (of4 === 2) return (row + column) % 2 === 0;
  const sparse = row % 2 === 0 && (column + row) % 4 === 0;
  return of4 === 1 ? sparse : !sparse;
}

function drawBox([up, right, down, left]: readonly [number, number, number, number]): Uint8Array {
  const rows = new Uint8Array(cellHeight);
  const isDouble = Math.max(up, right, down, left) === 2;
  // The lines of a double one lie on either side of where a single one lies, and meet in corners.
  const [outerX, innerX, outerY, innerY] = isDouble ? [2, 5, 6, 9] : [3, 3, 7, 7];
  const vertical = (x: number, from: number, to: number) => {
    for (let row = from; row <= to; row += 1) rows[row] = (rows[row] ?? 0) | (0x80 >> x);
  };
  const horizontal = (y: number, from: number, to: number) => {
    for (let column = from; column <= to; column += 1) rows[y] = (rows[y] ?? 0) | (0x80 >> column);
  };
  for (const x of isDouble ? [outerX, innerX] : [outerX]) {
    // At a corner the line on the outer side goes on to the outer line that it meets.
    const isOuter = isDouble && up + down === 2 && (right > 0 ? x === outerX : x === innerX);
    if (up > 0) vertical(x, 0, isDouble && up + down === 2 ? (isOuter ? innerY : outerY) : innerY);
    if (down > 0)
      vertical(x, isDouble && up + down === 2 ? (isOuter ? outerY : innerY) : outerY, cellHeight - 1);
  }
  for (const y of isDouble ? [outerY, innerY] : [outerY]) {
    const isOuter = isDouble && left + right === 2 && (down > 0 ? y === outerY : y === innerY);
    if (left > 0) horizontal(y, 0, isDouble && left + right === 2 ? (isOuter ? innerX : outerX) : innerX);
    if (right > 0)
      horizontal(y, isDouble && left + right === 2 ? (isOuter ? outerX : innerX) : outerX, cellWidth - 1);
  }
  return rows;
}

function drawBlock([top, bottom, left, right, of4]: readonly number[]): Uint8Array {
  const rows = new Uint8Array(cellHeight);
  for (let row = top ?? 0; row < (bottom ?? 0); row += 1) {
    for (let column = left ?? 0; column < (right ?? 0); column += 1) {
      if (isShaded(row, column, of4 ?? 4)) rows[row] = (rows[row] ?? 0) | (0x80 >> column);
    }
  }
  return rows;
}

let drawn: Map<number, Uint8Array> | null = null;

/** The whole font, drawn at the first use: most labs are never looked at. */
function font(): Map<number, Uint8Array> {
  if (drawn) return drawn;
  const glyphs = new Map<number, Uint8Array>([[0x20, new Uint8Array(cellHeight)]]);
  for (const [, code, rows] of glyphRows.matchAll(/([0-9a-f]{4,6}) ([0-9a-f]{26})/g)) {
    const glyph = new Uint8Array(cellHeight);
    glyph.set(Buffer.from(rows ?? "", "hex"), rowsAbove);
    glyphs.set(Number.parseInt(code ?? "", 16), glyph);
  }
  for (const [character, arms] of Object.entries(boxArms))
    glyphs.set(character.codePointAt(0) ?? 0, drawBox(arms));
  for (const [character, block] of Object.entries(blocks))
    glyphs.set(character.codePointAt(0) ?? 0, drawBlock(block));
  drawn = glyphs;
  return glyphs;
}

/**
 * The sixteen rows of a character, eight pixels each, the leftmost in the highest bit. A character that the font does
 * not have is shown by the sign for that; a bold one is the plain one drawn twice, one pixel apart.
 */
export function glyphOf(codePoint: number, isBold = false): Uint8Array {
  const glyphs = font();
  const key = isBold ? -codePoint : codePoint;
  const known = glyphs.get(key);
  if (known) return known;
  const plain = glyphs.get(codePoint) ?? glyphs.get(replacement) ?? new Uint8Array(cellHeight);
  const glyph = isBold ? plain.map((row) => row | (row >> 1)) : plain;
  if (isBold && glyphs.has(codePoint)) glyphs.set(key, glyph);
  return glyph;
}

/** Whether the font has a picture of its own for the character. */
export function hasGlyph(codePoint: number): boolean {
  return font().has(codePoint);
}
