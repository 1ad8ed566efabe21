import { expect, test } from "vitest";
import { matcherOf } from "./pattern.ts";

const usual = { words: "", expression: false, matchCase: false };

test.each([
  [{ words: "Error" }, "an ERROR", true],
  [{ words: "Error", matchCase: true }, "an ERROR", false],
  [{ words: "a.c" }, "abc", false],
  [{ words: "a.c", expression: true }, "ABC", true],
  [{ words: "a.c", expression: true, matchCase: true }, "ABC", false],
  [{ words: "^status=5\\d\\d$", expression: true }, "status=503", true],
  [{ words: "É", expression: true }, "é", true],
  [{ words: "[" }, "a [b", true],
])("%j in %j", (pattern, line, found) => {
  expect(matcherOf({ ...usual, ...pattern })(line)).toBe(found);
});

test.each(["(", "a{2,1}", "(?=x)", "(a)\\1", "[z-a]", "*"])("%j is refused in words", (words) => {
  expect(() => matcherOf({ words, expression: true, matchCase: false })).toThrow(
    expect.objectContaining({ code: "log.expression-broken" }),
  );
});

test("an expression that would make a backtracking engine stand still does not", () => {
  const matches = matcherOf({ words: "^(a+)+$", expression: true, matchCase: true });
  expect(matches(`${"a".repeat(16_000)}!`)).toBe(false);
  expect(matches("a".repeat(16_000))).toBe(true);
});
