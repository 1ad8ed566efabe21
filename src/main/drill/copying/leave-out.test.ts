import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proceduresSchema } from "../../../shared/procedure.ts";
import { proceduresShown } from "./leave-out.ts";

const isShown = (reference: string) => !reference.startsWith("gone/");

const procedures = (steps: object[], more: Record<string, object[]> = {}) =>
  proceduresSchema.parse(
    Object.fromEntries(
      Object.entries({ main: steps, ...more }).map(([id, own]) => [id, { title: id, steps: own }]),
    ),
  );
const act = (id: string, on: string, needs?: string[]) => ({
  id,
  action: "web.check",
  on,
  ...(needs ? { needs } : {}),
});

describe("steps that a copy cannot show", () => {
  it("go, and what came after them comes after what they came after", () => {
    const steps = [act("a", "here/x", []), act("b", "gone/y"), act("c", "gone/z"), act("d", "here/x", ["c"])];
    const shown = proceduresShown(procedures(steps), isShown);
    expect(shown.steps.map(({ step }) => step)).toEqual(["b", "c"]);
    expect(shown.procedures.main?.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ["a", []],
      ["d", ["a"]],
    ]);
  });

  it("go where nothing that is shown has their action", () => {
    const steps = [act("a", "here/x"), { ...act("b", "here/x"), action: "alertmanager.silence" }];
    const isDone = (action: string) => !action.startsWith("alertmanager.");
    const shown = proceduresShown(procedures(steps), isShown, isDone);
    expect(shown.steps).toEqual([{ procedure: "main", step: "b" }]);
  });

  it("take along the steps that call a procedure of which nothing is left", () => {
    const steps = [act("a", "here/x"), { id: "call", procedure: "part" }];
    const wait = { id: "w", wait: { until: { resource: "gone/y", fact: "web.answers", is: true } } };
    const shown = proceduresShown(procedures(steps, { part: [wait] }), isShown);
    expect(Object.keys(shown.procedures)).toEqual(["main"]);
    expect(shown.steps).toEqual([
      { procedure: "part", step: "w" },
      { procedure: "main", step: "call" },
    ]);
  });

  it("leave steps that need only what is left, in an order that is a part of the one before", () => {
    const step = fc.record({
      gone: fc.boolean(),
      needs: fc.option(fc.array(fc.nat(20), { maxLength: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (drawn) => {
        const steps = drawn.map(({ gone, needs }, index) => {
          const before = needs?.filter((each) => each < index).map((each) => `s${each}`);
          return act(`s${index}`, gone ? "gone/x" : "here/x", before);
        });
        const { procedures: shown, steps: lost } = proceduresShown(procedures(steps), isShown);
        const kept = shown.main?.steps ?? [];
        expect(kept.length + lost.length).toBe(steps.length);
        const seen = new Set<string>();
        for (const { id, needs = [] } of kept) {
          expect(needs.filter((need) => !seen.has(need))).toEqual([]);
          seen.add(id);
        }
        const again = proceduresShown(shown, isShown);
        expect(again).toEqual({ procedures: shown, steps: [] });
      }),
    );
  });
});
