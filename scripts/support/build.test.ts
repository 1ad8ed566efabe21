import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestOfTree } from "./build.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-build-"));
  mkdirSync(join(folder, "src", "deep"), { recursive: true });
  writeFileSync(join(folder, "src", "a.ts"), "a");
  writeFileSync(join(folder, "src", "deep", "b.ts"), "b");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digest = () => digestOfTree(folder, ["src", "not-there"]);

test("a file that is added, removed, changed or only touched asks for a new build", () => {
  const before = digest();
  expect(digest()).toBe(before);
  writeFileSync(join(folder, "src", "c.ts"), "c");
  const added = digest();
  expect(added).not.toBe(before);
  rmSync(join(folder, "src", "deep", "b.ts"));
  const removed = digest();
  expect(removed).not.toBe(added);
  utimesSync(join(folder, "src", "a.ts"), 1, 1);
  expect(digest()).not.toBe(removed);
});

test("a test beside the sources does not", () => {
  const before = digest();
  writeFileSync(join(folder, "src", "a.test.ts"), "test");
  expect(digest()).toBe(before);
});
