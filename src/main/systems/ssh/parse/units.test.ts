import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileWords } from "../testing/hostile-words.ts";
import { parseFailedUnits } from "./units.ts";

const sample = `backup.service            loaded failed failed Nightly backup
● srv-data.mount          loaded failed failed /srv/data
getty@tty1.service        loaded failed failed Getty on tty1
`;

describe("parseFailedUnits", () => {
  it("names the units, with or without bullets", () => {
    expect(parseFailedUnits(sample)).toEqual(["backup.service", "srv-data.mount", "getty@tty1.service"]);
  });
  it("finds none in an empty list, a summary or a unit that runs", () => {
    expect(parseFailedUnits("")).toEqual([]);
    expect(parseFailedUnits("0 loaded units listed.\nssh.service loaded active running SSH\n")).toEqual([]);
  });
  it("gives unit names only, each once", () => {
    fc.assert(
      fc.property(hostileWords(sample), (words) => {
        const names = parseFailedUnits(words);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[\w:.\\@-]+$/);
      }),
    );
  });
});
