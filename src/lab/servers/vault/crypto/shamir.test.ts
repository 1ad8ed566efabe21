import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combineShares, splitSecret } from "./shamir.ts";

const figures = fc
  .record({ threshold: fc.integer({ min: 2, max: 6 }), more: fc.integer({ min: 0, max: 4 }) })
  .map(({ threshold, more }) => ({ threshold, shares: threshold + more }));
const secrets = fc.uint8Array({ minLength: 16, maxLength: 33 });

describe("Shamir's shares", () => {
  it("any so many as the threshold bring the secret back, in any order", () => {
    fc.assert(
      fc.property(secrets, figures, fc.infiniteStream(fc.nat()), (secret, { shares, threshold }, draws) => {
        const left = splitSecret(secret, shares, threshold);
        const chosen = Array.from(
          { length: threshold },
          () => left.splice(draws.next().value % left.length, 1)[0] ?? Buffer.alloc(0),
        );
        expect(combineShares(chosen)).toEqual(Buffer.from(secret));
      }),
      { numRuns: 60 },
    );
  });

  it("one less never does, and says nothing of it", () => {
    fc.assert(
      fc.property(secrets, figures, (secret, { shares, threshold }) => {
        fc.pre(threshold > 2);
        const few = splitSecret(secret, shares, threshold).slice(0, threshold - 1);
        expect(combineShares(few)).not.toEqual(Buffer.from(secret));
      }),
      { numRuns: 60 },
    );
    // With one share less every value of a byte is as likely: all of them come up over many splittings of the same secret.
    const secret = Buffer.alloc(16, 7);
    const seen = new Set<number>();
    for (let round = 0; round < 400; round += 1)
      for (const byte of combineShares(splitSecret(secret, 3, 3).slice(0, 2))) seen.add(byte);
    expect(seen.size).toBe(256);
  });

  it("a wrong share brings something else, the same one twice nothing", () => {
    const secret = Buffer.from("a secret of thirty-two bytes now");
    const [one, two, three] = splitSecret(secret, 3, 3) as [Buffer, Buffer, Buffer];
    const wrong = Buffer.from(three);
    wrong[4] = (wrong[4] ?? 0) ^ 1;
    expect(combineShares([one, two, wrong])).not.toEqual(secret);
    expect(() => combineShares([one, two, two])).toThrow(RangeError);
    expect(() => combineShares([one, two.subarray(1)])).toThrow(RangeError);
    expect(() => splitSecret(secret, 2, 3)).toThrow(RangeError);
  });
});
