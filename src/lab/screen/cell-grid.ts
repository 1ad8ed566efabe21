import { cellHeight, cellWidth } from "./font.ts";
import { Framebuffer } from "./framebuffer.ts";

/** How words look; colours are 0x00RRGGBB. */
export interface Style {
  ink: number;
  paper: number;
  isBold?: boolean;
}

const blank = 0x20;
/** Marks a cell as bold, beside its code point. */
const boldBit = 0x80_0000;

interface Cells {
  characters: Uint32Array;
  inks: Uint32Array;
  papers: Uint32Array;
}

/**
 * Characters in cells over a framebuffer. Words are put into cells, and `paint` draws those that differ from what was
 * drawn before, so that little changes on the screen when little changes in the words.
 */
export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly framebuffer: Framebuffer;
  private readonly paper: Style;
  private readonly cells: Cells;
  private readonly painted: Cells;
  private unpaintedScrolls = 0;
  /** Cells that are shown with ink and paper exchanged: the cursor, the mouse. */
  private inverted = new Set<number>();

  /** Starts blank; what is drawn into the framebuffer besides stays as long as the cells there are blank. */
  constructor(width: number, height: number, paper: Style) {
    this.framebuffer = new Framebuffer(width, height, paper.paper);
    this.columns = Math.floor(width / cellWidth);
    this.rows = Math.floor(height / cellHeight);
    this.paper = paper;
    const count = this.columns * this.rows;
    const blankCells = () => ({
      characters: new Uint32Array(count).fill(blank),
      inks: new Uint32Array(count).fill(paper.ink),
      papers: new Uint32Array(count).fill(paper.paper),
    });
    this.cells = blankCells();
    this.painted = blankCells();
  }

  /** Puts one character; outside of the grid it is lost. */
  set(row: number, column: number, codePoint: number, style: Style): void {
    if (row < 0 || row >= this.rows || column < 0 || column >= this.columns) return;
    const cell = row * this.columns + column;
    this.cells.characters[cell] = style.isBold ? codePoint | boldBit : codePoint;
    this.cells.inks[cell] = style.ink;
    this.cells.papers[cell] = style.paper;
  }

  /** Puts words on one row, from a column on. */
  put(row: number, column: number, words: string, style: Style = this.paper): void {
    let at = column;
    for (const character of words) {
      this.set(row, at, character.codePointAt(0) ?? blank, style);
      at += 1;
    }
  }

  /** Blanks cells from one position up to, and without, another; positions count row by row. */
  clear(from = 0, to = this.columns * this.rows, style: Style = this.paper): void {
    this.cells.characters.fill(blank, from, to);
    this.cells.inks.fill(style.ink, from, to);
    this.cells.papers.fill(style.paper, from, to);
  }

  /** A frame with lines along its edge; what is inside is blanked. */
  box(row: number, column: number, height: number, width: number, style: Style, isDouble = false): void {
    const [topLeft, topRight, bottomLeft, bottomRight, across, down] = isDouble ? "╔╗╚╝═║" : "┌┐└┘─│";
    const line = (across ?? "").repeat(width - 2);
    this.put(row, column, `${topLeft}${line}${topRight}`, style);
    for (let inside = row + 1; inside < row + height - 1; inside += 1)
      this.put(inside, column, `${down}${" ".repeat(width - 2)}${down}`, style);
    this.put(row + height - 1, column, `${bottomLeft}${line}${bottomRight}`, style);
  }

  /** Moves everything up by one row and blanks the last one. */
  scroll(style: Style = this.paper): void {
    const { columns, rows } = this;
    for (const cells of Object.values(this.cells)) cells.copyWithin(0, columns, rows * columns);
    this.unpaintedScrolls += 1;
    this.clear((rows - 1) * columns, rows * columns, style);
  }

  /** Shows these cells, and no others, with ink and paper exchanged; draws everything that differs. */
  paint(inverted: readonly { row: number; column: number }[] = []): void {
    const now = new Set(
      inverted
        .filter(({ row, column }) => row >= 0 && row < this.rows && column >= 0 && column < this.columns)
        .map(({ row, column }) => row * this.columns + column),
    );
    this.paintScrolls();
    const { cells, painted } = this;
    for (let cell = 0; cell < cells.characters.length; cell += 1) {
      const isSame =
        cells.characters[cell] === painted.characters[cell] &&
        cells.inks[cell] === painted.inks[cell] &&
        cells.papers[cell] === painted.papers[cell];
      if (isSame && now.has(cell) === this.inverted.has(cell)) continue;
      painted.characters[cell] = cells.characters[cell] ?? blank;
      painted.inks[cell] = cells.inks[cell] ?? 0;
      painted.papers[cell] = cells.papers[cell] ?? 0;
      this.draw(cell, now.has(cell));
    }
    this.inverted = now;
  }

  /** The words that stand in a row, without the blanks after them. */
  textOf(row: number): string {
    const cells = this.cells.characters.subarray(row * this.columns, (row + 1) * this.columns);
    return Array.from(cells, (cell) => String.fromCodePoint(cell & (boldBit - 1)))
      .join("")
      .trimEnd();
  }

  /** Catches up on the rows that moved since the last time: the pixels are moved once, however many they were. */
  private paintScrolls(): void {
    const { columns, rows, painted } = this;
    const moved = Math.min(this.unpaintedScrolls, rows);
    this.unpaintedScrolls = 0;
    if (moved === 0) return;
    for (const cell of this.inverted) this.draw(cell, false);
    this.inverted.clear();
    if (moved === rows) return;
    for (const cells of Object.values(painted)) cells.copyWithin(0, moved * columns, rows * columns);
    this.framebuffer.scrollUp(moved * cellHeight, rows * cellHeight);
  }

  /** Draws a cell as it was painted last. */
  private draw(cell: number, isInverted: boolean): void {
    const value = this.painted.characters[cell] ?? blank;
    const ink = this.painted.inks[cell] ?? 0;
    const paper = this.painted.papers[cell] ?? 0;
    const x = (cell % this.columns) * cellWidth;
    const y = Math.floor(cell / this.columns) * cellHeight;
    this.framebuffer.drawCharacter(x, y, {
      codePoint: value & (boldBit - 1),
      isBold: (value & boldBit) !== 0,
      ink: isInverted ? paper : ink,
      paper: isInverted ? ink : paper,
    });
  }
}
