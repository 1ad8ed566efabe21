import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameText } from "../../shared/text.ts";
import { asData, taskEventTypes } from "./action-events.ts";
import { foldTasks, type TaskEvent } from "./task-fold.ts";

const error = { code: "reach.lost", system: "reach", message: sameText("lost"), hint: sameText("again") };
const probe = { state: "needed", text: sameText("needed"), observed: {} } as const;

function intentData(effect: "once" | "convergent", verb: "apply" | "undo") {
  return {
    action: "host.poke",
    verb,
    title: sameText("Poke"),
    resourceName: "tower-a",
    inputHash: "0".repeat(64),
    input: {},
    redacted: false,
    risk: "disruptive",
    effect,
    probe,
    guards: [],
    reason: "",
    undoes: null,
  };
}

function requestedData(count: number) {
  return {
    action: "host.poke",
    verb: "apply",
    title: sameText("Poke"),
    bulk: count > 1,
    resources: Array.from({ length: count }, (_, index) => ({
      id: `tower-${index}`,
      name: `tower-${index}`,
      undoes: null,
    })),
    input: {},
    reason: "",
    concurrency: 1,
    deadline: 1000,
  };
}

type Step = [type: (typeof taskEventTypes)[number], data: object];

const effects = fc.constantFrom("once" as const, "convergent" as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>(["action.requested", requestedData(1)]),
  fc
    .tuple(effects, fc.constantFrom("apply" as const, "undo" as const))
    .map(([effect, verb]): Step => ["action.intent", intentData(effect, verb)]),
  fc
    .constantFrom("applied", "failed", "cancelled", "unknown")
    .map(
      (outcome): Step => [
        "action.result",
        { outcome, data: {}, error: outcome === "applied" ? null : error },
      ],
    ),
  fc.boolean().map((proven): Step => ["action.verified", { proven, text: sameText("seen"), data: {} }]),
  fc.constant<Step>(["action.verified", { proven: false, disproven: true, text: sameText("7"), data: {} }]),
  fc.constant<Step>(["action.unproven", { error }]),
  fc
    .constantFrom("happened", "did-not-happen", "unknown")
    .map((effect): Step => ["action.settled", { effect, text: sameText("looked"), data: {} }]),
  fc.constant<Step>(["action.refused", { error, guards: [], probe: null }]),
  fc.constant<Step>(["action.already-done", { probe }]),
  fc.constant<Step>(["action.cancelled", { text: sameText("cancelled") }]),
  fc.constant<Step>(["action.failed", { error }]),
  fc.constantFrom(...taskEventTypes).map((type): Step => [type, { garbage: true }]),
);

function eventsOf(steps: readonly Step[], task = "t"): TaskEvent[] {
  return steps.map(([type, data], index) => ({
    type,
    subject: "tower-0",
    task,
    data: asData(data),
    at: index,
    actor: "operator-a",
    sequence: index + 1,
  }));
}

function fold(steps: readonly Step[]) {
  return foldTasks(eventsOf(steps)).get("t");
}

const intent = (effect: "once" | "convergent" = "once"): Step => [
  "action.intent",
  intentData(effect, "apply"),
];
const result = (outcome: string): Step => [
  "action.result",
  { outcome, data: {}, error: outcome === "applied" ? null : error },
];
const verified = (proven: boolean): Step => ["action.verified", { proven, text: sameText("seen"), data: {} }];
const disproven: Step = [
  "action.verified",
  { proven: false, disproven: true, text: sameText("exit code 7"), data: {} },
];
const settled = (effect: string): Step => ["action.settled", { effect, text: sameText("looked"), data: {} }];
const requested: Step = ["action.requested", requestedData(1)];

