import { expect, test } from "vitest";
import { fold, naturalKey } from "./fold.ts";

test("case and accents do not count", () => {
  expect(fold("ÉVREUX Straße")).toBe("evreux straße");
  expect(fold("tower-A")).toBe("tower-a");
});

test("numbers in names are in the order of figures, accents beside their letters", () => {
  const names = ["web-10", "Web-9", "évry", "eve", "web-2", "fr-1", "web"];
  const sorted = names.toSorted((one, other) => (naturalKey(one) < naturalKey(other) ? -1 : 1));
  expect(sorted).toEqual(["eve", "évry", "fr-1", "web", "web-2", "Web-9", "web-10"]);
});
