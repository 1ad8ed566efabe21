import { cellHeight, cellWidth, glyphOf } from "./font.ts";

export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What two areas have in common; null when that is nothing. */
export function overlap(left: Area, right: Area): Area | null {
  const x = Math.max(left.x, right.x);
  const y = Math.max(left.y, right.y);
  const width = Math.min(left.x + left.width, right.x + right.width) - x;
  const height = Math.min(left.y + left.height, right.y + right.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/** A picture of so many pixels, each 0x00RRGGBB, row by row from the top left. What lies outside is not drawn. */
export class Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
  /** By how many pixel rows everything was moved up so far; whoever sends pictures can move as well. */
  scrolled = 0;

  constructor(width: number, height: number, colour = 0) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height).fill(colour);
  }

  fill(area: Area, colour: number): void {
    const inside = overlap(area, { x: 0, y: 0, width: this.width, height: this.height });
    if (!inside) return;
    for (let row = inside.y; row < inside.y + inside.height; row += 1) {
      const start = row * this.width + inside.x;
      this.pixels.fill(colour, start, start + inside.width);
    }
  }

  /** Moves all rows above `bottom` up by `rows` pixels and leaves what comes free as it is. */
  scrollUp(rows: number, bottom: number): void {
    this.pixels.copyWithin(0, rows * this.width, bottom * this.width);
    this.scrolled += rows;
  }

  /** Draws a character with its top left corner there, on paper of one colour. */
  drawCharacter(
    x: number,
    y: number,
    character: { codePoint: number; isBold: boolean; ink: number; paper: number },
  ): void {
    if (x < 0 || y < 0 || x + cellWidth > this.width || y + cellHeight > this.height) return;
    const glyph = glyphOf(character.codePoint, character.isBold);
    for (let row = 0; row < cellHeight; row += 1) {
      const bits = glyph[row] ?? 0;
      const start = (y + row) * this.width + x;
      for (let column = 0; column < cellWidth; column += 1) {
        this.pixels[start + column] = bits & (0x80 >> column) ? character.ink : character.paper;
      }
    }
  }

  /** Draws words so many times as large as the font, leaving what lies behind them. */
  drawLarge(x: number, y: number, words: string, ink: number, scale: number): void {
    let left = x;
    for (const character of words) {
      const glyph = glyphOf(character.codePointAt(0) ?? 0);
      for (let row = 0; row < cellHeight; row += 1) {
        for (let column = 0; column < cellWidth; column += 1) {
          if (((glyph[row] ?? 0) & (0x80 >> column)) === 0) continue;
          const dot = { x: left + column * scale, y: y + row * scale, width: scale, height: scale };
          this.fill(dot, ink);
        }
      }
      left += cellWidth * scale;
    }
  }
}
