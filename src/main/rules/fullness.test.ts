import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fullness, forecastOf } from "./fullness.ts";

const hour = 3_600_000;
const day = 24 * hour;

function readings(count: number, used: (index: number) => number, spacing = hour) {
  const at = Array.from({ length: count }, (_, index) => 1_760_000_000_000 + index * spacing);
  return { at, used: at.map((_, index) => used(index)) };
}

describe("when something will be full", () => {
  it("is where its line meets the top, however steep it is and wherever it begins", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 12, max: 64 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (count, slope, start) => {
          const { at, used } = readings(count, (index) => start + slope * index);
          const forecast = forecastOf(at, used);
          const full = (at[0] ?? 0) + ((100 - start) / slope) * hour;
          expect(Math.abs((forecast?.at ?? 0) - full)).toBeLessThan(60_000);
          expect(forecast?.pace).toBeCloseTo(slope * 24, 5);
        },
      ),
    );
  });

  it("is hardly moved by a few wild readings, and lies between its earliest and its latest", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 47 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 0, max: 100 }),
        (wild, value) => {
          const { at, used } = readings(48, (index) => (wild.includes(index) ? value : 50 + index * 0.25));
          const forecast = forecastOf(at, used);
          const full = (at[0] ?? 0) + 200 * hour;
          expect(Math.abs((forecast?.at ?? 0) - full)).toBeLessThan(day);
          expect(forecast?.earliest).toBeLessThanOrEqual(forecast?.at ?? 0);
          expect(forecast?.latest).toBeGreaterThanOrEqual(forecast?.at ?? 0);
        },
      ),
    );
  });

  it("is not told of what goes up and down, stands still, empties, or was read too little", () => {
    const told = ({ at, used }: ReturnType<typeof readings>) => forecastOf(at, used);
    expect(told(readings(48, (index) => 60 + 20 * Math.sin(index)))).toBeNull();
    expect(told(readings(48, () => 93))).toBeNull();
    expect(told(readings(48, (index) => 90 - index))).toBeNull();
    expect(told(readings(11, (index) => 50 + index))).toBeNull();
    expect(told(readings(20, (index) => 50 + index, 60_000))).toBeNull();
  });
});

describe("the readings that are kept", () => {
  it("are few, reach ever further back, and begin anew when the clock goes back", () => {
    const fullness = new Fullness();
    for (let minute = 0; minute < 10_000; minute += 1) fullness.add(minute * 60_000, minute / 200);
    expect(fullness.readings).toBeLessThanOrEqual(64);
    expect(fullness.since).toBe(0);
    expect(fullness.forecast()?.pace).toBeCloseTo(7.2, 1);
    fullness.add(0, 10);
    expect(fullness.readings).toBe(1);
    fullness.add(1, Number.NaN);
    expect(fullness.forecast()).toBeNull();
  });
});
