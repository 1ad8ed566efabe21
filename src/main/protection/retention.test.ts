import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRetention } from "./retention.ts";
import { day, hour } from "./testing/records.ts";

describe("what is kept by count", () => {
  it("is read as hypervisors and Kasten write it, the longest period of several", () => {
    expect(readRetention("3 daily")).toEqual({ keepFor: 3 * day, step: day, last: null });
    expect(readRetention("24 hourly, 7 daily, 4 weekly")).toEqual({
      keepFor: 28 * day,
      step: 7 * day,
      last: null,
    });
    expect(readRetention("keep-daily=7,keep-last=3")).toEqual({ keepFor: 7 * day, step: day, last: 3 });
    expect(readRetention("keep-hourly=12")?.keepFor).toBe(12 * hour);
    expect(readRetention("keep-last=5")).toEqual({ keepFor: null, step: 0, last: 5 });
  });

  it("is nothing where it is not said, or everything is kept", () => {
    for (const words of [null, "", "keep-all=1", "0 daily", "for ever", "3 constructor"])
      expect(readRetention(words)).toBeNull();
  });

  it("never fails, and never demands less for one period more", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 999 }), (words, many) => {
        const before = readRetention(words)?.keepFor ?? 0;
        expect(readRetention(`${words},${many} daily`)?.keepFor).toBe(Math.max(before, many * day));
      }),
    );
  });
});
