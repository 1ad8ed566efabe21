import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListFrame, ListRow } from "../../../shared/live.ts";
import { facetValues } from "./Facets.tsx";
import { toggleFacet, viewFromQuery } from "./list-settings.ts";
import { foldList, type ListWindow, windowOffset, windowSize } from "./list-window.ts";
import { toggled } from "./selection.ts";

function row(id: string, name = id): ListRow {
  return {
    id,
    kind: "host",
    name,
    system: "s",
    parent: null,
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 1,
    problem: null,
    cells: {},
  };
}

describe("the window of a list", () => {
  it("always holds the visible rows, whatever the scrolling", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20_000), { minLength: 1 }),
        fc.integer({ min: 1, max: 80 }),
        (places, height) => {
          let offset = 0;
          for (const first of places) {
            const last = first + height;
            offset = windowOffset(offset, first, last);
            expect(offset).toBeGreaterThanOrEqual(0);
            expect(first).toBeGreaterThanOrEqual(offset);
            expect(last).toBeLessThan(offset + windowSize);
            expect(windowOffset(offset, first, last)).toBe(offset);
          }
        },
      ),
    );
  });

  it("asks for nothing new on a small scroll", () => {
    expect(windowOffset(0, 0, 40)).toBe(0);
    expect(windowOffset(0, 60, 100)).toBe(0);
    expect(windowOffset(0, 160, 190)).toBeGreaterThan(0);
  });

  it("ends with main's rows in main's order, after any deltas", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
    fc.assert(
      fc.property(fc.array(fc.record({ order: ids, renamed: ids }), { minLength: 1 }), (changes) => {
        const fold = foldList(50);
        const main = new Map<string, string>();
        let shown: string[] = [];
        let value: ListWindow | null = null;
        for (const [version, { order, renamed }] of changes.entries()) {
          const sent = order.filter((id) => !shown.includes(id) || renamed.includes(id));
          for (const id of sent) main.set(id, `${id}${version}`);
          const frame: ListFrame = {
            asOf: version,
            total: 9,
            matching: order.length,
            order: version > 0 && order.join() === shown.join() ? null : order,
            facets: null,
            rows: sent.map((id) => row(id, main.get(id))),
          };
          value = fold(value, frame);
          shown = order;
          expect(value.rows.map(({ id, name }) => [id, name])).toEqual(order.map((id) => [id, main.get(id)]));
          expect(value.offset).toBe(50);
        }
      }),
    );
  });
});

describe("facets", () => {
  it("are toggled without a trace", () => {
    expect(toggleFacet({}, "site", "atelier")).toEqual({ site: ["atelier"] });
    expect(toggleFacet({ site: ["atelier"] }, "site", "atelier")).toEqual({});
    expect(toggleFacet({ site: ["a"] }, "health", "ok")).toEqual({ site: ["a"], health: ["ok"] });
  });

  it("show the worst health first and keep a chosen value that matches nothing now", () => {
    expect(facetValues("health", { ok: 9, critical: 1 }, ["unknown"]).map(({ value }) => value)).toEqual([
      "critical",
      "unknown",
      "ok",
    ]);
    expect(facetValues("site", { a: 1, b: 5 }, ["c"])).toEqual([
      { value: "b", count: 5 },
      { value: "a", count: 1 },
      { value: "c", count: 0 },
    ]);
  });

  it("come from a link, and only those that exist", () => {
    expect(viewFromQuery(new URLSearchParams("site=a&site=b&colour=red&text=web"))).toEqual({
      facets: { site: ["a", "b"] },
      text: "web",
    });
    expect(viewFromQuery(new URLSearchParams("action=ssh.reboot"))).toBeNull();
  });
});

describe("the selection", () => {
  it("is as before after two toggles, and leaves the one before untouched", () => {
    const before = new Map([["a", "A"]]);
    const after = toggled(before, "b", "B");
    expect([...after.keys()]).toEqual(["a", "b"]);
    expect(toggled(after, "b", "B")).toEqual(before);
    expect(before.size).toBe(1);
  });
});
