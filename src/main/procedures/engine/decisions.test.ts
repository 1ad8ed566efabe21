import { describe, expect, it, vi } from "vitest";
import { sameText } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { fakeAction, fakeError, fakeHost } from "../../actions/fixtures/fake-estate.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { noted } from "./fixtures/noted.ts";
import { gate, planOf, poke, step } from "./fixtures/plans.ts";
import { consoleWith, hosts, runPlan, settled, statesOf, stepOf } from "./fixtures/started-engine.ts";

describe("what a person decides", () => {
  it("is paused and resumed between steps", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const log: string[] = [];
    const { engine } = consoleWith([noted(log, () => held)]);
    const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"), { needs: ["a"] })]);
    const id = await engine.start({ plan, reason: "", confirmation: "" });
    await vi.waitFor(() => expect(log).toEqual(["tower-a"]));
    await engine.pause(id, "lunch");
    release();
    await vi.waitFor(() => expect(stepOf(engine.run(id), "a").state).toBe("verified"));
    const paused = await settled(engine, id);
    expect(paused.status).toBe("paused");
    expect(paused.reason?.en).toContain("lunch");
    expect(stepOf(paused, "b").blockedBy?.kind).toBe("paused");
    await engine.resume(id, "");
    expect((await settled(engine, id)).status).toBe("completed");
  });

  it("skips and adopts only with a reason, and the end says so", async () => {
    const { engine } = consoleWith([
      fakeAction({ probe: async () => Promise.reject(fakeError("tower.silent")) }),
    ]);
    const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"))]);
    const { id } = await runPlan(engine, plan);
    expect(await codeOf(() => engine.skip(id, "a", " "))).toBe("run.needs-reason");
    expect(await codeOf(() => engine.adopt(id, "a", ""))).toBe("run.needs-reason");
    await engine.skip(id, "a", "it is being scrapped");
    await engine.adopt(id, "b", "I pressed the button");
    const run = await settled(engine, id);
    expect(run.status).toBe("completed-with-skips");
    expect(stepOf(run, "a")).toMatchObject({ state: "skipped", skippedBy: "person" });
    expect(stepOf(run, "b")).toMatchObject({ state: "verified", reason: sameText("I pressed the button") });
    expect(await codeOf(() => engine.skip(id, "a", "again"))).toBe("run.ended");
  });

  it("approves a gate, for this plan only; with two approvers somebody else has to sign", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([gate("one", 1), gate("two", 2, { needs: ["one"] })]);
    const run = await runPlan(engine, plan);
    expect(run.status).toBe("waiting");
    const yes = { accept: true, planHash: plan.hash, reason: "" };
    expect(await codeOf(() => engine.approve(run.id, "one", { ...yes, planHash: "other" }))).toBe(
      "run.plan-changed",
    );
    await engine.approve(run.id, "one", yes);
    await settled(engine, run.id);
    expect(await codeOf(() => engine.approve(run.id, "two", yes))).toBe("run.own-request");
    expect(await codeOf(() => engine.approve(run.id, "two", { ...yes, by: "operator-b" }))).toBe(
      "run.needs-signature",
    );
    expect(statesOf(engine.run(run.id))).toEqual({ one: "verified", two: "waiting" });
  });

  it("refuses a gate, or lets it expire", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([gate("no", 1), gate("late", 1, { expires: 5 })]);
    const run = await runPlan(engine, plan);
    const no = { accept: false, planHash: plan.hash, reason: "" };
    expect(await codeOf(() => engine.approve(run.id, "no", no))).toBe("run.needs-reason");
    await engine.approve(run.id, "no", { ...no, reason: "not tonight" });
    await vi.waitFor(() => expect(stepOf(engine.run(run.id), "late").state).toBe("failed"));
    const after = await settled(engine, run.id);
    expect(stepOf(after, "no").reason?.en).toContain("not tonight");
    expect(after.status).toBe("waiting");
  });

  it("rolls back what took effect, in reverse order, and nothing that was done before", async () => {
    const log: string[] = [];
    const undo: Action["undo"] = async ({ resource }) => {
      log.push(`undo ${resource.id}`);
      return { proven: true, text: sameText("back"), data: {} };
    };
    const done = { state: "done", text: sameText("done"), observed: {} } as const;
    const needed = { state: "needed", text: sameText("needed"), observed: {} } as const;
    const action = noted(log, () => {}, {
      undo,
      probe: async ({ resource }: { resource: { id: string } }) => {
        if (resource.id === "tower-b") return done;
        if (resource.id === "missing") throw fakeError("tower.silent");
        return needed;
      },
    });
    hosts.set("missing", fakeHost("missing"));
    const { engine } = consoleWith([action]);
    const compensate = { kind: "undo", text: null } as const;
    const plan = planOf([
      step("a", poke("tower-a"), { compensate }),
      step("b", poke("tower-b"), { needs: ["a"], compensate }),
      step("c", poke("tower-c"), {
        needs: ["b"],
        compensate: { kind: "action", action: poke("tower-c", { id: "host.calm", effect: "convergent" }) },
      }),
      step("d", poke("missing"), { needs: ["c"], compensate }),
      gate("e", 1, { needs: ["d"] }),
    ]);
    const calm = noted(log, () => {}, { id: "host.calm", effect: "convergent" });
    const both = consoleWith([action, calm], { holder: "desk-2" });
    expect(engine.runs()).toEqual([]);
    const { id } = await runPlan(both.engine, plan);
    await both.engine.rollBack(id, "it does not work");
    const run = await settled(both.engine, id);
    expect(log).toEqual(["tower-a", "tower-c", "tower-c", "undo tower-a"]);
    expect(run).toMatchObject({ status: "rolled-back", rollingBack: true });
    expect(statesOf(run)).toMatchObject({ a: "compensated", b: "verified", c: "compensated", d: "failed" });
  });

  it("sends nothing more that was not sent when it is rolled back, and lets what was sent come to its end", async () => {
    const log: string[] = [];
    const probing = Promise.withResolvers<void>();
    const sent = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const action = noted(log, () => {}, {
      probe: async ({ resource }: { resource: { id: string } }) => {
        if (resource.id === "tower-b") await probing.promise;
        return { state: "needed", text: sameText("needed"), observed: {} };
      },
      verify: async () => {
        sent.resolve();
        await over.promise;
        return { proven: true, text: sameText("proven"), data: {} };
      },
    });
    const { engine } = consoleWith([action]);
    const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"))]);
    const id = await engine.start({ plan, reason: "", confirmation: "" });
    await sent.promise;
    await engine.rollBack(id, "not now");
    probing.resolve();
    over.resolve();
    const run = await settled(engine, id);
    expect(log).toEqual(["tower-a"]);
    expect([run.status, statesOf(run)]).toEqual(["failed", { a: "verified", b: "failed" }]);
  });

  it("does not call rolled back what has no way back, or what failed on the way", async () => {
    let broken = true;
    const undo: Action["undo"] = async () => {
      if (broken) throw fakeError("tower.silent");
      return { proven: true, text: sameText("back"), data: {} };
    };
    const { engine } = consoleWith([fakeAction({ undo, effect: "convergent" })]);
    const compensate = { kind: "undo", text: null } as const;
    const retry = { times: 3, delay: 1 };
    const plan = planOf([
      step("a", poke("tower-a")),
      step("b", poke("tower-b", { effect: "convergent" }), { needs: ["a"], compensate, retry }),
      gate("c", 1, { needs: ["b"] }),
    ]);
    const { id } = await runPlan(engine, plan);
    await engine.rollBack(id, "");
    const stuck = await settled(engine, id);
    expect(stuck.status).toBe("waiting");
    expect(stepOf(stuck, "b").state).toBe("failed");
    broken = false;
    await engine.retry(id, "b", "");
    const run = await settled(engine, id);
    expect(run.status).toBe("failed");
    expect(run.reason?.en).toContain('"a"');
    expect(stepOf(run, "b").state).toBe("compensated");
  });

  it("cancels: nothing more is begun, and what was not sent is not sent", async () => {
    let asked = () => {};
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const action = fakeAction({
      probe: async ({ signal }) => {
        asked();
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      },
    });
    const { engine } = consoleWith([action]);
    const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"), { needs: ["a"] })]);
    const id = await engine.start({ plan, reason: "", confirmation: "" });
    await reached;
    await engine.cancel(id, "wrong tower");
    const run = await settled(engine, id);
    expect(run).toMatchObject({ status: "failed" });
    expect(run.reason?.en).toContain("wrong tower");
    expect(statesOf(run)).toEqual({ a: "failed", b: "pending" });
  });
});
