import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SteadyClock } from "./steady-clock.ts";

function ticks(walls: number[], last = 0) {
  let index = 0;
  const clock = new SteadyClock(() => walls[index++] ?? 0, last);
  return walls.map(() => clock.tick());
}

describe("SteadyClock", () => {
  it("follows a clock that goes forward", () => {
    expect(ticks([5, 5, 9])).toEqual([5, 5, 9].map((at) => ({ at, wallTime: null, jumpedBackBy: null })));
  });

  it("stands still while the clock is behind and reports the jump once", () => {
    expect(ticks([10_000, 4000, 5000, 10_001])).toEqual([
      { at: 10_000, wallTime: null, jumpedBackBy: null },
      { at: 10_000, wallTime: 4000, jumpedBackBy: 6000 },
      { at: 10_000, wallTime: 5000, jumpedBackBy: null },
      { at: 10_001, wallTime: null, jumpedBackBy: null },
    ]);
  });

  it("notices a jump that happened while the console was closed", () => {
    expect(ticks([1000], 9000)).toEqual([{ at: 9000, wallTime: 1000, jumpedBackBy: 8000 }]);
  });

  it("makes no noise about a correction of milliseconds", () => {
    expect(ticks([5000, 4990])[1]).toEqual({ at: 5000, wallTime: 4990, jumpedBackBy: null });
  });

  it("never goes back, and keeps the wall time whenever it differs", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1 }), (walls) => {
        const seen = ticks(walls);
        for (const [index, tick] of seen.entries()) {
          expect(tick.at).toBeGreaterThanOrEqual(seen[index - 1]?.at ?? 0);
          expect(tick.wallTime ?? tick.at).toBe(walls[index]);
        }
      }),
    );
  });
});
