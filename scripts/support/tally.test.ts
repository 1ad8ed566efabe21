import { expect, test } from "vitest";
import {
  closing,
  closingLine,
  demandTests,
  emptyTally,
  oneCheck,
  oneLine,
  sum,
  summary,
  table,
} from "./tally.mjs";

const nothing = emptyTally();

test("the closing line is the last, and counts every part", () => {
  const skipped = [{ name: "keychain", reason: "gnome-keyring not installed" }];
  const words = summary([
    { name: "one", tally: oneCheck("one", null) },
    { name: "two", tally: oneCheck("two", "stopped") },
    { name: "three", tally: { ...nothing, passed: 5, skipped } },
  ]);
  expect(words.trimEnd().split("\n").at(-1)).toBe("6 passed, 1 failed, 1 skipped");
  expect(words).toContain("skipped: keychain: gnome-keyring not installed");
});

test("a part in which nothing ran has failed; one whose tests were all skipped has not", () => {
  expect(demandTests("unit", nothing).failed).toEqual([{ name: "unit", message: "no test ran" }]);
  expect(demandTests("unit", { ...nothing, skipped: [{ name: "a", reason: "b" }] }).failed).toEqual([]);
  expect(closingLine(sum([nothing, nothing]))).toBe("0 passed, 0 failed, 0 skipped");
});

test("the failed are named directly above the closing line, the unsteady above them", () => {
  const told = (name: string) => [{ name, message: `no ${name}` }];
  const words = closing({
    passed: 1,
    failed: told("light"),
    unsteady: told("ground"),
    skipped: [{ name: "a", reason: "b" }],
  });
  expect(words.split("\n").filter((line) => line !== "")).toEqual([
    "  skipped: a: b",
    "  unsteady: ground: first try: no ground",
    "  failed: light: no light",
    "1 passed, 1 failed, 1 skipped",
  ]);
});

test("an error's words are one line of at most 300 characters without colours", () => {
  expect(oneLine("\n\u001b[31mError:\u001b[39m a\n  { seed: 1 }\n")).toBe("Error: a { seed: 1 }");
  expect([...oneLine("🙂".repeat(301))]).toHaveLength(300);
  expect(oneLine("x".repeat(300))).toHaveLength(300);
  expect(oneLine(undefined)).toBe("it said nothing");
});

test("a table's columns are as wide as their widest cell", () => {
  expect(table(["a", "b"], [["long", "x"]]).split("\n")).toEqual(["a     b", "----  -", "long  x"]);
});
