import { describe, expect, it, vi } from "vitest";
import { sameText } from "../../../shared/text.ts";
import { fakeAction, fakeError, fakeHost } from "../../actions/fixtures/fake-estate.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { noted } from "./fixtures/noted.ts";
import { forEach, planOf, poke, step, waitFor, waitUntil } from "./fixtures/plans.ts";
import {
  consoleWith,
  hosts,
  journal,
  runPlan,
  settled,
  statesOf,
  stepOf,
  typesOf,
} from "./fixtures/started-engine.ts";

describe("a run", () => {
  it("takes each step after those it needs and is completed when all are proven", async () => {
    const log: string[] = [];
    const { engine } = consoleWith([noted(log)]);
    const plan = planOf([
      step("a", poke("tower-a")),
      step("b", poke("tower-b"), { needs: ["a"] }),
      step("c", poke("tower-c"), { needs: ["b"] }),
    ]);
    const run = await runPlan(engine, plan);
    expect(run).toMatchObject({ status: "completed", actor: "operator-a", planHash: plan.hash });
    expect(run.endedAt).not.toBeNull();
    expect(statesOf(run)).toEqual({ a: "verified", b: "verified", c: "verified" });
    expect(log).toEqual(["tower-a", "tower-b", "tower-c"]);
    expect(typesOf(run.id).slice(0, 3)).toEqual(["started", "step-intent", "step-ended"]);
    const intent = journal.forTask(run.id).find(({ type }) => type === "run.step-intent");
    const sent = journal.forTask(`${run.id}/a/1`).find(({ type }) => type === "action.intent");
    expect(intent?.data).toMatchObject({ node: "a", attempt: 1, target: "tower-a", fence: 1 });
    expect(intent?.sequence).toBeLessThan(sent?.sequence ?? 0);
    expect(await journal.verify()).toMatchObject({ intact: true });
  });

  it("goes on with other branches when a step fails, then waits for a person, who has it tried again", async () => {
    const log: string[] = [];
    let broken = true;
    const action = noted(log, () => {}, {
      probe: async ({ resource }: { resource: { id: string } }) => {
        if (resource.id === "tower-a" && broken) throw fakeError("tower.silent");
        return { state: "needed", text: sameText("needed"), observed: {} };
      },
    });
    const { engine } = consoleWith([action]);
    const plan = planOf([
      step("a", poke("tower-a")),
      step("b", poke("tower-b")),
      step("c", poke("tower-c"), { needs: ["a", "b"] }),
    ]);
    const run = await runPlan(engine, plan);
    expect(run.status).toBe("waiting");
    expect(statesOf(run)).toEqual({ a: "failed", b: "verified", c: "blocked" });
    expect(stepOf(run, "a").blockedBy?.kind).toBe("person");
    expect(stepOf(run, "c").blockedBy).toMatchObject({ kind: "needs", nodes: ["a"] });
    expect(await codeOf(() => engine.retry(run.id, "b", ""))).toBe("run.not-possible");
    broken = false;
    await engine.retry(run.id, "a", "the cable is back");
    const after = await settled(engine, run.id);
    expect(after.status).toBe("completed");
    expect(stepOf(after, "a").attempts).toBe(2);
    expect(log).toEqual(["tower-b", "tower-a", "tower-c"]);
  });

  it("tries a convergent step again by itself as often as it may, and a once effect never", async () => {
    let sent = 0;
    const failing = (effect: "once" | "convergent") =>
      fakeAction({
        effect,
        apply: async (context) => {
          context.committed();
          sent += 1;
          return { data: {} };
        },
        verify: async () => ({ proven: false, disproven: true, text: sameText("it did not"), data: {} }),
      });
    const retry = { times: 2, delay: 1 };
    const convergent = consoleWith([failing("convergent")]).engine;
    const first = await runPlan(
      convergent,
      planOf([step("a", poke("tower-a", { effect: "convergent" }), { retry })]),
    );
    expect(first.status).toBe("waiting");
    expect([sent, stepOf(first, "a").attempts]).toEqual([3, 3]);
    sent = 0;
    const once = consoleWith([failing("once")], { holder: "desk-2" }).engine;
    const second = await runPlan(once, planOf([step("a", poke("tower-b"), { retry })]));
    expect(second.status).toBe("waiting");
    expect([sent, stepOf(second, "a").attempts]).toEqual([1, 1]);
  });

  it("asks a person at once about a step that its probe finds impossible, and tries it again when told to", async () => {
    let isKept = true;
    const sent: string[] = [];
    const action = noted(sent, () => {}, {
      effect: "convergent",
      probe: async () => ({
        state: isKept ? "impossible" : "needed",
        text: sameText(isKept ? "a device keeps it" : "needed"),
        observed: {},
      }),
    });
    const { engine } = consoleWith([action]);
    const retry = { times: 2, delay: 1 };
    const held = await runPlan(
      engine,
      planOf([step("a", poke("tower-a", { effect: "convergent" }), { retry })]),
    );
    expect(held.status).toBe("waiting");
    expect(stepOf(held, "a")).toMatchObject({ state: "failed", attempts: 1, blockedBy: { kind: "person" } });
    expect(stepOf(held, "a").reason?.en).toContain("a device keeps it");
    expect(sent).toEqual([]);
    isKept = false;
    await engine.retry(held.id, "a", "the device is off");
    expect((await settled(engine, held.id)).status).toBe("completed");
    expect(sent).toEqual(["tower-a"]);
  });

  it("keeps to its limits: of the whole, and of the items of a forEach", async () => {
    let under = 0;
    let most = 0;
    const action = noted([], async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 5));
      under -= 1;
    });
    const ids = ["h1", "h2", "h3", "h4", "h5", "h6"];
    for (const id of ids) hosts.set(id, fakeHost(id));
    const { engine } = consoleWith([action]);
    const items = ids.map((id) => step(`each[${id}]/poke`, poke(id), { parent: "each", item: id }));
    const run = await runPlan(engine, planOf([forEach("each", ids, { parallel: 2 }), ...items]));
    expect(run.status).toBe("completed");
    expect(most).toBe(2);
    most = 0;
    const whole = planOf(
      ids.map((id) => step(id, poke(id))),
      { parallel: 3 },
    );
    expect((await runPlan(engine, whole)).status).toBe("completed");
    expect(most).toBe(3);
  });

  it("asks a query again when its forEach is reached, and journals what it holds then", async () => {
    const log: string[] = [];
    const { engine } = consoleWith([noted(log)], {
      expand: (_plan, node) => ({
        items: [{ id: "tower-b", name: "tower-b" }],
        nodes: [step(`${node.id}[tower-b]/poke`, poke("tower-b"), { parent: node.id, item: "tower-b" })],
        leftOut: [{ id: "each[tower-b]/rest", title: sameText("rest"), because: sameText("false") }],
      }),
    });
    const dynamic = { query: {}, procedure: "round", bindings: {}, outcomes: {} };
    const leftOut = ["other", "each[tower-a]/rest"].map((id) => ({
      id,
      title: sameText(id),
      because: sameText("false"),
    }));
    const plan = planOf(
      [
        forEach("each", ["tower-a"], { dynamic }),
        step("each[tower-a]/poke", poke("tower-a"), { parent: "each", item: "tower-a" }),
        step("last", poke("tower-c"), { needs: ["each"] }),
      ],
      { leftOut },
    );
    const run = await runPlan(engine, plan);
    expect(run.status).toBe("completed");
    expect(log).toEqual(["tower-b", "tower-c"]);
    expect(Object.keys(statesOf(run))).not.toContain("each[tower-a]/poke");
    expect(typesOf(run.id)).toContain("expanded");
    expect(run.plan.leftOut.map(({ id }) => id)).toEqual(["other", "each[tower-b]/rest"]);
  });

  it("leaves out what its condition leaves out, with what needs it, and calls that completed", async () => {
    const fact = { kind: "fact", resource: "tower-a", fact: "health" } as const;
    const isBad = {
      kind: "compare",
      operator: "==",
      left: fact,
      right: { kind: "value", value: "critical" },
    } as const;
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([
      step("a", poke("tower-a"), { when: { words: "bad", condition: isBad, value: null } }),
      step("b", poke("tower-b"), { needs: ["a"] }),
      step("c", poke("tower-c"), { after: ["b"] }),
    ]);
    const run = await runPlan(engine, plan);
    expect(run.status).toBe("completed");
    expect(statesOf(run)).toEqual({ a: "skipped", b: "skipped", c: "verified" });
    expect(stepOf(run, "a").skippedBy).toBe("condition");
    hosts.set("tower-a", fakeHost("tower-a", { stale: true }));
    const untold = await runPlan(engine, plan);
    expect(untold.status).toBe("waiting");
    expect(stepOf(untold, "a").blockedBy?.kind).toBe("condition");
    await engine.skip(untold.id, "a", "nobody can read it");
    expect(await settled(engine, untold.id)).toMatchObject({ status: "completed-with-skips" });
  });

  it("waits for a time, and for a fact that was read since the wait began", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const plan = planOf([
      waitFor("rest", 20),
      waitUntil("well", "tower-a", "health", "ok", { needs: ["rest"] }),
    ]);
    const id = await engine.start({ plan, reason: "", confirmation: "" });
    await vi.waitFor(() => expect(stepOf(engine.run(id), "well").blockedBy?.kind).toBe("fact"));
    expect(stepOf(engine.run(id), "rest").state).toBe("verified");
    expect(engine.run(id).status).toBe("running");
    const seen = { health: "ok", seenAt: Date.now() + 5, error: null } as const;
    hosts.set("tower-a", fakeHost("tower-a", { sources: { towers: seen } }));
    expect(await settled(engine, id)).toMatchObject({ status: "completed" });
  });

  it("has what a wait looks at read at once when it begins, and once only", async () => {
    const asked: string[] = [];
    const { engine } = consoleWith([fakeAction()], {
      refresh: async (id) => {
        asked.push(id);
        const seen = { health: "ok", seenAt: Date.now() + 5, error: null } as const;
        hosts.set(id, fakeHost(id, { sources: { towers: seen } }));
      },
    });
    const plan = planOf([
      waitUntil("well", "tower-a", "health", "ok"),
      waitFor("rest", 20, { needs: ["well"] }),
    ]);
    expect(await runPlan(engine, plan)).toMatchObject({ status: "completed" });
    expect(asked).toEqual(["tower-a"]);
  });

  it("fails a wait that takes longer than it may", async () => {
    const { engine } = consoleWith([fakeAction()]);
    const run = await runPlan(
      engine,
      planOf([waitUntil("well", "tower-a", "health", "warning", { timeout: 10 }), waitFor("rest", 40)]),
    );
    expect(run.status).toBe("waiting");
    expect(stepOf(run, "well")).toMatchObject({ state: "failed" });
  });
});
