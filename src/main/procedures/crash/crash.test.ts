import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Dice } from "./dice.ts";
import { FarSide } from "./far-side.ts";
import { killRounds, type RoundsResult } from "./kill-rounds.ts";
import { randomPlan } from "./random-plan.ts";
import { judge } from "./verdict.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-crash-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a console that is killed again and again", () => {
  it("loses no event, sends no once effect twice, and brings every run to an honest end", async () => {
    // Two consoles side by side, each with a folder of its own: fifty kills in half the time.
    const results = await Promise.all(
      [4, 5].map((seed) => {
        const own = join(folder, String(seed));
        mkdirSync(own, { mode: 0o700 });
        const data = join(own, "data");
        mkdirSync(data, { mode: 0o700 });
        return killRounds({ kills: 25, seed, folder: data, far: join(own, "far-side.log") });
      }),
    );
    const sum = (count: (result: RoundsResult) => number) =>
      results.reduce((all, one) => all + count(one), 0);
    expect(results.flatMap(({ faults }) => faults)).toEqual([]);
    expect([sum(({ kills }) => kills), sum(({ turnedAway }) => turnedAway)]).toEqual([50, 4]);
    // Otherwise nothing was put to the test.
    expect(sum(({ takenOver }) => takenOver)).toBeGreaterThan(5);
    expect(sum(({ effects }) => effects)).toBeGreaterThan(20);
  }, 240_000);
});

describe("the judge", () => {
  it("sees an effect without an intent, and events that are gone", async () => {
    const log = join(folder, "far-side.log");
    const far = new FarSide(log);
    far.do({ kind: "done", mark: "1:s0" });
    far.do({ kind: "done", mark: "1:s0" });
    const { faults } = await judge(folder, log, 3);
    expect(faults).toEqual([
      "event 3 was written and is lost; 0 are left",
      "done 1:s0: no intent was written",
    ]);
  });
});

describe("randomPlan", () => {
  it("is the same for the same seed, and of every kind", () => {
    expect(randomPlan(7)).toEqual(randomPlan(7));
    const dice = new Dice(1);
    const kinds = new Set<string>();
    for (let round = 0; round < 50; round += 1)
      for (const { kind } of randomPlan(dice.below(1000)).nodes) kinds.add(kind);
    expect([...kinds].sort()).toEqual(["action", "forEach", "gate", "wait"]);
  });
});
