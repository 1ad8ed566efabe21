import { describe, expect, it } from "vitest";
import { sameText } from "../../shared/text.ts";
import { fakeAction, fakeError } from "./fixtures/fake-estate.ts";
import { codeOf, journal, request, run, runnerWith, typesOf } from "./fixtures/started-runner.ts";

const origin = { run: "r1", step: "each.a/reboot", attempt: 1, check: () => {} };

describe("a task of a run's step", () => {
  it("has the name of its attempt, is on the list by itself, and is asked for once", async () => {
    const runner = runnerWith([fakeAction()]);
    const id = await runner.start(request(), origin);
    expect(id).toBe("r1/each.a/reboot/1");
    expect(await runner.waitFor(id)).toMatchObject({ state: "verified", parent: null });
    expect(await codeOf(() => runner.start(request(), origin))).toBe("action.asked-before");
    const later = runnerWith([fakeAction()]);
    expect(await codeOf(() => later.start(request(), origin))).toBe("action.asked-before");
    expect(journal.forTask(id)[0]?.data.origin).toEqual({ run: "r1", step: "each.a/reboot", attempt: 1 });
  });

  it("sends nothing once the run is no longer this console's, however late that is noticed", async () => {
    let checks = 0;
    for (const failAt of [1, 2]) {
      checks = 0;
      const runner = runnerWith([fakeAction()]);
      const id = await runner.start(request(), {
        ...origin,
        attempt: failAt + 1,
        check: () => {
          checks += 1;
          if (checks === failAt) throw fakeError("run.lost");
        },
      });
      expect(await runner.waitFor(id)).toMatchObject({ state: "failed", error: { code: "run.lost" } });
      expect(typesOf(id)).not.toContain("verified");
      expect(typesOf(id).includes("intent")).toBe(failAt === 2);
    }
  });

  it("is remembered from the journal alone, and can be undone long after it left the list", async () => {
    const undo = async () => ({ proven: true, text: sameText("back"), data: {} });
    const first = runnerWith([fakeAction({ undo })]);
    const id = await first.start(request(), origin);
    await first.waitFor(id);
    const later = runnerWith([fakeAction({ undo })], { now: () => Date.now() + 30 * 86_400_000 });
    expect(later.tasks()).toEqual([]);
    expect(later.recall(id)).toMatchObject({ state: "verified", intents: 1 });
    expect(later.recall("r1/none/1")).toBeNull();
    expect(await codeOf(() => later.undo(id))).toBe("action.unknown-task");
    const undone = await later.undo(id, { ...origin, step: "each.a/reboot/undo" });
    expect(await later.waitFor(undone)).toMatchObject({ id: "r1/each.a/reboot/undo/1", state: "verified" });
  });
});

describe("what a run has reserved", () => {
  const title = sameText("Patch round");

  it("is refused to everybody else, except for what is safe, until it is given back", async () => {
    const runner = runnerWith([fakeAction(), fakeAction({ id: "host.look", risk: "safe" })]);
    expect(runner.reserve(["tower-a", "tower-b"], { run: "r1", title, since: 0 })).toBeNull();
    const refused = await run(runner, { reason: "I must" });
    expect(refused).toMatchObject({ state: "refused", error: { code: "action.guard-reserved" } });
    expect(refused.outcome?.en).toContain("Patch round");
    expect(await run(runner, { action: "host.look" })).toMatchObject({ state: "verified" });
    expect(await run(runner, { resources: ["tower-c"] })).toMatchObject({ state: "verified" });
    const own = await runner.start(request(), origin);
    expect(await runner.waitFor(own)).toMatchObject({ state: "verified" });
    runner.giveBack("r1");
    expect(await run(runner)).toMatchObject({ state: "verified" });
  });

  it("is reserved whole or not at all", () => {
    const runner = runnerWith([fakeAction()]);
    expect(runner.reserve(["tower-b"], { run: "r1", title, since: 5 })).toBeNull();
    expect(runner.reserve(["tower-a", "tower-b"], { run: "r2", title, since: 6 })).toMatchObject({
      run: "r1",
      resource: "tower-b",
    });
    expect(runner.reserve(["tower-a"], { run: "r3", title, since: 7 })).toBeNull();
  });
});
