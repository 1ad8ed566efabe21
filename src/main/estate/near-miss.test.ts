import { expect, test } from "vitest";
import { nearMiss } from "./near-miss.ts";

test.each([
  ["vai", ["via", "name"], "via"],
  ["Via", ["via", "name"], "via"],
  ["prod", ["production", "test"], "production"],
  ["tower-c", ["tower-a", "web-1"], "tower-a"],
  ["te", ["test", "tower"], null],
  ["database", ["web", "bounce"], null],
  ["via", ["via"], null],
  ["", ["via"], null],
  ["via", [], null],
  ["v".repeat(5_000_000), ["via"], null],
])("%.20s among %j is %s", (word, candidates, expected) => {
  expect(nearMiss(word, candidates)).toBe(expected);
});
