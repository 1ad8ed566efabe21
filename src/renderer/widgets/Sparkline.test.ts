import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sparklinePath } from "./Sparkline.tsx";

describe("a sparkline", () => {
  it("breaks where nothing was read for long", () => {
    const points = [0, 1, 2, 100, 101].map((at) => ({ at, value: 1 }));
    expect(sparklinePath(points, 2, 10).match(/M/g)).toHaveLength(2);
  });

  it("is nothing without points, and stays inside its box with any", () => {
    expect(sparklinePath([], 1, 1)).toBe("");
    const point = fc.record({ at: fc.nat(), value: fc.double({ noNaN: true }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1 }), fc.double({ noNaN: true }), (points, ceiling) => {
        points.sort((a, b) => a.at - b.at);
        const numbers =
          sparklinePath(points, ceiling, 5)
            .match(/-?[\d.]+/g)
            ?.map(Number) ?? [];
        expect(numbers).toHaveLength(points.length * 2);
        for (const [index, number] of numbers.entries()) {
          expect(number).toBeGreaterThanOrEqual(0);
          expect(number).toBeLessThanOrEqual(index % 2 === 0 ? 160 : 36);
        }
      }),
    );
  });

  it("leaves out a value that is no number", () => {
    const path = sparklinePath(
      [
        { at: 0, value: 1 },
        { at: 1, value: Number.NaN },
        { at: 2, value: 1 },
      ],
      2,
      10,
    );
    expect(path).not.toContain("NaN");
    expect(path.match(/M/g)).toHaveLength(2);
  });
});
