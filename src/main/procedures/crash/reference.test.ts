import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { earlierSteps } from "./earlier-steps.ts";
import { referenceWays } from "./reference-plans.ts";
import { referenceRounds } from "./reference-rounds.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-reference-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("carries each way of the reference plan to its end, wherever the console was killed", async () => {
  const results = await referenceRounds({ folder, every: 400, lanes: 2 });
  expect(results.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
  expect(results.map(({ ends }) => Object.keys(ends))).toEqual([
    ["completed"],
    ["completed"],
    ["completed"],
    ["completed"],
    ["failed"],
  ]);
  for (const { kills, takenOver, boundaries } of results) {
    expect([kills, takenOver]).toEqual([1, 1]);
    expect(boundaries).toBeGreaterThan(200);
  }
}, 120_000);

it("knows what must come before a step, through what it is in", () => {
  const [planned] = referenceWays();
  if (!planned) throw new Error("there is no way");
  const before = earlierSteps(planned.plan).get("redirect/name-portal");
  for (const id of ["freeze-east", "save/save-portal", "restore/restore-billing", "restore/start-archive"])
    expect(before).toContain(id);
  expect(before).not.toContain("redirect/name-billing");
});
