import fc from "fast-check";
import { expect, test } from "vitest";
import { endedBefore, graphOf, inOrder } from "./graph.ts";

test("a step without needs comes after the one before it in the list", () => {
  const graph = graphOf([
    { id: "a" },
    { id: "b" },
    { id: "c", needs: [] },
    { id: "d", needs: ["b", "c", "x"] },
  ]);
  expect(Object.fromEntries(graph.before)).toEqual({ a: [], b: ["a"], c: [], d: ["b", "c"] });
  expect([...endedBefore(graph, "d")].sort()).toEqual(["a", "b", "c"]);
  expect([...endedBefore(graph, "a")]).toEqual([]);
});

test("two ways around in one list are both named", () => {
  const before = new Map([
    ["a", ["b"]],
    ["b", ["a"]],
    ["c", ["c"]],
    ["d", ["a"]],
    ["e", []],
  ]);
  expect(inOrder(before)).toEqual({
    order: ["e"],
    cycles: [
      ["a", "b", "a"],
      ["c", "c"],
    ],
  });
});

test("a thousand steps in a row are ordered, as is a ring of them found", () => {
  const ids = Array.from({ length: 1000 }, (_, index) => `s${index}`);
  const { before } = graphOf(ids.map((id) => ({ id })));
  expect(inOrder(before).order).toEqual(ids);
  const ring = new Map([...before, ["s0", ["s999"]]]);
  expect(inOrder(ring)).toMatchObject({ order: [], cycles: [{ length: 1001 }] });
});

test("what is ordered comes after all that it needs; what is not, after itself", () => {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const edges = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 10 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const before = new Map(
        ids.map((id) => [id, pairs.filter(([from]) => from === id).map(([, to]) => to)]),
      );
      const { order, cycles } = inOrder(before);
      const done = new Set<string>();
      for (const id of order) {
        expect((before.get(id) ?? []).every((need) => done.has(need))).toBe(true);
        done.add(id);
      }
      for (const cycle of cycles) {
        expect(cycle.at(0)).toBe(cycle.at(-1));
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(before.get(id)).toContain(cycle[index + 1]);
      }
      expect(cycles.length > 0).toBe(order.length < ids.length);
    }),
  );
});
