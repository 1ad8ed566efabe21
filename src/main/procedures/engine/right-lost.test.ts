import { expect, it } from "vitest";
import type { AnsweredRun } from "../../../shared/run.ts";
import { fakeAction } from "../../actions/fixtures/fake-estate.ts";
import { gate, planOf, poke, step } from "./fixtures/plans.ts";
import { consoleWith, journal, restart, runPlan, settled, stepOf } from "./fixtures/started-engine.ts";
import { reasonWords, rightLost } from "./own-reasons.ts";

const plan = () =>
  planOf([
    step("a", poke("tower-a")),
    gate("go", 1, { needs: ["a"] }),
    step("b", poke("tower-a"), { needs: ["go"] }),
  ]);

it("pauses a run whose first person has lost the right before its next step, once, until somebody has it go on", async () => {
  let lost: { who: string; able: string[] } | null = null;
  const asked: AnsweredRun[] = [];
  const { engine } = consoleWith([fakeAction()], {
    rightLost: (run) => {
      asked.push(run);
      return run.answers.by === "operator-a" && run.left.length > 0 ? lost : null;
    },
  });
  const { id } = await runPlan(engine, plan());
  await engine.reconsider();
  expect(engine.run(id).status).toBe("waiting");
  expect(asked.at(-1)?.left.map((node) => node.id)).toEqual(["go", "b"]);
  lost = { who: "Ada", able: ["Bea"] };
  await engine.reconsider();
  await engine.reconsider();
  expect(journal.forTask(id).filter(({ type }) => type === "run.paused")).toHaveLength(1);
  expect(engine.run(id).reason?.en).toContain("those who may have it go on: Bea");
  await engine.approve(id, "go", { accept: true, planHash: engine.run(id).planHash, reason: "" });
  expect(stepOf(engine.run(id), "b").attempts).toBe(0);
  lost = null;
  await engine.resume(id, "taken on");
  expect((await settled(engine, id)).status).toBe("completed");
});

it("a run that is taken over after its first person lost the right begins nothing", async () => {
  const first = consoleWith([fakeAction()]).engine;
  const { id } = await runPlan(first, plan());
  await restart();
  const { engine } = consoleWith([fakeAction()], { rightLost: () => ({ who: "Ada", able: [] }) });
  await engine.takeOverAll(60_000);
  expect(engine.run(id).status).toBe("paused");
  expect(engine.run(id).reason?.fr).toContain("et personne d'autre ne l'a");
});

it("says why in words, and takes nothing for it that is not", () => {
  expect(reasonWords(rightLost({ who: "Ada", able: ["Bea", "Cyd"] })).fr).toContain("Bea, Cyd");
  for (const typed of ["right-lost", "right-lost {", 'right-lost {"who":1}', "a moment"]) {
    expect(reasonWords(typed).en).toBe(typed);
  }
});
