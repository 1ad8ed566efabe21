import { expect, it } from "vitest";
import * as faults from "../bundle/faults.ts";
import type { BundleState } from "../bundle/keeper.ts";
import { bundleNeeds } from "./bundle-needs.ts";

const note = {
  version: 1,
  file: "passerelle-20260512T080000000Z.age",
  madeAt: 0,
  sha256: "",
  inputs: "",
  recipients: ["ada"],
  missing: [],
} as const;

function keysOf(part: Partial<BundleState>): string[] {
  const state = { wanted: true, note: { ...note, recipients: ["ada"], missing: [] }, age: 1000, late: false };
  return bundleNeeds({ ...state, error: null, checkedAt: 0, openedAge: null, ...part }).map(
    ({ key, text }) => `${key} ${text.fr}`,
  );
}

it("is named where it cannot be made, is not there, is old or lacks something, and nowhere else", () => {
  expect(keysOf({})).toEqual([]);
  expect(keysOf({ wanted: false, note: null, age: null, late: true })).toEqual([]);
  expect(keysOf({ error: faults.damaged() })[0]).toMatch(/^bundle-error .*endommagé/);
  expect(keysOf({ note: null, age: null, late: true })[0]).toMatch(/^bundle-none/);
  expect(keysOf({ late: true, age: 50 * 3_600_000 })[0]).toContain("50 h");
  expect(keysOf({ wanted: false, openedAge: 30 * 3_600_000 })[0]).toMatch(/^bundle-opened .* 30 h/);
  const missing = ["vault:apps#root"];
  expect(keysOf({ note: { ...note, recipients: ["ada"], missing } })[0]).toContain("vault:apps#root");
});
