import { expect, it } from "vitest";
import { parse } from "yaml";
import { mergeSections } from "./merge-sections.ts";

it("adds the entries of a second file to the sections of the first", () => {
  const first =
    "# All.\nname: one\n\nsites:\n  a:\n    x: 1\n\n# What comes next.\nsystems:\n  s: 1\n  # The last.\n  t: 2\n";
  const merged = mergeSections(first, "# More.\nsites:\n  b:\n    x: 2\n\nsystems:\n  u: 3\n");
  expect(parse(merged)).toEqual({
    name: "one",
    sites: { a: { x: 1 }, b: { x: 2 } },
    systems: { s: 1, t: 2, u: 3 },
  });
  expect(merged).toContain("    x: 2\n\n# What comes next.\nsystems:");
  const more = mergeSections(mergeSections(first, "reach:\n  hops: {}\n"), "reach:\n  knownHosts: []\n");
  expect(parse(more)).toEqual({ ...parse(first), reach: { hops: {}, knownHosts: [] } });
});
