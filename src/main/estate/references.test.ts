import fc from "fast-check";
import { expect, test } from "vitest";
import { inCycles } from "./references.ts";

test("only the members of a cycle are named, not what leads into it", () => {
  const next = new Map([
    ["a", "b"],
    ["b", "c"],
    ["c", "b"],
    ["d", undefined],
    ["e", "nowhere"],
    ["f", "f"],
  ]);
  expect(inCycles(next).toSorted()).toEqual(["b", "c", "f"]);
});

test("a node is in a cycle exactly when following it comes back to it", () => {
  const names = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(names, fc.option(names, { nil: undefined })), { selector: ([from]) => from }),
      (edges) => {
        const next = new Map<string, string | undefined>(edges);
        const comesBack = (start: string) => {
          let node = next.get(start);
          for (let step = 0; step < next.size && node !== undefined; step++) {
            if (node === start) return true;
            node = next.get(node);
          }
          return false;
        };
        expect(inCycles(next).toSorted()).toEqual([...next.keys()].filter(comesBack).toSorted());
      },
    ),
  );
});
