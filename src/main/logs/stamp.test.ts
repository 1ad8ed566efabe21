import fc from "fast-check";
import { expect, test } from "vitest";
import { stampAt } from "./stamp.ts";

const bytes = (words: string) => Buffer.from(words, "utf8");

test("reads times of any precision and zone, as Date does", () => {
  const zone = fc.constantFrom("Z", "+00:00", "+05:30", "-08:00");
  const moment = fc.integer({ min: -10_000_000_000, max: 100_000_000_000 });
  const fraction = fc.option(fc.stringMatching(/^[0-9]{1,9}$/));
  fc.assert(
    fc.property(moment, fraction, zone, (seconds, digits, offset) => {
      const head = new Date(seconds * 1000).toISOString().slice(0, 19);
      fc.pre(head.length === 19 && head[4] === "-");
      const stamp = `${head}${digits === null ? "" : `.${digits}`}${offset}`;
      const { at, length } = stampAt(bytes(`${stamp} words`));
      const whole = Date.parse(`${head}${offset}`) + (digits === null ? 0 : Number(`0.${digits}`) * 1000);
      expect(at).toBeCloseTo(whole, 2);
      expect(length).toBe(stamp.length + 1);
    }),
  );
});

test.each([
  "",
  "level=info",
  "2026-05-12",
  "2026-05-12T08:00:00",
  "2026-13-12T08:00:00Z x",
  "2026-05-12T08:00:00Zx",
  "2026-05-12T08:00:00+0200 x",
  "20x6-05-12T08:00:00Z x",
])("takes nothing of %j", (words) => {
  expect(stampAt(bytes(words))).toEqual({ at: null, length: 0 });
});

test("a time with nothing behind it is the time of an empty line", () => {
  expect(stampAt(bytes("2026-05-12T08:00:00Z"))).toEqual({ at: Date.UTC(2026, 4, 12, 8), length: 20 });
});
