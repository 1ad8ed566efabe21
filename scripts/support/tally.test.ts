import { expect, test } from "vitest";
import { closingLine, demandTests, oneCheck, sum, summary, table } from "./tally.mjs";

const nothing = { passed: 0, failed: 0, skipped: [] };

test("the closing line is the last, and counts every part", () => {
  const skipped = [{ name: "keychain", reason: "gnome-keyring not installed" }];
  const words = summary([
    { name: "one", tally: oneCheck(true) },
    { name: "two", tally: oneCheck(false), note: "stopped" },
    { name: "three", tally: { passed: 5, failed: 0, skipped } },
  ]);
  expect(words.trimEnd().split("\n").at(-1)).toBe("6 passed, 1 failed, 1 skipped");
  expect(words).toContain("skipped: keychain: gnome-keyring not installed");
});

test("a part in which nothing ran has failed; one whose tests were all skipped has not", () => {
  expect(demandTests(nothing).failed).toBe(1);
  expect(demandTests({ ...nothing, skipped: [{ name: "a", reason: "b" }] }).failed).toBe(0);
  expect(closingLine(sum([nothing, nothing]))).toBe("0 passed, 0 failed, 0 skipped");
});

test("a table's columns are as wide as their widest cell", () => {
  expect(table(["a", "b"], [["long", "x"]]).split("\n")).toEqual(["a     b", "----  -", "long  x"]);
});
