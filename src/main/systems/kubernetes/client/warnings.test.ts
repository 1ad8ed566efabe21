import fc from "fast-check";
import { expect, test } from "vitest";
import { warningsOf } from "./warnings.ts";

const of = (...warning: string[]) => warningsOf({ headersDistinct: { warning } });

test("warnings are read one by one, unquoted, and each once", () => {
  expect(
    of(
      '299 - "unknown field \\"spec.foo\\""',
      '299 - "first", 299 api "second"',
      '299 - "first"',
      '199 - "not this"',
    ),
  ).toEqual(['unknown field "spec.foo"', "first", "second"]);
  expect(warningsOf({ headersDistinct: {} })).toEqual([]);
});

test("whatever a header holds, what is read of it is bounded and printable", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (words) => {
      for (const one of of(...words, ...words.map((each) => `299 - "${each}"`))) {
        expect(one.length).toBeLessThanOrEqual(1000);
        expect(one).not.toMatch(/\p{Cc}/u);
      }
    }),
  );
});
