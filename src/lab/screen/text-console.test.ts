import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CellGrid } from "./cell-grid.ts";
import { consoleStyle, TextConsole } from "./text-console.ts";

function newConsole(columns = 20, rows = 5) {
  const grid = new CellGrid(columns * 8, rows * 16, consoleStyle);
  const console = new TextConsole(grid);
  return { grid, console, rows: () => Array.from({ length: rows }, (_, row) => grid.textOf(row)) };
}

describe("TextConsole", () => {
  it("wraps at the last column, and only when something more comes", () => {
    const { console, rows } = newConsole(5, 3);
    console.print("abcde");
    expect(console.cursor).toEqual({ row: 0, column: 4 });
    console.print("\r\nf");
    expect(rows()).toEqual(["abcde", "f", ""]);
    console.print("ghijk");
    expect(rows()).toEqual(["abcde", "fghij", "k"]);
  });

  it("scrolls, and the pixels with it", () => {
    const { grid, console, rows } = newConsole(6, 3);
    console.print("one\r\ntwo\r\nthree");
    grid.paint();
    const before = grid.framebuffer.pixels.slice(48 * 16, 48 * 48);
    console.print("\r\nfour");
    grid.paint();
    expect(rows()).toEqual(["two", "three", "four"]);
    expect(grid.framebuffer.pixels.slice(0, 48 * 32)).toEqual(before);
    expect(grid.framebuffer.scrolled).toBe(16);
  });

  it("does what the control sequences of a shell say", () => {
    const { console, rows } = newConsole();
    console.print("hello world\r\u001b[6C\u001b[K");
    expect(rows()[0]).toBe("hello");
    console.print("\u001b[2;3Hx\u001b[Ay\u001b[1Gz");
    expect(rows().slice(0, 2)).toEqual(["zelyo", "  x"]);
    console.print("\u001b[H\u001b[2J");
    expect(rows()).toEqual(["", "", "", "", ""]);
    console.print("a\tb\b\bc");
    expect(rows()[0]).toBe("a      cb");
    console.print("\u001b]0;title\u0007d\u001b[?25l");
    expect(rows()[0]).toBe("a      cd");
    expect(console.cursor).toBeNull();
  });

  it("shows colours, bold as bright, and reversed ones", () => {
    const { grid, console } = newConsole();
    console.print("\u001b[31m█\u001b[1m█\u001b[0;7m \u001b[0m█");
    grid.paint();
    const pixel = (column: number) => grid.framebuffer.pixels[column * 8]?.toString(16);
    expect([0, 1, 2, 3].map(pixel)).toEqual(["aa0000", "ff5555", "aaaaaa", "aaaaaa"]);
  });

  it("puts characters together that come in pieces", () => {
    const { console, rows } = newConsole();
    for (const byte of new TextEncoder().encode("é\u001b[32mœ")) console.write(Uint8Array.of(byte));
    expect(rows()[0]).toBe("éœ");
  });

  it("outlives whatever is written to it, in bounded time", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 20 }),
        fc.constantFrom(
          "\u001b[",
          "99999999999A",
          "\u001b[5;;;7H",
          "\u001b[3J",
          "\n\n\n\n\n\n\n",
          "\u001b]",
          "\u001bc",
        ),
      ),
    );
    fc.assert(
      fc.property(pieces, (words) => {
        const { grid, console } = newConsole(7, 3);
        for (const piece of words) console.print(piece);
        grid.paint(console.cursor ? [console.cursor] : []);
        const { row, column } = console.cursor ?? { row: 0, column: 0 };
        expect(row >= 0 && row < 3 && column >= 0 && column < 7).toBe(true);
        // What was drawn step by step is what the cells say.
        const again = new CellGrid(56, 48, consoleStyle);
        const fresh = new TextConsole(again);
        for (const piece of ["", ...words]) {
          fresh.print(piece);
          again.paint(fresh.cursor ? [fresh.cursor] : []);
        }
        const bytes = (pixels: Uint32Array) => Buffer.from(pixels.buffer);
        expect(bytes(again.framebuffer.pixels).equals(bytes(grid.framebuffer.pixels))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
