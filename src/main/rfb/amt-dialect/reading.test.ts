import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PieceReader, type Reading, skip } from "./reading.ts";

describe("PieceReader", () => {
  it("hands out what was asked for, whatever the pieces", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (bytes, wanted, cuts) => {
          const got: number[][] = [];
          function* reading(): Reading {
            for (let index = 0; ; index += 1) got.push([...(yield wanted[index % wanted.length] ?? 1)]);
          }
          const reader = new PieceReader(reading());
          for (let at = 0, index = 0; at < bytes.length; index += 1) {
            const length = cuts[index % cuts.length] ?? 1;
            reader.feed(bytes.subarray(at, at + length));
            at += length;
          }
          const whole = got.flat();
          expect(whole).toEqual([...bytes.subarray(0, whole.length)]);
          expect(got.map((part) => part.length)).toEqual(
            got.map((_, index) => wanted[index % wanted.length]),
          );
          expect(bytes.length - whole.length).toBeLessThan(wanted[got.length % wanted.length] ?? 1);
        },
      ),
    );
  });

  it("passes over much without holding it", () => {
    let largest = 0;
    function* measured(): Reading<void> {
      const skipping = skip(10_000_000);
      for (let next = skipping.next(); !next.done; next = skipping.next(yield next.value)) {
        largest = Math.max(largest, next.value);
      }
    }
    let after = 0;
    function* reading(): Reading {
      yield* measured();
      for (;;) after += (yield 1).length;
    }
    const reader = new PieceReader(reading());
    for (let sent = 0; sent < 10_000_000; sent += 1_000_000) reader.feed(new Uint8Array(1_000_000));
    expect(after).toBe(0);
    reader.feed(new Uint8Array(3));
    expect(after).toBe(3);
    expect(largest).toBeLessThanOrEqual(16 * 1024);
  });
});
