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

it("whatever stands before a mark is the note, however like a mark it looks", () => {
  const pieces = [
    "[",
    "]",
    " ",
    "\t",
    "passerelle",
    "[passerelle",
    " until ",
    " by ",
    "2026-11-22T18:00Z",
    "Ada",
  ];
  const before = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((each) => each.join(""));
  fc.assert(
    fc.property(before, fc.option(plainWords.filter((name) => name !== "")), moment, (words, by, ends) => {
      const description = `${words}${wordsOf({ note: "", by, ends })}`;
      expect(readWords(description)).toEqual({ note: words.trim(), by, ends });
      expect(readWords(`${description} `)).toEqual({ note: description.trim(), by: null, ends: null });
    }),
  );
});

it("the longest description is read like any other", () => {
  const many = 1_000_000;
  const unit = fc.constantFrom(" ", "\t\n", "[", "]", "[passerelle by ", "[passerelle until ", "x", "é ");
  const end = fc.constantFrom("", "x", "]", "[passerelle by Ada]");
  fc.assert(
    fc.property(unit, end, (each, last) => {
      const filling = each.repeat(Math.ceil(many / each.length));
      const { note, by } = readWords(`${filling}${last}`);
      const isMarked = last.startsWith("[");
      expect(by).toBe(isMarked ? "Ada" : null);
      expect(note === (isMarked ? filling : `${filling}${last}`).trim()).toBe(true);
    }),
    { numRuns: 50 },
  );
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
