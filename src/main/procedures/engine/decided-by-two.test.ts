import fc from "fast-check";
import { expect, it } from "vitest";
import type { PlanNode } from "../../../shared/plan.ts";
import { isDecidedByTwo } from "./decided-by-two.ts";

interface Sketch {
  needs?: string[];
  after?: string[];
  parent?: string;
  approvers?: number;
}

/** Nodes of a plan with what is looked at here. */
function plan(sketches: Record<string, Sketch>): (id: string) => PlanNode | undefined {
  const nodes = Object.entries(sketches).map(([id, { needs = [], after = [], parent = null, approvers }]) => [
    id,
    { id, needs, after, parent, ...(approvers ? { kind: "gate", gate: { approvers } } : { kind: "action" }) },
  ]);
  const all = new Map(nodes as [string, PlanNode][]);
  return (id) => all.get(id);
}

it.each<[string, Record<string, Sketch>, boolean]>([
  ["behind such a gate", { gate: { approvers: 2 }, do: { needs: ["gate"] } }, true],
  ["further behind it", { gate: { approvers: 2 }, one: { after: ["gate"] }, do: { needs: ["one"] } }, true],
  [
    "inside what is behind it",
    { gate: { approvers: 2 }, all: { needs: ["gate"] }, do: { parent: "all" } },
    true,
  ],
  ["behind a gate for one", { gate: { approvers: 1 }, do: { needs: ["gate"] } }, false],
  ["beside such a gate", { gate: { approvers: 2 }, do: {} }, false],
  ["before such a gate", { do: {}, gate: { approvers: 2, needs: ["do"] } }, false],
])("a step %s", (_, sketches, decided) => {
  expect(isDecidedByTwo("do", plan(sketches))).toBe(decided);
});

it("a gate that does not count, as one that was skipped, decides nothing", () => {
  const nodes = plan({ gate: { approvers: 2 }, do: { needs: ["gate"] } });
  expect(isDecidedByTwo("do", nodes, () => false)).toBe(false);
});

it("comes to an end whatever points at whatever, and never makes up a gate", () => {
  const names = fc.constantFrom("a", "b", "c", "d", "do", "nowhere");
  const sketch = fc.record({ needs: fc.array(names), after: fc.array(names), parent: names });
  const sketches = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "do"), sketch);
  fc.assert(
    fc.property(sketches, (all) => {
      expect(isDecidedByTwo("do", plan(all))).toBe(false);
    }),
  );
});
