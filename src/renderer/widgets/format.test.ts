import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatClock,
  formatDuration,
  formatFact,
  formatMoment,
  formatNumber,
  formatSpan,
} from "./format.ts";

const words = { yes: "yes", no: "no", none: "none" };
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const spaced = (text: string) => text.replace(/[\u202f\u00a0]/g, " ");

describe("figures", () => {
  it("write bytes with binary units in the words of the language", () => {
    expect(spaced(formatBytes(0, "en"))).toBe("0 B");
    expect(spaced(formatBytes(1023, "en"))).toBe("1,023 B");
    expect(spaced(formatBytes(1.5 * 1024 ** 3, "en"))).toBe("1.5 GiB");
    expect(spaced(formatBytes(1.5 * 1024 ** 3, "fr"))).toBe("1,5 Gio");
    expect(spaced(formatBytes(512 * 1024 ** 2, "fr"))).toBe("512 Mio");
    expect(spaced(formatBytes(1024 ** 6, "en"))).toBe("1,024 PiB");
  });

  it("write lengths of time in their largest units", () => {
    expect(spaced(formatDuration(999, "en"))).toBe("0 s");
    expect(spaced(formatDuration(59 * second, "en"))).toBe("59 s");
    expect(spaced(formatDuration(12 * minute, "en"))).toBe("12 min");
    expect(spaced(formatDuration(3 * hour + 10 * minute, "en"))).toBe("3 h 10 min");
    expect(spaced(formatDuration(4 * hour, "fr"))).toBe("4 h");
    expect(spaced(formatDuration(3 * day + 2 * hour, "fr"))).toBe("3 j 2 h");
    expect(spaced(formatDuration(40 * day, "fr"))).toBe("40 j");
    expect(spaced(formatDuration(-5, "en"))).toBe("0 s");
  });

  it("write lengths of time that are compared to the second, and short ones to a tenth of it", () => {
    expect(spaced(formatSpan(0, "en"))).toBe("0 s");
    expect(spaced(formatSpan(340, "fr"))).toBe("0,3 s");
    expect(spaced(formatSpan(9_960, "en"))).toBe("10 s");
    expect(spaced(formatSpan(59_700, "en"))).toBe("1 min");
    expect(spaced(formatSpan(2 * minute + 5 * second, "en"))).toBe("2 min 05 s");
    expect(spaced(formatSpan(3 * hour + 10 * minute, "en"))).toBe("3 h 10 min");
  });

  it("change an age in steps, not every second, and never turn back", () => {
    expect(formatAge(2 * second, "en")).toBeNull();
    expect(spaced(formatAge(11 * second, "en") ?? "")).toBe("10 s");
    expect(spaced(formatAge(19 * second, "en") ?? "")).toBe("15 s");
    const seconds = (age: string | null) => Number.parseInt(age ?? "0", 10);
    fc.assert(
      fc.property(fc.nat(59_000), fc.nat(59_000), (one, other) => {
        const [younger, older] = one < other ? [one, other] : [other, one];
        expect(seconds(formatAge(younger, "en"))).toBeLessThanOrEqual(seconds(formatAge(older, "en")));
      }),
    );
  });

  it("write running time as a clock", () => {
    expect(formatClock(133 * second)).toBe("2:13");
    expect(formatClock(hour + 2 * minute + 3 * second)).toBe("1:02:03");
    expect(formatClock(-1)).toBe("0:00");
  });

  it("write a moment of today as a time and another with its date", () => {
    const now = new Date(2026, 4, 12, 14, 0, 0).getTime();
    expect(formatMoment(now - hour, "en", now)).toBe("13:00:00");
    expect(formatMoment(now - 2 * day, "en", now)).toBe("10/05/2026, 14:00");
  });

  it("write each fact by its unit and say nothing of an unknown one", () => {
    expect(formatFact(null, "none", "en", words)).toBeNull();
    expect(formatFact(false, "none", "en", words)).toBe("no");
    expect(formatFact([], "none", "en", words)).toBe("none");
    expect(formatFact(["a", "b"], "none", "en", words)).toBe("a, b");
    expect(spaced(formatFact(3.0512, "percent", "fr", words) ?? "")).toBe("3,1 %");
    expect(spaced(formatFact(93.6, "percent", "en", words) ?? "")).toBe("94 %");
    expect(formatFact(1.256, "none", "en", words)).toBe("1.26");
    expect(spaced(formatFact(340.4, "milliseconds", "fr", words) ?? "")).toBe("340 ms");
    expect(spaced(formatFact(61_000, "milliseconds", "en", words) ?? "")).toBe("1 min");
    expect(formatNumber(1234.5, "fr")).toBe("1\u202f234,5");
  });

  it("never fail on any number", () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.constantFrom("bytes", "percent", "seconds", "milliseconds", "count", "none"),
        (value, unit) => {
          expect(typeof formatFact(value, unit, "fr", words)).toBe("string");
        },
      ),
    );
  });
});