describe("foldTasks", () => {
  it.each<[string, Step[]]>([
    ["running", [requested]],
    ["unknown-effect", [requested, intent()]],
    ["unknown-effect", [requested, intent(), result("applied")]],
    ["verified", [requested, intent(), result("applied"), verified(true)]],
    ["failed", [requested, intent("convergent"), result("applied"), verified(false)]],
    ["unknown-effect", [requested, intent("once"), result("applied"), verified(false)]],
    ["failed", [requested, intent("once"), result("applied"), disproven]],
    ["failed", [requested, intent(), result("failed")]],
    ["cancelled", [requested, intent(), result("cancelled")]],
    ["unknown-effect", [requested, intent(), result("unknown")]],
    ["unknown-effect", [requested, intent(), result("unknown"), settled("unknown")]],
    ["verified", [requested, intent(), settled("happened")]],
    ["failed", [requested, intent(), settled("did-not-happen")]],
    ["verified", [requested, ["action.intent", intentData("once", "undo")], settled("did-not-happen")]],
    ["failed", [requested, ["action.intent", intentData("once", "undo")], settled("happened")]],
    ["refused", [requested, ["action.refused", { error, guards: [], probe: null }]]],
    ["already-done", [requested, ["action.already-done", { probe }]]],
    // An intent that cannot be read is an intent all the same.
    ["unknown-effect", [requested, ["action.intent", { garbage: true }]]],
  ])("is %s after %j", (state, steps) => {
    expect(fold(steps)?.state).toBe(state);
  });

  it("gives every prefix of any sequence an honest state", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const task = fold(steps);
        const types = steps.map(([type]) => type);
        const last = types.lastIndexOf("action.intent");
        expect(task?.intents).toBe(types.filter((type) => type === "action.intent").length);
        const since = steps.slice(last + 1).filter(([, data]) => !("garbage" in data));
        const says = (type: Step[0], more: object = {}) =>
          since.some(
            ([other, data]) =>
              other === type &&
              Object.entries(more).every(([key, value]) => Reflect.get(data, key) === value),
          );
        if (last === -1) {
          // Nothing was sent: it may not be shown as having had an effect.
          expect(["verified", "unknown-effect"]).not.toContain(task?.state);
          return;
        }
        // Something may have been sent: it may not be shown as if nothing had been begun.
        expect(["running", "refused", "already-done"]).not.toContain(task?.state);
        if (task?.state === "verified") {
          expect(says("action.verified", { proven: true }) || says("action.settled")).toBe(true);
        }
        if (task?.state === "failed") {
          expect(
            says("action.result", { outcome: "failed" }) ||
              says("action.verified", { proven: false }) ||
              says("action.settled"),
          ).toBe(true);
        }
        if (task?.state === "cancelled") expect(says("action.result", { outcome: "cancelled" })).toBe(true);
        if (since.length === 0) expect(task?.state).toBe("unknown-effect");
      }),
      { numRuns: 2000 },
    );
  });

  it("never lets what comes after an end change it, but for another intent", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), step, (steps, next) => {
        const before = fold(steps)?.state;
        if (before === undefined || before === "running" || before === "unknown-effect") return;
        fc.pre(next[0] !== "action.intent");
        expect(fold([...steps, next])?.state).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps the tasks of interleaved journals apart", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b"), step), { maxLength: 20 }), (mixed) => {
        const together = foldTasks(mixed.flatMap(([task, one]) => eventsOf([one], task)));
        for (const name of ["a", "b"]) {
          const alone = eventsOf(
            mixed.filter(([task]) => task === name).map(([, one]) => one),
            name,
          );
          expect(together.get(name)?.state).toBe(foldTasks(alone).get(name)?.state);
        }
      }),
    );
  });

  it("brings all tasks of a bulk into being with its request, and ends the idle ones with it", () => {
    const events = [
      ...eventsOf([["action.requested", requestedData(3)]]),
      ...eventsOf([intent()], "t.2"),
      ...eventsOf([["action.cancelled", { text: sameText("the console ended") }]]),
    ];
    const tasks = foldTasks(events);
    expect([...tasks.values()].map((task) => [task.id, task.parent, task.resource, task.state])).toEqual([
      ["t", null, "tower-0", "cancelled"],
      ["t.1", "t", "tower-0", "cancelled"],
      ["t.2", "t", "tower-1", "unknown-effect"],
      ["t.3", "t", "tower-2", "cancelled"],
    ]);
  });
});
