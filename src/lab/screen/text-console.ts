import type { CellGrid, Style } from "./cell-grid.ts";

/** The eight colours of a text console and their bright ones (console_codes(4)). */
const colours = [
  0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa, 0x555555, 0xff5555,
  0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
] as const;
const usualInk = 7;
const usualPaper = 0;
const tabWidth = 8;
const parameterLimit = 16;

/** How a blank console looks. */
export const consoleStyle: Style = { ink: colours[usualInk], paper: colours[usualPaper] };

/** What a control sequence is in the middle of (ECMA-48, 5.4): nothing, after ESC, in a sequence, in a string. */
type Parsing = "text" | "escape" | "sequence" | "string";

/**
 * A text console over a grid of cells: shows what a terminal is sent, with the control sequences of the Linux console
 * that matter to a shell and to programs which print in colours. What it does not know leaves no trace.
 */
export class TextConsole {
  private readonly grid: CellGrid;
  private readonly decoder = new TextDecoder();
  private row = 0;
  private column = 0;
  private isCursorShown = true;
  private ink = usualInk;
  private paper = usualPaper;
  private isBold = false;
  private isReversed = false;
  private parsing: Parsing = "text";
  private parameters = "";

  constructor(grid: CellGrid) {
    this.grid = grid;
  }

  /** Where the cursor stands; null while it is hidden. After the last column it waits for what comes next. */
  get cursor(): { row: number; column: number } | null {
    if (!this.isCursorShown) return null;
    return { row: this.row, column: Math.min(this.column, this.grid.columns - 1) };
  }

  /** Shows bytes in UTF-8; a character or a sequence may come in pieces. */
  write(bytes: Uint8Array): void {
    this.print(this.decoder.decode(bytes, { stream: true }));
  }

  print(words: string): void {
    for (const character of words) this.take(character);
  }

  private take(character: string): void {
    const code = character.codePointAt(0) ?? 0;
    if (this.parsing === "text") this.show(character, code);
    else if (this.parsing === "escape") this.startSequence(character);
    else if (this.parsing === "string") {
      if (code === 7 || character === "\u001b") this.parsing = code === 7 ? "text" : "escape";
    } else if (code >= 0x40 && code <= 0x7e) {
      this.parsing = "text";
      this.run(character, this.parameters);
    } else if (this.parameters.length < 64) this.parameters += character;
    else this.parsing = "text";
  }

  private startSequence(character: string): void {
    this.parameters = "";
    this.parsing = character === "[" ? "sequence" : /[\]PX^_]/.test(character) ? "string" : "text";
    if (character === "c") this.reset();
  }

  private show(character: string, code: number): void {
    const { grid } = this;
    if (character === "\u001b") this.parsing = "escape";
    else if (character === "\n") this.down();
    else if (character === "\r") this.column = 0;
    else if (character === "\b") this.column = Math.max(0, Math.min(this.column, grid.columns - 1) - 1);
    else if (character === "\t")
      this.column = Math.min(grid.columns - 1, this.column + tabWidth - (this.column % tabWidth));
    else if (code >= 0x20 && code !== 0x7f) {
      if (this.column >= grid.columns) {
        this.column = 0;
        this.down();
      }
      grid.set(this.row, this.column, code, this.style());
      this.column += 1;
    }
  }

  private down(): void {
    if (this.row === this.grid.rows - 1) this.grid.scroll(this.blank());
    else this.row += 1;
  }

  private run(final: string, parameters: string): void {
    if (parameters.startsWith("?")) {
      if (parameters === "?25") this.isCursorShown = final !== "l";
      return;
    }
    const numbers = parameters
      .split(";")
      .slice(0, parameterLimit)
      .map((word) => (/^\d{1,5}$/.test(word) ? Number(word) : 0));
    const count = Math.max(1, numbers[0] ?? 1);
    if (final === "m") this.colour(numbers);
    else if (final === "A") this.move(this.row - count, this.column);
    else if (final === "B") this.move(this.row + count, this.column);
    else if (final === "C") this.move(this.row, this.column + count);
    else if (final === "D") this.move(this.row, this.column - count);
    else if (final === "G") this.move(this.row, count - 1);
    else if (final === "d") this.move(count - 1, this.column);
    else if (final === "H" || final === "f") this.move(count - 1, Math.max(1, numbers[1] ?? 1) - 1);
    else if (final === "J") this.erase(numbers[0] ?? 0, 0, this.grid.columns * this.grid.rows);
    else if (final === "K") {
      const start = this.row * this.grid.columns;
      this.erase(numbers[0] ?? 0, start, start + this.grid.columns);
    }
  }

  private move(row: number, column: number): void {
    this.row = Math.max(0, Math.min(this.grid.rows - 1, row));
    this.column = Math.max(0, Math.min(this.grid.columns - 1, column));
  }

  /** Blanks from the cursor to the end (0), from the start to the cursor (1) or all (2, 3) of a range of cells. */
  private erase(what: number, start: number, end: number): void {
    const here = this.row * this.grid.columns + Math.min(this.column, this.grid.columns - 1);
    if (what === 0) this.grid.clear(here, end, this.blank());
    else if (what === 1) this.grid.clear(start, here + 1, this.blank());
    else this.grid.clear(start, end, this.blank());
  }

  private colour(numbers: readonly number[]): void {
    for (const number of numbers) {
      if (number === 0) {
        this.ink = usualInk;
        this.paper = usualPaper;
        this.isBold = false;
        this.isReversed = false;
      } else if (number === 1) this.isBold = true;
      else if (number === 22) this.isBold = false;
      else if (number === 7) this.isReversed = true;
      else if (number === 27) this.isReversed = false;
      else if (number >= 30 && number <= 37) this.ink = number - 30;
      else if (number === 39) this.ink = usualInk;
      else if (number >= 40 && number <= 47) this.paper = number - 40;
      else if (number === 49) this.paper = usualPaper;
      else if (number >= 90 && number <= 97) this.ink = number - 82;
      else if (number >= 100 && number <= 107) this.paper = number - 92;
    }
  }

  private style(): Style {
    // The console shows bold words in the brighter colour.
    const ink = colours[this.isBold && this.ink < 8 ? this.ink + 8 : this.ink] ?? consoleStyle.ink;
    const paper = colours[this.paper] ?? consoleStyle.paper;
    return this.isReversed ? { ink: paper, paper: ink } : { ink, paper };
  }

  private blank(): Style {
    return { ink: consoleStyle.ink, paper: colours[this.paper] ?? consoleStyle.paper };
  }

  private reset(): void {
    this.colour([0]);
    this.isCursorShown = true;
    this.row = 0;
    this.column = 0;
    this.grid.clear();
  }
}
