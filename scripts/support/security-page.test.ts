import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./project.mjs";

const page = readFileSync(join(root, "docs", "security.md"), "utf8");
const claims = [...page.matchAll(/`([\w/.-]+\.(?:test|spec)\.tsx?)`: _([^_]+)_/g)].map(([, file, words]) => ({
  file: file ?? "",
  words: words ?? "",
}));

it("the page on security names tests, one a line of its tables", () => {
  expect(claims.length).toBeGreaterThan(30);
});

it.each(claims)("$file has: $words", ({ file, words }) => {
  expect(readFileSync(join(root, file), "utf8")).toContain(words);
});
