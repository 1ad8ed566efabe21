import fc from "fast-check";

/**
 * What a host that is broken, or lies, may answer in place of the sample: noise, any part of the sample, the sample
 * with pieces overwritten, repeated or of absurd length.
 */
export function hostileWords(sample: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom(
      "\u001b]0;title\u0007",
      "\0",
      "\uFFFD\uFFFD",
      "-1",
      "1e999",
      "99999999999999999999",
      "NaN",
      "%",
    ),
  );
  return fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.nat({ max: sample.length }).map((length) => sample.slice(0, length)),
    fc.nat({ max: sample.length }).map((start) => sample.slice(start)),
    fc
      .tuple(fc.nat({ max: sample.length }), fc.nat({ max: 20 }), piece)
      .map(([start, length, words]) => sample.slice(0, start) + words + sample.slice(start + length)),
    fc.nat({ max: 20 }).map((times) => sample.repeat(times)),
    fc.constantFrom("x".repeat(60_000), "\n".repeat(20_000), "9".repeat(60_000), "[".repeat(60_000)),
  );
}
