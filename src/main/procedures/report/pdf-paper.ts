import { shownWords } from "../../../shared/shown.ts";
import { fontFiles } from "./pdf-fonts.ts";
import type { Cell } from "./report-model.ts";

type Document = PDFKit.PDFDocument;

const size = { plain: 8, code: 6.5 } as const;
const padding = { x: 4, y: 3 };
const ink = {
  text: "#17212b",
  quiet: "#55636f",
  line: "#d5dce2",
  head: "#f4f6f8",
  broken: "#b00d12",
} as const;

/** One column: its share of the page's width. */
export type Shares = readonly number[];

/** The page that a report is written on, from top to bottom; it turns to the next by itself. Lengths are points. */
export class Paper {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
    for (const [face, file] of Object.entries(fontFiles())) document.registerFont(face, file);
    this.plain();
  }

  get left(): number {
    return this.#document.page.margins.left;
  }

  get width(): number {
    const { width, margins } = this.#document.page;
    return width - margins.left - margins.right;
  }

  plain(): void {
    this.#document.font("plain").fontSize(9).fillColor(ink.text);
  }

  title(words: string): void {
    this.#document.font("bold").fontSize(16).text(clean(words));
    this.plain();
  }

  heading(words: string): void {
    this.#room(60);
    this.#document.moveDown(1).font("bold").fontSize(11).text(clean(words), this.left);
    this.#document.moveDown(0.3);
    this.plain();
  }

  line(words: string, tone: "text" | "quiet" | "broken" = "text"): void {
    this.#document.fillColor(ink[tone]).text(clean(words), this.left, undefined, { width: this.width });
    this.plain();
  }

  /** A name and its value beside it. */
  pair(name: string, value: Cell): void {
    const document = this.#document;
    const beside = 130;
    const width = this.width - beside;
    document.font(value.code ? "code" : "plain").fontSize(value.code ? 8 : 9);
    const height = Math.max(12, document.heightOfString(clean(value.words), { width }));
    // What does not fit on one page goes on over as many as it takes.
    if (height < document.page.height / 2) this.#room(height + 2);
    const { y } = document;
    this.plain();
    document.fillColor(ink.quiet).text(clean(name), this.left, y, { width: beside - 8 });
    document
      .font(value.code ? "code" : "plain")
      .fontSize(value.code ? 8 : 9)
      .fillColor(ink.text);
    document.text(clean(value.words), this.left + beside, y, { width });
    document.x = this.left;
    document.y = Math.max(document.y, y + 12) + 2;
    this.plain();
  }

  /** The head of a table; `row` repeats it at the top of each page that it turns to. */
  head(heads: readonly string[], shares: Shares): void {
    const cells = heads.map((words) => ({ words }));
    this.#cells(cells, shares, "bold", this.#heightOf(cells, shares, "bold"));
  }

  row(cells: readonly Cell[], shares: Shares, heads: readonly string[]): void {
    const height = this.#heightOf(cells, shares, "plain");
    if (this.#room(height)) this.head(heads, shares);
    this.#cells(cells, shares, "plain", height);
  }

  /** Writes the same line at the foot of every page, with its number. */
  feet(words: string): void {
    const document = this.#document;
    const { start, count } = document.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      document.switchToPage(start + index);
      const { page } = document;
      const y = page.height - page.margins.bottom + 10;
      const room = page.margins.bottom;
      // The foot stands below what may be written on; without this it would turn the page.
      page.margins.bottom = 0;
      document.font("plain").fontSize(7).fillColor(ink.quiet);
      document.text(clean(words), this.left, y, { width: this.width, lineBreak: false });
      document.text(`${index + 1} / ${count}`, this.left, y, { width: this.width, align: "right" });
      page.margins.bottom = room;
    }
  }

  /** Turns the page when fewer than `height` points are left on it; says whether it did. */
  #room(height: number): boolean {
    const { page, y } = this.#document;
    if (y + height <= page.height - page.margins.bottom) return false;
    this.#document.addPage();
    return true;
  }

  #heightOf(cells: readonly Cell[], shares: Shares, face: "plain" | "bold"): number {
    const document = this.#document;
    let most = 0;
    for (const [index, cell] of cells.entries()) {
      const width = this.#widthOf(shares, index);
      this.#dress(cell, face);
      let height = cell.words === "" ? 0 : document.heightOfString(fitting(cell.words), { width });
      if (cell.below !== undefined) {
        document.font("code").fontSize(size.code);
        height += document.heightOfString(fitting(cell.below), { width });
      }
      most = Math.max(most, height);
    }
    return most + 2 * padding.y;
  }

  #cells(cells: readonly Cell[], shares: Shares, face: "plain" | "bold", height: number): void {
    const document = this.#document;
    const { y } = document;
    let x = this.left;
    for (const [index, cell] of cells.entries()) {
      const width = this.#widthOf(shares, index);
      if (face === "bold") document.rect(x, y, width + 2 * padding.x, height).fill(ink.head);
      document.lineWidth(0.5).strokeColor(ink.line);
      document.rect(x, y, width + 2 * padding.x, height).stroke();
      this.#dress(cell, face);
      if (cell.words !== "") document.text(fitting(cell.words), x + padding.x, y + padding.y, { width });
      if (cell.below !== undefined) {
        document.font("code").fontSize(size.code).fillColor(ink.quiet);
        document.text(fitting(cell.below), x + padding.x, document.y, { width });
      }
      x += width + 2 * padding.x;
    }
    document.x = this.left;
    document.y = y + height;
    this.plain();
  }

  #dress(cell: Cell, face: "plain" | "bold"): void {
    const code = cell.code === true;
    this.#document
      .font(code ? "code" : face)
      .fontSize(code ? size.code : size.plain)
      .fillColor(ink.text);
  }

  #widthOf(shares: Shares, index: number): number {
    const whole = shares.reduce((sum, share) => sum + share, 0);
    return (this.width * (shares[index] ?? 0)) / whole - 2 * padding.x;
  }
}

/** Control characters have no place on paper; a line's end and a tab become a space. */
function clean(words: string): string {
  return shownWords(words.replace(/[\t\r\n]+/g, " "));
}

/** The most characters of a cell, so that no row is higher than a page. */
const most = 1200;

function fitting(words: string): string {
  const whole = clean(words);
  return whole.length <= most ? whole : `${whole.slice(0, most)} …`;
}
