import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PointRecord } from "./records.ts";
import { graceOf, judgeSlots } from "./slots.ts";
import { day, hour, noon, point, policy } from "./testing/records.ts";

const nights = Array.from({ length: 14 }, (_, at) => noon - 9 * hour - (13 - at) * day);
const nightly = { past: nights, next: noon + 15 * hour, interval: day };
const ran = (slots: readonly number[], part: Partial<PointRecord> = {}) =>
  slots.map((at) => point(at + 60_000, part));
const states = (points: PointRecord[], now = noon, by = policy()) =>
  judgeSlots(by, nightly, points, now).map(({ state }) => state);
const count = (all: string[], state: string) => all.filter((each) => each === state).length;

describe("slots", () => {
  it("are good where something good came of them, late as it may be", () => {
    expect(states(ran(nights))).toEqual(Array(14).fill("good"));
    expect(
      states(ran(nights).map((each) => ({ ...each, madeAt: (each.madeAt ?? 0) + 20 * hour }))).at(0),
    ).toBe("good");
  });

  it("any one that is left out among many is missed, and no other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), (gap) => {
        const all = states(ran(nights.filter((_, index) => index !== gap)));
        expect(all[gap]).toBe("missed");
        expect(count(all, "good")).toBe(13);
      }),
      { numRuns: 11 },
    );
  });

  it("what was pruned to one a week is not said to be missed", () => {
    const kept = nights.filter((_, index) => index >= 10 || index === 3);
    const all = states(ran(kept));
    expect(count(all, "missed")).toBe(0);
    expect(count(all, "unknown")).toBe(9);
  });

  it("before the first restore point nobody can tell; after the last everything is missed", () => {
    expect(states(ran(nights.slice(10))).slice(0, 10)).toEqual(Array(10).fill("unknown"));
    expect(states(ran(nights.slice(0, 2))).slice(2)).toEqual(Array(12).fill("missed"));
    expect(states([])).toEqual(Array(14).fill("unknown"));
  });

  it("the last one is awaited until its grace is over", () => {
    const slot = nights.at(-1) ?? 0;
    const before = ran(nights.slice(0, -1));
    expect(states(before, slot + graceOf(day) - 1).at(-1)).toBe("pending");
    expect(states(before, slot + graceOf(day)).at(-1)).toBe("missed");
  });

  it("are as good as the best that came of them, and failed where only failures did", () => {
    const slot = nights.at(-1) ?? 0;
    const failed = point(slot + 1000, { id: "a", state: "failed" });
    const again = point(slot + hour, { id: "b" });
    expect(states([...ran(nights.slice(0, -1)), failed, again]).at(-1)).toBe("good");
    expect(states([...ran(nights.slice(0, -1)), failed]).at(-1)).toBe("failed");
    expect(states([...ran(nights.slice(0, -1)), { ...failed, state: "partial" }]).at(-1)).toBe("partial");
  });

  it("fail too where the policy says so and left nothing behind", () => {
    const slot = nights.at(-1) ?? 0;
    const by = policy({ lastRun: slot + 1000, lastState: "failed" });
    expect(states(ran(nights.slice(0, -1)), noon, by).at(-1)).toBe("failed");
  });

  it("failed runs before the last one are known too, where the system tells of them", () => {
    const [first = 0, second = 0] = nights.slice(-3);
    const failedRuns = [first, second].map((at) => new Date(at + 90_000).toISOString()).join("\n");
    const all = states(ran([...nights.slice(0, -3), nights.at(-1) ?? 0]), noon, policy({ failedRuns }));
    expect(all.slice(-4)).toEqual(["good", "failed", "failed", "good"]);
    expect(states(ran(nights), noon, policy({ failedRuns: "not a moment" }))).not.toContain("failed");
  });

  it("what another policy made does not count, what nobody names does", () => {
    expect(count(states(ran(nights, { policy: "other" })), "good")).toBe(0);
    expect(count(states(ran(nights, { policy: "nightly" })), "good")).toBe(14);
  });

  it("a backup that began a moment before its slot is of that slot", () => {
    const all = states(ran(nights).map((each) => ({ ...each, madeAt: (each.madeAt ?? 0) - 2 * 60_000 })));
    expect(all).toEqual(Array(14).fill("good"));
  });

  it("grace is a quarter of the interval between a quarter of an hour and six hours", () => {
    expect([60_000, 4 * hour, 7 * day].map(graceOf)).toEqual([hour / 4, hour, 6 * hour]);
  });
});
