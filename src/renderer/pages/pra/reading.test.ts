import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyPlan } from "../../testing/empty-run.ts";
import { clockWords, stepOf } from "./clock-words.ts";
import {
  facetCounts,
  fits,
  readClock,
  readinessTone,
  sideTone,
  stepsByPhase,
  toneOf,
  worstFirst,
  worstOf,
} from "./reading.ts";
import { application, basculePlan, check, hour, minute, praView } from "./testing/plans.ts";
import { keyOf } from "./use-held-next.ts";

describe("the applications of a plan", () => {
  it("stand by what they would lose of what they may; those of which nobody knows are first", () => {
    const small = application("small", { dataAtRisk: 10 * minute, rpo: 15 * minute });
    const large = application("large", { dataAtRisk: hour, rpo: 24 * hour });
    const unknown = application("unknown", { dataAtRisk: null });
    expect(worstFirst([large, small, unknown]).map(({ id }) => id)).toEqual(["unknown", "small", "large"]);
  });

  it("are all still there, each once, however they are ordered", () => {
    const risk = fc.option(fc.nat(10 * hour), { nil: null });
    fc.assert(
      fc.property(fc.array(fc.record({ dataAtRisk: risk, rpo: fc.nat(10 * hour) })), (parts) => {
        const all = parts.map((part, index) => application(String(index), part));
        expect(new Set(worstFirst(all))).toEqual(new Set(all));
      }),
    );
  });
});

describe("what a figure means", () => {
  it("is critical beyond its limit, a warning from four fifths on, and unknown without it", () => {
    expect([null, 70, 81, 100, 101].map((value) => toneOf(value, 100))).toEqual([
      "unknown",
      "ok",
      "warning",
      "warning",
      "critical",
    ]);
  });

  it("is critical as soon as one thing is in the way, however high the figure", () => {
    const counts = { blocked: 0, unknown: 0, warning: 0, ready: 9 };
    expect(readinessTone({ figure: 100, evaluatedAt: 0, counts })).toBe("ok");
    expect(readinessTone({ figure: 99, evaluatedAt: 0, counts: { ...counts, warning: 1 } })).toBe("warning");
    expect(readinessTone({ figure: 99, evaluatedAt: 0, counts: { ...counts, blocked: 1 } })).toBe("critical");
    expect(readinessTone({ figure: null, evaluatedAt: null, counts })).toBe("unknown");
  });

  it("depends, of a side, on where production belongs", () => {
    expect(sideTone("recovery")).toBe("warning");
    expect(sideTone("recovery", "recovery")).toBe("ok");
    expect(sideTone("split-brain", "recovery")).toBe("critical");
    expect(sideTone("unknown", "recovery")).toBe("unknown");
  });

  it("is that of the least ready plan, one never evaluated before all others", () => {
    const plan = (id: string, figure: number | null) =>
      praView({ id, readiness: { ...praView().readiness, figure } });
    expect(worstOf([])).toBeNull();
    expect(worstOf([plan("a", 92), plan("b", 40)])?.id).toBe("b");
    expect(worstOf([plan("a", 92), plan("b", null)])?.id).toBe("b");
  });
});

describe("what a plan needs", () => {
  const checks = [
    check("a", { state: "blocked", kind: "dns", direction: "bascule" }),
    check("b", { state: "blocked", kind: "backup", direction: null }),
    check("c", { state: "ready", kind: "dns", direction: "return" }),
  ];

  it("is found by facets; what both directions need fits either", () => {
    const found = (filter: Parameters<typeof fits>[1]) =>
      checks.filter((each) => fits(each, filter)).map(({ id }) => id);
    expect(found({ state: null, kind: null, direction: "return" })).toEqual(["b", "c"]);
    expect(found({ state: "blocked", kind: "dns", direction: null })).toEqual(["a"]);
  });

  it("is counted for a facet as if that facet were not chosen", () => {
    const counts = facetCounts(checks, { state: "blocked", kind: "dns", direction: null }, "kind");
    expect([...counts]).toEqual([
      ["dns", 1],
      ["backup", 1],
    ]);
  });
});

describe("the clock of a run", () => {
  const clock = { startedAt: 1000, endedAt: null, rto: 4 * hour };

  it("tells what is left, and how much after the RTO it is forecast to end", () => {
    const now = 1000 + 3 * hour;
    expect(readClock({ clock, forecastEnd: now + 30 * minute }, now)).toEqual({
      elapsed: 3 * hour,
      left: hour,
      untilEnd: 30 * minute,
      beyond: null,
    });
    expect(readClock({ clock, forecastEnd: now + 90 * minute }, now).beyond).toBe(30 * minute);
    expect(readClock({ clock, forecastEnd: null }, now + 2 * hour).left).toBe(-hour);
  });

  it("stands still once it is over, and never runs backwards", () => {
    const over = { ...clock, endedAt: 1000 + 5 * hour };
    const read = readClock({ clock: over, forecastEnd: null }, 1000 + 50 * hour);
    expect(read).toEqual({ elapsed: 5 * hour, left: -hour, untilEnd: null, beyond: hour });
    expect(readClock({ clock, forecastEnd: null }, 0).elapsed).toBe(0);
  });

  it("shows seconds, and is drawn each second, only where they matter", () => {
    expect(clockWords(9 * minute + 5000, "en")).toBe("9:05");
    expect(clockWords(2 * hour + 31 * minute, "en")).toBe("2\u202fh 31\u202fmin");
    expect([stepOf(9 * minute), stepOf(-minute), stepOf(hour)]).toEqual([1000, 1000, 10_000]);
  });
});

describe("the steps of a plan", () => {
  it("stand under their phases, and those of none at the end", () => {
    const { nodes, phases } = basculePlan;
    const [first] = nodes;
    if (!first || !phases) throw new Error("the plan has steps and phases");
    const { phase: _none, ...loose } = first;
    const found = stepsByPhase({ ...emptyPlan, phases, nodes: [...nodes, { ...loose, id: "loose" }] });
    expect(found.map(({ id, nodes: own }) => [id, own.length])).toEqual([
      ["declare", 1],
      ["restore", 2],
      ["names", 2],
      [null, 1],
    ]);
  });
});

it("the next thing is the same as long as it is of the same kind and step", () => {
  const next = { kind: "wait", node: "a", since: null, after: [], notBy: [] } as const;
  const words = { title: { en: "A", fr: "A" }, text: { en: "", fr: "" } };
  expect(keyOf({ ...next, ...words, after: [], notBy: [] })).toBe("wait a");
  expect(keyOf(null)).toBe("");
});
