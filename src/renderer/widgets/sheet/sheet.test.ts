import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InputField, Preview } from "../../../shared/action.ts";
import { sameText } from "../../../shared/text.ts";
import { initialValues, inputOf } from "./input.ts";
import { differentSteps, groupByOutcome, outcomeOf, outcomes } from "./outcomes.ts";
import { isHeldUp, obstacle } from "./verdict.ts";

const words = sameText("words");

function preview(part: {
  state?: Preview["probe"]["state"];
  refusedBy?: "hard" | "soft";
  typeToConfirm?: string;
}): Preview {
  return {
    resource: "r",
    name: "r",
    probe: { state: part.state ?? "needed", text: words, observed: {} },
    steps: [words],
    proof: words,
    undo: null,
    guards: [
      { guard: "lock", allowed: true, text: words },
      ...(part.refusedBy
        ? [{ guard: "window", allowed: false, text: words, opensWithReason: part.refusedBy === "soft" }]
        : []),
    ],
    typeToConfirm: part.typeToConfirm ?? null,
  };
}

const given = { complete: true, reason: "", confirmation: "" };

describe("what keeps an action from being started", () => {
  it("is nothing when it is needed and allowed", () => {
    expect(obstacle([preview({})], given)).toBeNull();
    expect(obstacle([preview({ state: "done" })], given)).toBeNull();
  });

  it("is a preview that is not there yet, or an input that is not complete", () => {
    expect(obstacle(null, given)).toBe("looking");
    expect(obstacle([], given)).toBe("looking");
    expect(obstacle([preview({})], { ...given, complete: false })).toBe("incomplete");
  });

  it("is looked at again only where nothing that is typed would help", () => {
    expect(isHeldUp([preview({ refusedBy: "hard" })])).toBe(true);
    expect(isHeldUp([preview({ state: "impossible" })])).toBe(true);
    expect(isHeldUp([preview({ refusedBy: "soft" })])).toBe(false);
    expect(isHeldUp([preview({ typeToConfirm: "tower-b" })])).toBe(false);
    expect(isHeldUp([preview({ refusedBy: "hard" }), preview({})])).toBe(false);
  });

  it("is a guard: one that a reason opens wants a reason, another stays shut", () => {
    expect(obstacle([preview({ refusedBy: "soft" })], given)).toBe("reason");
    expect(obstacle([preview({ refusedBy: "soft" })], { ...given, reason: " " })).toBe("reason");
    expect(obstacle([preview({ refusedBy: "soft" })], { ...given, reason: "on call" })).toBeNull();
    expect(obstacle([preview({ refusedBy: "hard" })], { ...given, reason: "on call" })).toBe("refused");
  });

  it("is the name that must be typed, to the letter", () => {
    const destructive = [preview({ typeToConfirm: "tower-b" })];
    expect(obstacle(destructive, given)).toBe("confirmation");
    expect(obstacle(destructive, { ...given, confirmation: "Tower-b" })).toBe("confirmation");
    expect(obstacle(destructive, { ...given, confirmation: "tower-b" })).toBeNull();
  });

  it("of many is only what stops them all", () => {
    expect(obstacle([preview({ state: "impossible" }), preview({})], given)).toBeNull();
    expect(obstacle([preview({ state: "impossible" }), preview({ state: "impossible" })], given)).toBe(
      "impossible",
    );
    expect(obstacle([preview({ state: "impossible" }), preview({ refusedBy: "hard" })], given)).toBe(
      "refused",
    );
    expect(obstacle([preview({ refusedBy: "hard" }), preview({ refusedBy: "soft" })], given)).toBe("reason");
  });

  it("counts every resource exactly once", () => {
    const any = fc.record({
      state: fc.constantFrom("needed", "done", "impossible"),
      refusedBy: fc.constantFrom("hard", "soft"),
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            any,
            any.map(({ state }) => ({ state })),
          ),
        ),
        (parts) => {
          const previews = parts.map((part, place) => ({ ...preview(part), name: `vm-${place}` }));
          const groups = groupByOutcome(previews);
          const names = groups.flatMap(({ said }) => said.flatMap((same) => same.names));
          expect([...names].sort()).toEqual(previews.map(({ name }) => name).sort());
          expect(groups.map(({ outcome }) => outcome)).toEqual(
            outcomes.filter((outcome) => previews.some((each) => outcomeOf(each).outcome === outcome)),
          );
          for (const { count, said } of groups) {
            expect(count).toBe(said.reduce((sum, same) => sum + same.names.length, 0));
          }
        },
      ),
    );
  });

  it("says of each outcome what most of them say first, and which steps differ", () => {
    const say = (name: string, en: string, steps = "stop it") => ({
      ...preview({}),
      name,
      probe: { state: "needed" as const, text: sameText(en), observed: {} },
      steps: [sameText(steps)],
    });
    const previews = [
      say("a", "on"),
      say("b", "idle", "wake it"),
      say("c", "idle"),
      { ...preview({ refusedBy: "hard" }), name: "d" },
    ];
    const [needed, refused] = groupByOutcome(previews);
    expect(needed?.said.map(({ words: { en }, names }) => [en, names])).toEqual([
      ["idle", ["b", "c"]],
      ["on", ["a"]],
    ]);
    expect(refused).toMatchObject({ outcome: "refused", count: 1 });
    expect(differentSteps(previews).map(({ steps, count }) => [steps[0]?.en, count])).toEqual([
      ["stop it", 2],
      ["wake it", 1],
    ]);
  });
});

const field = (part: Partial<InputField> & Pick<InputField, "name" | "type">): InputField => ({
  label: words,
  required: false,
  choices: [],
  initial: null,
  ...part,
});

describe("the input of an action", () => {
  const fields = [
    field({ name: "command", type: "multiline", required: true }),
    field({ name: "seconds", type: "number", initial: 60 }),
    field({ name: "force", type: "boolean" }),
    field({ name: "mode", type: "choice", required: true, choices: [{ value: "soft", label: words }] }),
  ];

  it("begins with what the action proposes", () => {
    expect(initialValues(fields)).toEqual({ command: "", seconds: "60", force: false, mode: "soft" });
  });

  it("begins with a choice that can be made", () => {
    const choices = [
      { value: "here", label: words, unavailable: words },
      { value: "there", label: words },
    ];
    expect(initialValues([field({ name: "to", type: "choice", required: true, choices })])).toEqual({
      to: "there",
    });
  });

  it("is not complete without what is required, nor with a number that is none", () => {
    expect(inputOf(fields, initialValues(fields))).toBeNull();
    expect(inputOf(fields, { ...initialValues(fields), command: "uptime", seconds: "soon" })).toBeNull();
  });

  it("has numbers as numbers, a comma too, and leaves out what is empty", () => {
    const values = { ...initialValues(fields), command: "uptime" };
    expect(inputOf(fields, { ...values, seconds: "1,5" })).toEqual({
      command: "uptime",
      seconds: 1.5,
      force: false,
      mode: "soft",
    });
    expect(inputOf(fields, { ...values, seconds: " " })).not.toHaveProperty("seconds");
  });

  it("keeps the command exactly as it was typed", () => {
    fc.assert(
      fc.property(
        fc.string().filter((typed) => typed.trim() !== ""),
        (command) => {
          expect(inputOf(fields, { ...initialValues(fields), command })?.command).toBe(command);
        },
      ),
    );
  });
});
