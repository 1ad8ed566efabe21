import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runStateSchema } from "../../../shared/run.ts";
import { forEach, gate, planOf, poke, step, waitFor } from "./fixtures/plans.ts";
import type { FoldedRun } from "./folded-run.ts";
import { StepHistory } from "./forecast.ts";
import { nextMoves } from "./moves.ts";
import { type RunEventType, runEventSchemas, runEventTypes, stepOutcomes } from "./run-events.ts";
import { applyEvent, foldRun, type RunEvent } from "./run-fold.ts";
import { runStateOf } from "./run-state.ts";

const compensate = { kind: "undo", text: null } as const;
const plan = planOf([
  step("a", poke("tower-a"), { compensate }),
  step("b", poke("tower-b", { effect: "convergent" }), {
    needs: ["a"],
    retry: { times: 1, delay: 10 },
    compensate,
  }),
  waitFor("rest", 100, { needs: ["a"] }),
  gate("go", 1, { needs: ["rest"], expires: 1000 }),
  forEach("each", ["x", "y"], { after: ["b"] }),
  step("each[x]/poke", poke("x"), { parent: "each", item: "x" }),
  step("each[y]/poke", poke("y"), { parent: "each", item: "y", after: ["each[x]/poke"] }),
]);
const names = [...plan.nodes.map(({ id }) => id), "nothing"];

const started = event("run.started", { time: 0, plan, reason: "", confirmed: false, fence: 1 });

function event(type: string, data: object): RunEvent {
  return { type, task: "r1", actor: "operator-a", data: JSON.parse(JSON.stringify(data)) };
}

/** Any event of a run, mostly sound ones about steps of the plan, in any order. */
const anyEvent: fc.Arbitrary<RunEvent> = fc
  .record({
    type: fc.constantFrom(...runEventTypes),
    node: fc.constantFrom(...names),
    attempt: fc.integer({ min: 0, max: 3 }),
    phase: fc.constantFrom("do", "undo"),
    outcome: fc.constantFrom(...stepOutcomes),
    status: fc.constantFrom("completed", "completed-with-skips", "rolled-back", "failed", "unknown-effect"),
    time: fc.integer({ min: 0, max: 10_000 }),
    spoilt: fc.boolean(),
  })
  .map(({ type, spoilt, ...data }) => {
    const words = { en: "", fr: "" };
    const whole = {
      ...data,
      plan,
      confirmed: false,
      fence: data.attempt,
      reason: "because",
      by: "operator-b",
      target: "t",
      inputHash: "",
      until: data.time + 5,
      text: words,
      error: null,
      task: null,
      planHash: plan.hash,
      items: [],
      nodes: [],
    };
    return event(type, spoilt && data.attempt === 3 ? { node: data.node } : whole);
  });

const around = { judge: () => true, isSeen: () => null, now: 5_000 };

function fold(events: RunEvent[]): FoldedRun {
  const run = foldRun([started, ...events]);
  if (run === null) throw new Error("the run did not begin");
  return run;
}

/** The events that may have made a step verified, by the journal alone. */
function evidenceFor(events: readonly RunEvent[], node: string): boolean {
  const ends = events.filter(({ data }) => data.node === node);
  return ends.some(
    ({ type, data }) =>
      type === "run.adopted" ||
      (type === "run.step-ended" && (data.outcome === "verified" || data.outcome === "already-done")),
  );
}

