import { describe, expect, it } from "vitest";
import { powerPatience, Reopening } from "./reopening.ts";

const minute = 60_000;

describe("opening a screen again", () => {
  it("does not happen unless it was closed for a change of power", () => {
    expect(new Reopening(powerPatience).next(0)).toBeNull();
  });

  it("begins at once and slows down to ten seconds", () => {
    const reopening = new Reopening(powerPatience);
    reopening.begin(0);
    const delays = Array.from({ length: 10 }, () => reopening.next(minute, () => 1));
    expect(delays.slice(0, 7)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000]);
    expect(delays.at(-1)).toBe(10_000);
  });

  it("gives up after a quarter of an hour, counted from the first end", () => {
    const reopening = new Reopening(powerPatience);
    reopening.begin(0);
    reopening.begin(14 * minute);
    expect(reopening.next(15 * minute)).not.toBeNull();
    expect(reopening.next(15 * minute + 1)).toBeNull();
  });

  it("begins anew after a picture", () => {
    const reopening = new Reopening(powerPatience);
    reopening.begin(0);
    for (let count = 0; count < 5; count++) reopening.next(0);
    reopening.forget();
    expect(reopening.next(0)).toBeNull();
    reopening.begin(20 * minute);
    expect(reopening.next(20 * minute, () => 1)).toBe(250);
  });
});
