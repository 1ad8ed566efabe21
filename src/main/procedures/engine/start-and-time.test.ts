import { describe, expect, it, vi } from "vitest";
import type { Action } from "../../actions/action.ts";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { gate, planOf, poke, step, waitFor } from "./fixtures/plans.ts";
import { clock, consoleWith, journal, runPlan, settled, stepOf } from "./fixtures/started-engine.ts";

describe("before it begins", () => {
  it("refuses a plan that does not fit its hash, or was not confirmed", async () => {
    const { engine } = consoleWith([fakeAction({ risk: "destructive" })]);
    const plan = planOf([step("a", poke("tower-a", { risk: "destructive" }))]);
    const request = { plan, reason: "", confirmation: "" };
    expect(await codeOf(() => engine.start({ ...request, plan: { ...plan, parallel: 3 } }))).toBe(
      "run.damaged-plan",
    );
    expect(await codeOf(() => engine.start(request))).toBe("run.not-confirmed");
    const id = await engine.start({ ...request, confirmation: "round" });
    expect((await settled(engine, id)).status).toBe("completed");
  });

  it("refuses values and inputs that hold a secret in use: nothing of them reaches the journal", async () => {
    const { engine } = consoleWith([fakeAction()], {
      redact: (words) => words.replaceAll("hunter", "[secret]"),
    });
    const before = journal.head;
    const plans = [
      planOf([step("a", poke("tower-a"))], { variables: { word: "the hunter" } }),
      planOf([step("a", poke("tower-a", { input: { command: "login hunter" } }))]),
    ];
    for (const plan of plans)
      expect(await codeOf(() => engine.start({ plan, reason: "", confirmation: "" }))).toBe(
        "run.secret-in-plan",
      );
    expect(journal.head).toBe(before);
    expect((await runPlan(engine, planOf([step("a", poke("tower-a"))]))).status).toBe("completed");
  });

  it("has the resources of its plan to itself until its end", async () => {
    const { engine, runner } = consoleWith([fakeAction()]);
    const plan = planOf([gate("go", 1), step("a", poke("tower-a"), { needs: ["go"] })]);
    const request = { plan, reason: "", confirmation: "" };
    const { id } = await runPlan(engine, plan);
    expect(await codeOf(() => engine.start(request))).toBe("run.resource-in-use");
    const task = await runner.start({
      action: "host.poke",
      resources: ["tower-a"],
      input: {},
      reason: "",
      confirmation: "",
      concurrency: 1,
      deadline: 5000,
    });
    expect(await runner.waitFor(task)).toMatchObject({ state: "refused" });
    await engine.approve(id, "go", { accept: true, planHash: plan.hash, reason: "" });
    expect((await settled(engine, id)).status).toBe("completed");
    await engine.start(request);
  });

  it("only looks in a dry run", async () => {
    const apply = vi.fn<Action["apply"]>();
    const { engine } = consoleWith([fakeAction({ apply })]);
    const plan = planOf([
      step("a", poke("tower-a")),
      step("late", poke("tower-a", { late: true })),
      step("gone", poke("nowhere")),
    ]);
    const before = journal.head;
    const steps = await engine.dryRun(plan, AbortSignal.timeout(1000));
    expect(steps.map(({ node, preview, error }) => [node, preview?.probe.state, error?.code])).toEqual([
      ["a", "needed", undefined],
      ["late", undefined, undefined],
      ["gone", undefined, "action.unknown-resource"],
    ]);
    expect(journal.head).toBe(before);
    expect(apply).not.toHaveBeenCalled();
  });
});

describe("time", () => {
  it("is not shortened or lengthened by a wall clock that jumps", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const id = await engine.start({ plan: planOf([waitFor("rest", 60_000)]), reason: "", confirmation: "" });
    await vi.waitFor(() => expect(stepOf(engine.run(id), "rest").state).toBe("waiting"));
    for (const jump of [-3_600_000, 3_600_000]) {
      clock.wall = jump;
      await engine.pause(id, "");
      await engine.resume(id, "");
      expect(stepOf(engine.run(id), "rest").state).toBe("waiting");
    }
    clock.wall = -3_600_000;
    clock.monotonic = 60_001;
    await engine.pause(id, "");
    await engine.resume(id, "");
    expect((await settled(engine, id)).status).toBe("completed");
  });

  it("is forecast by how many steps may be under way at once", async () => {
    const { engine } = consoleWith([]);
    const ids = Array.from({ length: 12 }, (_, index) => `w${index}`);
    const plan = planOf(
      ids.map((id) => waitFor(id, 60_000)),
      { parallel: 3 },
    );
    const id = await engine.start({ plan, reason: "", confirmation: "" });
    await vi.waitFor(() => expect(stepOf(engine.run(id), "w0").state).toBe("waiting"));
    const forecast = engine.run(id).forecast;
    expect(forecast).toBeGreaterThan(230_000);
    expect(forecast).toBeLessThanOrEqual(240_000);
  });

  it("is forecast from earlier runs of the same steps", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([waitFor("rest", 5_000), step("a", poke("tower-a"))]);
    const first = await engine.start({ plan, reason: "", confirmation: "" });
    expect(engine.run(first).forecast).toBeNull();
    await vi.waitFor(() => expect(stepOf(engine.run(first), "a").state).toBe("verified"));
    clock.monotonic = 5_001;
    await engine.pause(first, "");
    await engine.resume(first, "");
    await settled(engine, first);
    const second = await engine.start({ plan, reason: "", confirmation: "" });
    const forecast = engine.run(second).forecast;
    expect(forecast).toBeGreaterThan(4_000);
    expect(forecast).toBeLessThanOrEqual(5_000);
  });
});