describe("foldRun", () => {
  it("takes any events in any order: what it gives is a legal state, and shown without loss", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        for (let length = 0; length <= events.length; length += 1) {
          const run = fold(events.slice(0, length));
          const state = runStateOf(run, {
            active: true,
            judge: () => true,
            history: new StepHistory(),
            now: 5_000,
            trouble: null,
          });
          expect(runStateSchema.safeParse(state).success).toBe(true);
          expect(state.steps.map(({ node }) => node)).toEqual([...run.nodes.keys()]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is never better than the evidence", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const run = fold(events);
        for (const [id, { state, doing, undoing, changed }] of run.nodes) {
          if (doing.state === "verified") expect(evidenceFor(events, id)).toBe(true);
          if (state === "compensated") expect(undoing.state).toBe("verified");
          if (undoing.state === "verified") expect(evidenceFor(events, id)).toBe(true);
          if (changed) expect(run.effects).toContain(id);
        }
        const states = [...run.nodes.values()].map(({ state }) => state);
        if (run.end?.status === "completed") {
          expect(states.every((state) => state === "verified" || state === "skipped")).toBe(true);
        }
        if (run.end !== null && run.end.status !== "unknown-effect") {
          expect(states).not.toContain("running");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("counts every intent that is later than those before, even where it should not have been", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const run = fold(events);
        const before = run.nodes.get("a")?.doing.attempts ?? 0;
        applyEvent(
          run,
          event("run.step-intent", {
            time: 1,
            node: "a",
            phase: "do",
            attempt: before + 1,
            target: "t",
            inputHash: "",
            fence: 1,
          }),
        );
        expect(run.nodes.get("a")).toMatchObject({ state: "running", doing: { state: "running" } });
      }),
      { numRuns: 100 },
    );
  });

  it("gives the same whether it is folded at once or event by event", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const run = fold([]);
        for (const one of events) applyEvent(run, one);
        expect(run).toEqual(fold(events));
      }),
      { numRuns: 60 },
    );
  });

  it("takes nothing from what is not an event of its run", () => {
    const run = fold([]);
    const before = structuredClone(run);
    applyEvent(run, { ...event("run.paused", { time: 1, reason: "" }), task: "r2" });
    applyEvent(run, event("action.intent", {}));
    applyEvent(run, event("toString", {}));
    applyEvent(run, event("run.paused", { reason: 7 }));
    expect(run).toEqual(before);
    expect(foldRun([event("run.paused", { time: 1, reason: "" })])).toBeNull();
    expect(foldRun([event("run.started", { plan: {} })])).toBeNull();
  });
});

/** Plays a run against a far side that answers by `fates`: whatever they are, the moves end, and the end is earned. */
describe("nextMoves", () => {
  it("brings every run to an honest end or to a person, and never repeats a once effect by itself", () => {
    const fate = fc.constantFrom("verified", "already-done", "failed", "unknown-effect");
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 20, maxLength: 20 }),
        fc.constantFrom("run", "roll-back", "cancel"),
        fc.nat(12),
        (fates, wish, at) => {
          const run = fold([]);
          const sent = new Map<string, number>();
          let time = 1;
          const tell = (type: RunEventType, data: object) => {
            const said = event(type, { time, ...data });
            expect(runEventSchemas[type].safeParse(said.data).success).toBe(true);
            applyEvent(run, said);
          };
          for (let turn = 0; ; turn += 1) {
            expect(turn).toBeLessThan(200);
            time += 50;
            if (turn === at && run.end === null) {
              if (wish === "roll-back") tell("run.rolling-back", { reason: "" });
              if (wish === "cancel") tell("run.cancelled", { reason: "" });
            }
            const { moves, wakeAt } = nextMoves(run, { ...around, now: time });
            const [move] = moves;
            if (move === undefined) {
              const waitsForGate = run.nodes.get("go")?.state === "running";
              if (waitsForGate && run.end === null && run.rollingBack === null) {
                tell("run.gate-approved", { node: "go", planHash: plan.hash, by: "operator-b" });
                continue;
              }
              if (wakeAt !== null || turn < at) continue;
              break;
            }
            if (move.kind === "finish") {
              tell("run.ended", { status: move.status, text: move.text });
              expect(run.end?.status).toBe(move.status);
              continue;
            }
            const { node, doing, undoing } = move.node;
            const told = { node: node.id, text: null, error: null, task: null };
            if (move.kind === "end") {
              tell("run.step-ended", {
                ...told,
                phase: "do",
                attempt: doing.attempts,
                outcome: move.outcome,
              });
            } else if (move.kind === "begin" && node.kind !== "action") {
              tell("run.step-begun", { node: node.id, attempt: doing.attempts + 1, until: time + 40 });
            } else if (move.kind === "begin" || move.kind === "undo") {
              const phase = move.kind === "undo" ? "undo" : "do";
              const attempt = (phase === "undo" ? undoing : doing).attempts + 1;
              tell("run.step-intent", {
                node: node.id,
                phase,
                attempt,
                target: "t",
                inputHash: "",
                fence: 1,
              });
              sent.set(`${node.id} ${phase}`, (sent.get(`${node.id} ${phase}`) ?? 0) + 1);
              const outcome = fates[turn % fates.length] ?? "failed";
              tell("run.step-ended", { ...told, phase, attempt, outcome });
            }
          }
          for (const [what, times] of sent)
            expect(times).toBeLessThanOrEqual(what.startsWith("b do") ? 2 : 1);
          const states = [...run.nodes.values()].map(({ state }) => state);
          if (run.end === null)
            expect(states.some((one) => one === "failed" || one === "unknown-effect")).toBe(true);
          if (run.end?.status === "rolled-back") {
            expect(run.effects.every((id) => run.nodes.get(id)?.state === "compensated")).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
