import { expect, test } from "vitest";
import { differences } from "./dependencies.mjs";

const locked = {
  "": { version: "0.1.0" },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
  "node_modules/b": { version: "2.0.0", integrity: "sha512-b", optional: true },
};

test("packages of the locked version are no difference, nor are absent builds for other platforms", () => {
  expect(differences(locked, { "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } })).toEqual([]);
});

test.each([
  ["a missing package", {}],
  ["another version", { "node_modules/a": { version: "1.0.1", integrity: "sha512-a" } }],
  ["other contents", { "node_modules/a": { version: "1.0.0", integrity: "sha512-x" } }],
])("%s is one", (_, installed) => {
  expect(differences(locked, installed)).toEqual(["node_modules/a"]);
});
