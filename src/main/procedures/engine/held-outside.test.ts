import { expect, it } from "vitest";
import { text } from "../../../shared/text.ts";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { planOf, poke, step } from "./fixtures/plans.ts";
import { consoleWith, journal, settled, statesOf, stepOf } from "./fixtures/started-engine.ts";

const away = text("Outside.", "Dehors.");

it("begins no step from outside, finishes what is under way, and goes on by itself from inside", async () => {
  let finish = () => {};
  const underWay = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let outside = false;
  let begun = 0;
  const action = fakeAction({
    apply: async (context) => {
      context.committed();
      begun += 1;
      if (begun === 1) await underWay;
      return { data: {} };
    },
  });
  const { engine } = consoleWith([action], { outside: () => (outside ? away : null) });
  const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-a"), { needs: ["a"] })]);
  const id = await engine.start({ plan, reason: "", confirmation: "" });
  await expect.poll(() => begun).toBe(1);
  outside = true;
  finish();
  await expect.poll(() => engine.run(id).reason?.fr).toContain("Dehors.");
  expect(statesOf(engine.run(id))).toEqual({ a: "verified", b: "pending" });
  engine.look();
  await expect.poll(() => engine.run(id).reason?.en).toContain("Outside.");
  expect([begun, stepOf(engine.run(id), "b").attempts]).toEqual([1, 0]);
  const written = journal.forTask(id).length;
  engine.look();
  expect(journal.forTask(id)).toHaveLength(written);
  outside = false;
  engine.look();
  const ended = await settled(engine, id);
  expect(ended.status).toBe("completed");
  expect(ended.reason?.en ?? "").not.toContain("Outside.");
});

it("what can be begun from outside goes on, and a run that is held can be cancelled", async () => {
  const { engine } = consoleWith([fakeAction()], {
    outside: (_action, target) => (target === "tower-b" ? away : null),
  });
  const plan = planOf([step("a", poke("tower-a")), step("b", poke("tower-b"))]);
  const id = await engine.start({ plan, reason: "", confirmation: "" });
  await expect.poll(() => statesOf(engine.run(id))).toEqual({ a: "verified", b: "pending" });
  await expect.poll(() => engine.run(id).reason?.en).toContain("Outside.");
  await engine.cancel(id, "enough");
  const ended = await settled(engine, id);
  expect(ended.endedAt).not.toBeNull();
  expect(ended.reason?.en ?? "").not.toContain("Outside.");
});
