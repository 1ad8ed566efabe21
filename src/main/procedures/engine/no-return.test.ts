import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { gate, planOf, poke, step } from "./fixtures/plans.ts";
import { consoleWith, restart, runPlan, settled, stepOf } from "./fixtures/started-engine.ts";
import { applyEvent, foldRun, freshRun, type RunEvent } from "./run-fold.ts";

const compensate = { kind: "undo", text: null } as const;
const plan = planOf([
  step("stop", poke("tower-a"), { compensate }),
  step("flip", poke("tower-b"), { after: ["stop"], pointOfNoReturn: true, compensate }),
  gate("confirm", 1, { after: ["flip"] }),
]);

function event(type: string, data: object): RunEvent {
  return { type, task: "r1", actor: "operator-a", data: JSON.parse(JSON.stringify(data)) };
}

function fresh() {
  const start = { id: "r1", actor: "operator-a", plan, reason: "", confirmed: false, pra: null, fence: 1 };
  return freshRun({ ...start, startedAt: 0 });
}

const errorOf = (code: string) => ({
  code,
  system: "x",
  message: { en: "", fr: "" },
  hint: { en: "", fr: "" },
});
const unsent = ["action.impossible", "action.guard-rights"];

const anyEvent: fc.Arbitrary<RunEvent> = fc
  .record({
    type: fc.constantFrom(
      "run.step-intent",
      "run.step-ended",
      "run.rolling-back",
      "run.skipped",
      "run.adopted",
      "run.retried",
      "run.taken",
    ),
    node: fc.constantFrom("stop", "flip"),
    phase: fc.constantFrom("do", "undo"),
    attempt: fc.integer({ min: 1, max: 3 }),
    outcome: fc.constantFrom("verified", "already-done", "failed", "unknown-effect", "interrupted"),
    code: fc.constantFrom(...unsent, "host.refused", null),
    time: fc.integer({ min: 0, max: 10_000 }),
  })
  .map(({ type, code, ...data }) =>
    event(type, {
      ...data,
      target: "t",
      inputHash: "",
      fence: 1,
      reason: "because",
      text: null,
      task: null,
      error: code === null ? null : errorOf(code),
    }),
  );

describe("the fold of a point of no return", () => {
  it("is passed by its intent, and no rolling back counts from then on", () => {
    const run = fresh();
    applyEvent(run, event("run.rolling-back", { time: 1, reason: "r" }));
    expect(run.rollingBack).not.toBeNull();
    const other = fresh();
    const intent = { node: "flip", phase: "do", attempt: 1, target: "t", inputHash: "", fence: 1 };
    applyEvent(other, event("run.step-intent", { time: 5, ...intent }));
    expect(other.noReturn).toEqual({ node: "flip", attempt: 1, at: 5 });
    applyEvent(other, event("run.rolling-back", { time: 6, reason: "r" }));
    expect(other.rollingBack).toBeNull();
  });

  it("whatever happens: only a sole try that sent nothing takes it back, and what follows it is not rolled back", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const run = fresh();
        for (const one of events) {
          const before = run.noReturn;
          const rolled = run.rollingBack;
          applyEvent(run, one);
          if (before !== null && rolled === null) expect(run.rollingBack).toBeNull();
          if (before === null || run.noReturn !== null) continue;
          const data = one.data as { outcome?: string; attempt?: number; error?: { code: string } | null };
          expect(one.type).toBe("run.step-ended");
          expect(data).toMatchObject({ outcome: "failed", attempt: before.attempt });
          expect(unsent).toContain(data.error?.code);
        }
        const started = event("run.started", { time: 0, plan, reason: "", confirmed: false, fence: 1 });
        expect(foldRun([started, ...events])?.noReturn).toEqual(run.noReturn);
      }),
    );
  });
});

describe("a run with a point of no return", () => {
  const undo = async () => ({ proven: true, text: { en: "undone", fr: "défait" }, data: {} });
  const undoable = () => fakeAction({ undo });

  it("is rolled back before it, and refuses that from then on, also after a crash", async () => {
    const { engine } = consoleWith([undoable()]);
    const run = await runPlan(engine, plan);
    expect(stepOf(run, "flip").state).toBe("verified");
    expect(run.pastNoReturn).toMatchObject({ node: "flip" });
    await expect(engine.rollBack(run.id, "why")).rejects.toMatchObject({ code: "run.past-no-return" });
    expect(engine.run(run.id).rollingBack).toBe(false);
    await restart();
    const { engine: next } = consoleWith([undoable()]);
    await next.takeOver(run.id);
    await expect(next.rollBack(run.id, "why")).rejects.toMatchObject({ code: "run.past-no-return" });
  });

  it("whose only try was impossible may still be rolled back", async () => {
    const impossible = fakeAction({
      probe: async ({ resource }) => ({
        state: resource.id === "tower-b" ? ("impossible" as const) : ("needed" as const),
        text: { en: "no", fr: "non" },
        observed: {},
      }),
      undo,
    });
    const { engine } = consoleWith([impossible]);
    const run = await runPlan(engine, plan);
    expect(stepOf(run, "flip").state).toBe("failed");
    expect(run.pastNoReturn).toBeUndefined();
    await engine.rollBack(run.id, "why");
    expect((await settled(engine, run.id)).status).toBe("rolled-back");
  });
});
