import { describe, expect, it } from "vitest";
import { sameText } from "../../../shared/text.ts";
import type { Action } from "../../actions/action.ts";
import { fakeAction, fakeError } from "../../actions/fixtures/fake-estate.ts";
import { codeOf } from "../../actions/fixtures/started-runner.ts";
import { planOf, poke, step } from "./fixtures/plans.ts";
import {
  consoleWith,
  journal,
  restart,
  runPlan,
  settled,
  statesOf,
  stepOf,
  typesOf,
} from "./fixtures/started-engine.ts";

const back = { kind: "action", action: poke("tower-a", { id: "host.mend", effect: "convergent" }) } as const;
const plan = planOf([
  step("a", poke("tower-a"), { compensate: back }),
  step("b", poke("tower-b"), { needs: ["a"] }),
]);

/** An action that fails on tower-a while `fate` says so, and one that makes up for it; both note what was sent. */
function estate(sent: string[], fate: { fails: "before" | "after" | null }): Action[] {
  return [
    fakeAction({
      apply: async (context) => {
        if (fate.fails === "before" && context.resource.id === "tower-a") throw fakeError("tower.silent");
        context.committed();
        sent.push(`poke ${context.resource.id}`);
        if (fate.fails === "after" && context.resource.id === "tower-a") throw fakeError("tower.silent");
        return { data: {} };
      },
    }),
    fakeAction({
      id: "host.mend",
      effect: "convergent",
      apply: async (context) => {
        context.committed();
        sent.push(`mend ${context.resource.id}`);
        return { data: {} };
      },
      verify: async () => ({ proven: true, text: sameText("mended"), data: {} }),
    }),
  ];
}

describe("compensating one step by itself", () => {
  it("does what makes up for a failed step, then asks the person how the run goes on", async () => {
    const sent: string[] = [];
    const fate = { fails: "before" as "before" | null };
    const { engine } = consoleWith(estate(sent, fate));
    const run = await runPlan(engine, plan);
    expect(statesOf(run)).toEqual({ a: "failed", b: "blocked" });
    expect(await codeOf(() => engine.compensate(run.id, "a", " "))).toBe("run.needs-reason");
    expect(await codeOf(() => engine.compensate(run.id, "b", "no"))).toBe("run.no-compensation");
    await engine.compensate(run.id, "a", "it may have begun");
    const after = await settled(engine, run.id);
    expect([after.status, statesOf(after)]).toEqual(["waiting", { a: "compensated", b: "blocked" }]);
    expect(stepOf(after, "a")).toMatchObject({ blockedBy: { kind: "person" }, reason: sameText("mended") });
    expect(sent).toEqual(["mend tower-a"]);
    expect(journal.forTask(`${run.id}/a!undo/1`)[1]?.data.reason).toBe("it may have begun");
    expect(await codeOf(() => engine.compensate(run.id, "a", "once more"))).toBe("run.not-possible");
    fate.fails = null;
    await engine.retry(run.id, "a", "the cable is back");
    expect(await settled(engine, run.id)).toMatchObject({ status: "completed" });
    expect(sent).toEqual(["mend tower-a", "poke tower-a", "poke tower-b"]);
  });

  it("never lets a once effect that nobody knows of be sent again; the step can be skipped", async () => {
    const sent: string[] = [];
    const { engine } = consoleWith(estate(sent, { fails: "after" }));
    const run = await runPlan(engine, plan);
    expect(run.status).toBe("unknown-effect");
    await engine.compensate(run.id, "a", "nobody can tell");
    const after = await settled(engine, run.id);
    expect(statesOf(after)).toEqual({ a: "compensated", b: "blocked" });
    expect(stepOf(after, "a").untold).toBe(true);
    expect(await codeOf(() => engine.retry(run.id, "a", "again"))).toBe("run.not-possible");
    await engine.skip(run.id, "a", "it was made up for");
    expect(await settled(engine, run.id)).toMatchObject({ status: "completed-with-skips" });
    expect(sent).toEqual(["poke tower-a", "mend tower-a", "poke tower-b"]);
  });

  it("goes on after a restart with a compensation that was only decided, and survives the fold", async () => {
    const sent: string[] = [];
    const first = consoleWith(estate(sent, { fails: "before" })).engine;
    const run = await runPlan(first, plan);
    await first.pause(run.id, "wait");
    await first.compensate(run.id, "a", "it may have begun");
    expect(sent).toEqual([]);
    await restart();
    const second = consoleWith(estate(sent, { fails: "before" })).engine;
    await second.takeOver(run.id);
    await second.resume(run.id, "");
    expect(statesOf(await settled(second, run.id))).toEqual({ a: "compensated", b: "blocked" });
    expect(sent).toEqual(["mend tower-a"]);
    await second.rollBack(run.id, "enough");
    expect(await settled(second, run.id)).toMatchObject({ status: "rolled-back" });
    expect(typesOf(run.id)).toContain("compensating");
  });

  it("says when the compensation itself fails, and has it tried again", async () => {
    const fate = { fails: "before" as const };
    let broken = true;
    const [poking, mending] = estate([], fate);
    if (!poking || !mending) throw new Error("both actions are needed");
    const mend = {
      ...mending,
      probe: async () => {
        if (broken) throw fakeError("tower.silent");
        return { state: "needed", text: sameText("needed"), observed: {} } as const;
      },
    };
    const { engine } = consoleWith([poking, mend]);
    const run = await runPlan(engine, plan);
    await engine.compensate(run.id, "a", "to be sure");
    const failed = await settled(engine, run.id);
    expect(stepOf(failed, "a")).toMatchObject({ state: "failed", blockedBy: { kind: "person" } });
    broken = false;
    await engine.retry(run.id, "a", "");
    expect(statesOf(await settled(engine, run.id)).a).toBe("compensated");
  });
});
