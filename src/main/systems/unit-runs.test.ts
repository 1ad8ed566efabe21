import { expect, it } from "vitest";
import type { UnitState } from "./host-units.ts";
import { isAtWork, runOf, unitRunSchema } from "./unit-runs.ts";

const unit = (part: Partial<UnitState>): UnitState => ({
  ...{ name: "dump.service", isLoaded: true, active: "inactive", isEnabled: null, result: "success" },
  ...{ invocation: "a1", startedAt: 1000, endedAt: 2000, next: null },
  ...part,
});

it("a unit is at work from its start to its end, and one that nobody knows is not", () => {
  const states = ["inactive", "activating", "active", "reloading", "deactivating", "failed"];
  expect(states.filter((active) => isAtWork(unit({ active })))).toEqual(states.slice(1, 5));
  expect(isAtWork(null)).toBe(false);
});

it("every run has a mark of its own, also where systemd gives it no invocation", () => {
  const marks = [unit({}), unit({ invocation: "b2" }), unit({ invocation: null, startedAt: 3000 }), null].map(
    runOf,
  );
  expect(new Set(marks).size).toBe(4);
  expect(runOf(unit({ active: "active", endedAt: null }))).toBe(runOf(unit({})));
});

it("waits two hours unless it is told otherwise, a day at most", () => {
  expect(unitRunSchema.parse({})).toEqual({ deadlineMinutes: 120 });
  expect(unitRunSchema.safeParse({ deadlineMinutes: 1441 }).success).toBe(false);
});
