import { describe, expect, it, vi } from "vitest";
import type { NewJournalEvent } from "../../../shared/journal.ts";
import { sameText } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { fakeAction, fakeHost } from "../../actions/fixtures/fake-estate.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { gate, planOf, poke, step, waitFor } from "./fixtures/plans.ts";
import {
  clock,
  consoleWith,
  hosts,
  journal,
  reported,
  restart,
  runPlan,
  settled,
  statesOf,
  stepOf,
  typesOf,
} from "./fixtures/started-engine.ts";

const needed = { state: "needed", text: sameText("needed"), observed: {} } as const;

/** The events of a first attempt at step `a`, as far as they came. */
function attempt(run: string, far: "intent" | "requested" | "sending"): NewJournalEvent[] {
  const of = (type: string, task: string, data: NewJournalEvent["data"]) => ({
    type,
    subject: "tower-a",
    task,
    data,
  });
  const task = `${run}/a/1`;
  const common = { action: "host.poke", verb: "apply", title: sameText("Poke"), input: {}, reason: "" };
  const intent = {
    node: "a",
    phase: "do",
    attempt: 1,
    target: "tower-a",
    inputHash: "",
    fence: 1,
    time: Date.now(),
  };
  const requested = {
    ...common,
    bulk: false,
    resources: [{ id: "tower-a", name: "tower-a", undoes: null }],
    concurrency: 1,
    deadline: 1000,
    origin: { run, step: "a", attempt: 1 },
  };
  const sending = {
    ...common,
    resourceName: "tower-a",
    inputHash: "",
    redacted: false,
    risk: "disruptive",
    effect: "once",
    probe: needed,
    guards: [],
    undoes: null,
  };
  const all = [
    of("run.step-intent", run, intent),
    of("action.requested", task, requested),
    of("action.intent", task, sending),
  ];
  return all.slice(0, { intent: 1, requested: 2, sending: 3 }[far]);
}

describe("a run that is taken over after a crash", () => {
  for (const far of ["intent", "requested"] as const) {
    it(`makes the next attempt when nothing was sent (killed after ${far})`, async () => {
      const id = await killedAt(far);
      const apply = vi.fn<Action["apply"]>(async (context) => {
        context.committed();
        return { data: {} };
      });
      const { engine } = consoleWith([fakeAction({ apply })]);
      await engine.takeOver(id);
      const run = await settled(engine, id);
      expect(run.status).toBe("completed");
      expect(stepOf(run, "a").attempts).toBe(2);
      expect(apply).toHaveBeenCalledOnce();
      expect(typesOf(id)).toContain("taken");
    });
  }

  it("settles what was being sent by looking, and never sends it again", async () => {
    for (const [effect, status, state] of [
      ["happened", "completed", "verified"],
      ["did-not-happen", "waiting", "failed"],
      ["unknown", "unknown-effect", "unknown-effect"],
    ] as const) {
      const id = await killedAt("sending");
      const apply = vi.fn<Action["apply"]>();
      const settle = vi.fn<Action["settle"]>(async () => ({ effect, text: sameText(effect), data: {} }));
      const { engine } = consoleWith([fakeAction({ apply, settle })]);
      await engine.takeOver(id);
      const run = await settled(engine, id);
      expect([run.status, stepOf(run, "a").state]).toEqual([status, state]);
      expect(settle).toHaveBeenCalled();
      expect(apply).not.toHaveBeenCalled();
      await engine.cancel(id, "next case").catch(() => {});
      await settled(engine, id);
      await restart();
    }
  });

  it("goes on by itself once an unknown effect is known, and lets a person decide before", async () => {
    const id = await killedAt("sending", [
      step("a", poke("tower-a")),
      step("b", poke("tower-b"), { needs: ["a"] }),
    ]);
    let known = false;
    const settle: Action["settle"] = async () =>
      known
        ? { effect: "happened", text: sameText("it did"), data: {} }
        : { effect: "unknown", text: sameText("cannot tell"), data: {} };
    const { engine, runner } = consoleWith([fakeAction({ settle })]);
    await engine.takeOver(id);
    expect((await settled(engine, id)).status).toBe("unknown-effect");
    expect(await codeOf(() => engine.retry(id, "a", "again"))).toBe("run.not-possible");
    known = true;
    await runner.settle(`${id}/a/1`);
    expect((await settled(engine, id)).status).toBe("completed");
  });

  it("begins a convergent effect anew that may have been sent", async () => {
    const id = await killedAt("sending", [step("a", poke("tower-a", { effect: "convergent" }))]);
    const apply = vi.fn<Action["apply"]>(async () => ({ data: {} }));
    const { engine } = consoleWith([fakeAction({ apply, effect: "convergent" })]);
    await engine.takeOver(id);
    const run = await settled(engine, id);
    expect(run.status).toBe("completed");
    expect(stepOf(run, "a").attempts).toBe(2);
    expect(apply).toHaveBeenCalledOnce();
  });

  it("keeps the end of a wait, however the console was away", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const id = await engine.start({ plan: planOf([waitFor("rest", 60_000)]), reason: "", confirmation: "" });
    await vi.waitFor(() => expect(stepOf(engine.run(id), "rest").state).toBe("waiting"));
    const before = stepOf(engine.run(id), "rest").blockedBy?.text;
    await restart();
    const next = consoleWith([fakeAction()]).engine;
    await next.takeOver(id);
    expect(stepOf(next.run(id), "rest").blockedBy?.text).toEqual(before);
    await restart();
    clock.wall = 61_000;
    const last = consoleWith([fakeAction()]).engine;
    await last.takeOver(id);
    expect((await settled(last, id)).status).toBe("completed");
  });

  it("is paused, not resumed, when the console was away for long; ended ones stay ended", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const done = await runPlan(engine, planOf([step("a", poke("tower-a"))]));
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    await restart();
    const soon = consoleWith([fakeAction()]).engine;
    await soon.takeOverAll(60_000);
    expect(soon.run(id).status).toBe("waiting");
    expect(await codeOf(() => soon.takeOver(done.id))).toBe("run.ended");
    await restart();
    clock.wall = 3_600_000;
    const late = consoleWith([fakeAction()]).engine;
    await late.takeOverAll(60_000);
    expect(late.run(id)).toMatchObject({
      status: "paused",
      reason: { fr: "L'exécution est en pause : la console est restée fermée un moment" },
    });
    expect(late.runs().map((run) => run.id)).toEqual([id, done.id]);
    expect(reported).toEqual([]);
  });

  it("is not run when its plan was tampered with", async () => {
    const plan = planOf([gate("go", 1)]);
    const data = { time: Date.now(), plan: { ...plan, parallel: 2 }, reason: "", confirmed: false, fence: 1 };
    journal.write({ type: "run.started", subject: null, task: "r1", data: JSON.parse(JSON.stringify(data)) });
    const { engine } = consoleWith([fakeAction()]);
    expect(await codeOf(() => engine.takeOver("r1"))).toBe("run.damaged-plan");
    expect(await codeOf(() => engine.takeOver("r2"))).toBe("run.unknown");
  });

  /** A run whose plan is `nodes`, killed while the first attempt at step `a` had come so far. */
  async function killedAt(
    far: "intent" | "requested" | "sending",
    nodes = [step("a", poke("tower-a"))],
  ): Promise<string> {
    const plan = planOf(nodes);
    const id = `killed-${journal.head}`;
    const data = { time: Date.now(), plan, reason: "", confirmed: false, fence: 1 };
    journal.write({ type: "run.started", subject: null, task: id, data: JSON.parse(JSON.stringify(data)) });
    for (const event of attempt(id, far)) journal.write(event);
    return id;
  }
});

