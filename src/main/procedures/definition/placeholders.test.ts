import fc from "fast-check";
import { expect, test } from "vitest";
import { fillData, fillOutcomes, fillWords, piecesOf, wholePlaceholder } from "./placeholders.ts";

const values: Record<string, string | number | boolean> = {
  amount: 3,
  go: true,
  name: "tower a",
  "host.id": "tower-a",
};
const resolve = (path: readonly string[]) => values[path.join(".")];

test("values are put in place; one that is all of the words keeps its type", () => {
  expect(fillWords(`\${amount}`, resolve)).toBe(3);
  expect(fillWords(`\${ go }`, resolve)).toBe(true);
  expect(fillWords(`echo \${name} \${host.id}!`, resolve)).toBe("echo tower a tower-a!");
  expect(fillWords(`echo $\${HOME} $5 $name`, resolve)).toBe(`echo $\{HOME} $5 $name`);
  expect(fillWords("", resolve)).toBe("");
  expect(fillData({ list: [`\${amount}`, { inner: `x\${go}` }], none: null }, resolve)).toEqual({
    list: [3, { inner: "xtrue" }],
    none: null,
  });
});

test("what is not a name in braces is malformed", () => {
  for (const words of [`\${`, `\${}`, `\${a b}`, `\${1}`, `a \${b.}`, `\${a\${b}}`]) {
    expect(piecesOf(words).ok, words).toBe(false);
  }
  expect(wholePlaceholder(`\${host.id}`)).toEqual(["host", "id"]);
  expect(wholePlaceholder(` \${host}`)).toBe(null);
  expect(wholePlaceholder(`$\${host}`)).toBe(null);
});

test("taking words apart never fails and loses nothing", () => {
  const part = fc.constantFrom("$", "{", "}", `\${`, `$\${`, `\${a}`, "a", ".", " ");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const words = parts.join("");
      const taken = piecesOf(words);
      if (!taken.ok) return;
      const again = taken.pieces
        .map((piece) =>
          piece.kind === "words"
            ? piece.words.replaceAll(`\${`, () => `$\${`)
            : `\${${piece.path.join(".")}}`,
        )
        .join("");
      expect(piecesOf(again)).toEqual(taken);
    }),
  );
});

test("filled in two goes gives the same as filled at once", () => {
  const part = fc.constantFrom(`\${early}`, `\${steps.a.outcome}`, `$\${HOME}`, "$", " x ", "{", "}");
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 8 }),
      fc.constantFrom("v", `\${steps.a.outcome}`, `$\${`),
      (parts, early) => {
        const words = parts.join("");
        fc.pre(piecesOf(words).ok && words !== `\${early}`);
        const atOnce = fillWords(words, ([first]) => (first === "early" ? early : "skipped"));
        const late = fillWords(
          words,
          ([first]) => (first === "early" ? early : undefined),
          () => "steps.each[x]/a.outcome",
        );
        expect(
          fillOutcomes({ words: late }, (node) => (node === "each[x]/a" ? "skipped" : undefined)),
        ).toEqual({ words: atOnce });
      },
    ),
  );
});
