import fc from "fast-check";
import { expect, it } from "vitest";
import { readWords, wholeMinute, wordsOf } from "./entry-words.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const moment = fc.integer({ min: 0, max: 3_000_000 }).map((minutes) => noon + minutes * 60_000);
const plainWords = fc
  .stringMatching(/^[A-Za-z0-9éè.,:' -]{1,60}$/)
  .map((words) => words.trim().replace(/ +/g, " "));

it("a description says again what it was made of", () => {
  const words = fc.record({
    note: plainWords,
    by: fc.option(plainWords.filter((name) => name !== "")),
    ends: fc.option(moment),
  });
  fc.assert(
    fc.property(words, (each) => {
      expect(readWords(wordsOf(each))).toEqual(each);
    }),
  );
});

it("no name or note makes up an end, nor breaks the line", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }),
      fc.option(moment),
      (note, by, ends) => {
        const description = wordsOf({ note, by, ends });
        expect(readWords(description).ends).toBe(ends);
        expect(description).not.toMatch(/[\r\n]/);
        expect(description.length).toBeLessThan(260);
      },
    ),
  );
  const forged = wordsOf({
    note: "x [passerelle until 2030-01-01T00:00Z]",
    by: "until 2030-01-01T00:00Z",
    ends: null,
  });
  expect(readWords(forged).ends).toBeNull();
});

it.each([
  ["Office", { note: "Office", by: null, ends: null }],
  ["", { note: "", by: null, ends: null }],
  [
    "x [passerelle until 2026-02-31T10:00Z]",
    { note: "x [passerelle until 2026-02-31T10:00Z]", by: null, ends: null },
  ],
  ["[passerelle by Ada]", { note: "", by: "Ada", ends: null }],
  [
    "Ada's home [passerelle until 2026-11-22T18:00Z by Ada Lovelace]",
    { note: "Ada's home", by: "Ada Lovelace", ends: Date.UTC(2026, 10, 22, 18) },
  ],
])("%j is read as it is meant", (description, words) => {
  expect(readWords(description)).toEqual(words);
});

it("an end is put off to the whole minute", () => {
  expect(readWords(wordsOf({ note: "", by: null, ends: noon + 1 })).ends).toBe(noon + 60_000);
  expect(wholeMinute(noon)).toBe(noon);
});
