import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { farthest, moved, positionOf, scrollTopOf, spacerHeight, tallest } from "./scrolling.ts";

const lineHeight = 18;
const range = (count: number, viewport = 600) => ({ count, lineHeight, viewport });

describe("the scroll bar of a log", () => {
  it("is as long as the lines while the browser can show that, and never longer", () => {
    expect(spacerHeight(range(100))).toBe(1800);
    expect(spacerHeight(range(3))).toBe(600);
    expect(spacerHeight(range(5_000_000))).toBe(tallest);
  });

  it("reaches every line of five million and comes back to the same one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, share) => {
          const all = range(count);
          const line = Math.floor(share * farthest(all));
          const top = scrollTopOf({ line, within: 0 }, all);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThanOrEqual(spacerHeight(all) - all.viewport);
          expect(positionOf(top, all).line).toBe(line);
        },
      ),
    );
  });

  it("stands at its ends for the first line and for the last screen", () => {
    const all = range(5_000_000);
    expect(positionOf(0, all)).toEqual({ line: 0, within: 0 });
    expect(positionOf(tallest, all).line).toBe(Math.floor(farthest(all)));
    expect(scrollTopOf({ line: 5_000_000, within: 0 }, all)).toBe(tallest - 600);
  });

  it("has nothing to move when all lines are in sight", () => {
    expect(scrollTopOf({ line: 2, within: 3 }, range(10))).toBe(0);
    expect(positionOf(40, range(10))).toEqual({ line: 0, within: 0 });
    expect(positionOf(0, range(0))).toEqual({ line: 0, within: 0 });
  });
});

describe("a position in a log", () => {
  const heights = [18, 54, 18, 36, 18];
  const heightOf = (line: number) => heights[line] ?? lineHeight;

  it("moves by pixels over lines of different heights, and back to where it was", () => {
    expect(moved({ line: 0, within: 0 }, 20, heightOf, 5)).toEqual({ line: 1, within: 2 });
    expect(moved({ line: 1, within: 2 }, -20, heightOf, 5)).toEqual({ line: 0, within: 0 });
    expect(moved({ line: 1, within: 50 }, 10, heightOf, 5)).toEqual({ line: 2, within: 6 });
  });

  it("never leaves the log, however far it is moved", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.integer({ min: 0, max: 5 }),
        (line, pixels, count) => {
          const to = moved(
            { line: Math.min(line, Math.max(0, count - 1)), within: 0 },
            pixels,
            heightOf,
            count,
          );
          expect(to.line).toBeGreaterThanOrEqual(0);
          expect(to.line).toBeLessThan(Math.max(1, count));
          expect(to.within).toBeGreaterThanOrEqual(0);
          expect(to.within).toBeLessThan(heightOf(to.line));
        },
      ),
    );
  });
});