describe("two consoles", () => {
  it("never have one run together, and the one that lost it sends nothing more", async () => {
    const log: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const action = (name: string) =>
      fakeAction({
        probe: async () => {
          if (name === "first") await held;
          return needed;
        },
        apply: async (context) => {
          context.committed();
          log.push(name);
          return { data: {} };
        },
      });
    const first = consoleWith([action("first")], { holder: "desk-1" });
    const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"), { needs: ["a"] })]);
    const id = await first.engine.start({ plan, reason: "", confirmation: "" });
    await vi.waitFor(() => expect(typesOf(id)).toContain("step-intent"));
    const second = consoleWith([action("second")], { holder: "desk-2" });
    const others = await Promise.all([
      codeOf(() => second.engine.takeOver(id)),
      codeOf(() => second.engine.pause(id, "mine")),
    ]);
    expect(others).toEqual(["run.held", "run.held"]);
    // The first one sleeps past its lease; the second takes over and the first wakes up in the middle of a step.
    clock.wall = 20_000;
    await second.engine.takeOver(id);
    release();
    await vi.waitFor(() => expect(first.engine.run(id).reason?.en).toContain("no longer has the run"));
    const run = await settled(second.engine, id);
    expect(run.status).toBe("completed");
    expect(statesOf(run)).toEqual({ a: "verified", b: "verified" });
    expect(log).toEqual(["second", "second"]);
    expect(await codeOf(() => first.engine.pause(id, ""))).toBe("run.ended");
  });

  it("raises the fence with every change of hands", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const { id } = await runPlan(engine, planOf([gate("go", 1)]));
    const fences = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await restart();
      await consoleWith([fakeAction()]).engine.takeOver(id);
      fences.push(journal.forTask(id).at(-1)?.data.fence);
    }
    expect(fences).toEqual([2, 3, 4]);
  });

  it("looks for a target that a console that has just started does not know yet", async () => {
    const asked: string[] = [];
    const found = fakeHost("cluster/nodes/n1");
    const { engine } = consoleWith([fakeAction()], {
      refresh: async (id) => {
        asked.push(id);
        hosts.set(id, found);
      },
    });
    const plan = planOf([step("a", poke(found.id))]);
    expect(await runPlan(engine, plan)).toMatchObject({ status: "completed" });
    expect(asked).toEqual([found.id]);
    const gone = consoleWith([fakeAction()], { holder: "desk-2" }).engine;
    hosts.delete(found.id);
    const run = await runPlan(gone, plan);
    expect(stepOf(run, "a")).toMatchObject({ state: "failed", attempts: 1 });
    expect(stepOf(run, "a").reason?.en).toContain("no longer declares");
  });
});
