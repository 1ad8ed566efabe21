import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type GroupHead,
  groupNames,
  type ListFrame,
  type ListRow,
  listQuerySchema,
} from "../../../shared/live.ts";
import { facetValues } from "./Facets.tsx";
import { lineKey } from "./line-keys.ts";
import {
  type ListView,
  queryOfView,
  toggleFacet,
  toggleFold,
  unfolded,
  viewFromQuery,
} from "./list-settings.ts";
import { foldList, type ListWindow, windowOffset, windowSize } from "./list-window.ts";
import { toggled, withGroup } from "./selection.ts";

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

const head = (value: string, part: Partial<GroupHead> = {}): GroupHead => ({
  key: `\n${value}`,
  value,
  system: null,
  total: 2,
  wrong: 0,
  open: true,
  place: 0,
  ...part,
});

describe("a grouped list", () => {
  it("has main's heads among its rows, and as many lines as main says", () => {
    const fold = foldList(0);
    const first: ListFrame = {
      asOf: 1,
      total: 9,
      matching: 2,
      order: ["\nnorth", "a", "b"],
      facets: null,
      groups: { lines: 3, heads: [head("north")] },
      rows: [row("a"), row("b")],
    };
    const whole = fold(null, first);
    expect(whole.lines).toEqual([head("north"), row("a"), row("b")]);
    expect(whole.length).toBe(3);
    const counted = fold(whole, {
      ...first,
      order: null,
      rows: [],
      groups: { lines: 3, heads: [head("north", { wrong: 1 })] },
    });
    expect(counted.lines[0]).toEqual(head("north", { wrong: 1 }));
    expect(counted.rows.map(({ id }) => id)).toEqual(["a", "b"]);
    const { groups: _unchanged, ...rest } = first;
    const later = fold(counted, { ...rest, order: null, rows: [row("a", "A")] });
    expect(later.length).toBe(3);
    expect(later.heads).toEqual([head("north", { wrong: 1 })]);
    expect(later.rows[0]?.name).toBe("A");
  });

  it("folds and unfolds as often as one likes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c")), (keys) => {
        const folding = keys.reduce(toggleFold, unfolded);
        const odd = ["a", "b", "c"].filter((key) => keys.filter((each) => each === key).length % 2 === 1);
        expect([...folding.except].sort()).toEqual(odd);
      }),
    );
  });

  it("moves with the arrows, folds with left and right, and goes from a row to its head", () => {
    const at = { at: 1, length: 4, page: 10, head: 0 };
    const onRow = (key: string) => lineKey({ key }, { ...at, line: row("a") });
    const onHead = (key: string, open: boolean) =>
      lineKey({ key }, { ...at, at: 0, line: head("north", { open }) });
    expect(onRow("ArrowLeft")).toEqual({ does: "move", to: 0 });
    expect(onRow("ArrowRight")).toEqual({ does: "nothing" });
    expect(onRow("Enter")).toEqual({ does: "open" });
    expect(onRow("PageDown")).toEqual({ does: "move", to: 3 });
    expect(onHead("ArrowLeft", true)).toEqual({ does: "fold" });
    expect(onHead("ArrowLeft", false)).toEqual({ does: "nothing" });
    expect(onHead("ArrowRight", false)).toEqual({ does: "fold" });
    expect(onHead("ArrowRight", true)).toEqual({ does: "move", to: 1 });
    expect(onHead("Enter", true)).toEqual({ does: "fold" });
    expect(onHead(" ", true)).toEqual({ does: "select" });
    expect(lineKey({ key: "Enter" }, { ...at, line: undefined })).toEqual({ does: "nothing" });
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

describe("a view", () => {
  it("is the same after it went through an address", () => {
    const words = fc.string({ maxLength: 20 });
    const view: fc.Arbitrary<ListView> = fc.record({
      text: words,
      facets: fc.dictionary(
        fc.constantFrom("site", "power", "host"),
        fc.uniqueArray(words, { minLength: 1, maxLength: 3 }),
      ),
      sort: fc.record({
        by: fc.constantFrom("name", "memory.total"),
        direction: fc.constantFrom("ascending", "descending"),
      }),
      columns: fc.uniqueArray(fc.constantFrom("health", "vm.host", "cpu.count"), { minLength: 1 }),
      group: fc.constantFrom(null, ...groupNames),
      fold: fc.constant(unfolded),
    });
    fc.assert(
      fc.property(view, (asked) => {
        const read = viewFromQuery(new URLSearchParams(queryOfView(asked)));
        expect({ group: null, fold: unfolded, ...read }).toEqual(asked);
      }),
    );
  });

  it("takes from an address only what a list can show", () => {
    expect(viewFromQuery(new URLSearchParams("group=colour&sort=<b>&columns=,a b"))).toBeNull();
    expect(viewFromQuery(new URLSearchParams("site=east&site=east"))?.facets).toEqual({ site: ["east"] });
    expect(viewFromQuery(new URLSearchParams("group=host"))).toMatchObject({ group: "host", text: "" });
  });

  it("takes no more of a link than a list can be asked for", () => {
    const link = new URLSearchParams({ text: "x".repeat(5000) });
    for (let index = 0; index < 500; index++) link.append("site", `site-${index % 250}`);
    link.append("host", "h".repeat(5000));
    const read = viewFromQuery(link);
    expect(read?.facets?.site).toHaveLength(100);
    expect(read?.facets).not.toHaveProperty("host");
    expect(listQuerySchema.safeParse({ ...read }).success).toBe(true);
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

  it("takes a whole group in, and out again only when all of it was in", () => {
    const group = new Map([
      ["a", "A"],
      ["b", "B"],
    ]);
    const partly = new Map([
      ["a", "A"],
      ["c", "C"],
    ]);
    const all = withGroup(partly, group);
    expect([...all.keys()].sort()).toEqual(["a", "b", "c"]);
    expect([...withGroup(all, group).keys()]).toEqual(["c"]);
  });
});
