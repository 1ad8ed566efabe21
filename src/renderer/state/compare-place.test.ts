import fc from "fast-check";
import { expect, it } from "vitest";
import { comparedIn, placeOfComparison } from "./compare-place.ts";
import { parsePlace } from "./router.ts";

it("a link to a comparison leads to what it was made of, whatever is in the identifiers", () => {
  const identifier = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" });
  const any = fc.oneof(identifier, fc.constantFrom("a,b", "a%2Cb", "%", "east/vm-1", "a?b#c&d=e+f"));
  fc.assert(
    fc.property(fc.uniqueArray(any, { minLength: 1, maxLength: 4 }), (ids) => {
      expect(comparedIn(parsePlace(placeOfComparison(ids)).query)).toEqual(ids);
    }),
  );
});

it("what is written by hand is understood, each once, four at most", () => {
  const read = (words: string) => comparedIn(parsePlace(`#/compare?ids=${words}`).query);
  expect(read("east/vm-1,west/vm-2")).toEqual(["east/vm-1", "west/vm-2"]);
  expect(read("a,,a,b,c,d,e")).toEqual(["a", "b", "c", "d"]);
  expect(read("%25zz")).toEqual(["%zz"]);
  expect(comparedIn(parsePlace("#/compare").query)).toEqual([]);
});
