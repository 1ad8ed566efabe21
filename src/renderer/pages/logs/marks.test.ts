import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matcherOf, partsOf } from "./marks.ts";

const plain = { words: "Error", expression: false, matchCase: false };

describe("the marks in a line", () => {
  it("are where the words are, whatever their case unless it counts", async () => {
    const hits = async (text: string, pattern = plain) =>
      partsOf(text, await matcherOf(pattern))
        .filter(({ hit }) => hit)
        .map((part) => part.text);
    expect(await hits("an ERROR is an error")).toEqual(["ERROR", "error"]);
    expect(await hits("an ERROR is an Error", { ...plain, matchCase: true })).toEqual(["Error"]);
    expect(await hits("took 12 ms, then 7 ms", { ...plain, words: "\\d+ ms", expression: true })).toEqual([
      "12 ms",
      "7 ms",
    ]);
    expect(await hits("a.b axb", { ...plain, words: "a.b" })).toEqual(["a.b"]);
  });

  it("are none for nothing, for an expression that is none, and for one that matches nothing", async () => {
    expect(partsOf("line", await matcherOf({ ...plain, words: "" }))).toEqual([
      { at: 0, text: "line", hit: false },
    ]);
    expect(await matcherOf({ ...plain, words: "(", expression: true })).toBeNull();
    expect(partsOf("line", await matcherOf({ ...plain, words: "x*", expression: true }))).toEqual([
      { at: 0, text: "line", hit: false },
    ]);
  });

  it("come at once for an expression that others would backtrack on for ever", async () => {
    const matcher = await matcherOf({ words: "^(a+)+$", expression: true, matchCase: true });
    expect(partsOf(`${"a".repeat(2000)}!`, matcher).some(({ hit }) => hit)).toBe(false);
  });

  it("lose nothing of any line", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "binary" }),
        fc.string({ maxLength: 3 }),
        fc.boolean(),
        fc.boolean(),
        async (text, words, expression, matchCase) => {
          const parts = partsOf(text, await matcherOf({ words, expression, matchCase }));
          expect(parts.map((part) => part.text).join("")).toBe(text);
        },
      ),
    );
  });
});
