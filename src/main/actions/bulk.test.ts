import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { sameText } from "../../shared/text.ts";
import type { Action } from "./action.ts";
import { fakeAction, fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import { codeOf, hanging, hosts, request, run, runnerWith, typesOf } from "./fixtures/started-runner.ts";

describe("cancelling", () => {
  it.each([
    [false, "cancelled", ["requested", "intent", "result"]],
    [true, "verified", ["requested", "intent", "result", "settled"]],
  ] as const)("during apply, committed: %s", async (commit, state, types) => {
    const reached = Promise.withResolvers<void>();
    const runner = runnerWith([
      fakeAction({
        apply: hanging(commit, reached.resolve),
        settle: async () => ({ effect: "happened", text: sameText("it did"), data: {} }),
      }),
    ]);
    const id = await runner.start(request());
    await reached.promise;
    expect(runner.tasks()[0]).toMatchObject({ id, cancellable: true, state: "running" });
    expect(runner.cancel(id)).toBe(true);
    expect(await runner.waitFor(id)).toMatchObject({ state, cancellable: false });
    expect(typesOf(id)).toEqual(types);
    expect(runner.cancel(id)).toBe(false);
  });

  it("before anything was sent changes nothing, and a late commitment is refused", async () => {
    const reached = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const runner = runnerWith([
      fakeAction({
        apply: async (context) => {
          reached.resolve();
          await wait(60);
          try {
            context.committed();
            late.resolve("sent");
          } catch (thrown) {
            late.resolve(thrown);
          }
          return { data: {} };
        },
      }),
    ]);
    const id = await runner.start(request());
    await reached.promise;
    runner.cancel(id);
    expect(await runner.waitFor(id)).toMatchObject({ state: "cancelled" });
    expect(await late.promise).toMatchObject({ code: "action.cancelled" });
  });

  it("happens by itself when the deadline passes", async () => {
    const runner = runnerWith([fakeAction({ apply: hanging(false, () => {}) })]);
    const id = await runner.start({ ...request(), deadline: 30 });
    expect(await runner.waitFor(id)).toMatchObject({
      state: "failed",
      error: { code: "action.deadline-passed" },
    });
  });
});

describe("a bulk", () => {
  it("lets one bad host stop no other and counts each for what it is", async () => {
    const runner = runnerWith([
      fakeAction({
        apply: async (context) => {
          if (context.resource.id === "tower-b") throw new TypeError("a mistake in an action");
          context.committed();
          if (context.resource.id === "tower-c") throw fakeError("reach.lost");
          context.output("output", `${context.resource.id}\n`);
          return { data: {} };
        },
      }),
    ]);
    hosts.set("tower-d", fakeHost("tower-d"));
    const resources = ["tower-a", "tower-b", "tower-c", "tower-d", "tower-a"];
    const task = await run(runner, { resources });
    expect(task).toMatchObject({
      state: "unknown-effect",
      resource: null,
      children: { total: 4, ended: 4, verified: 2, failed: 1, unknown: 1 },
    });
    expect(runner.children(task.id).map((child) => [child.resource, child.state])).toEqual([
      ["tower-a", "verified"],
      ["tower-b", "failed"],
      ["tower-c", "unknown-effect"],
      ["tower-d", "verified"],
    ]);
    expect(runner.tasks().map((one) => one.id)).toEqual([task.id]);
    expect(runner.outputOf(task.id).pieces.map((piece) => piece.text)).toEqual(["tower-a\n", "tower-d\n"]);
  });

  it("keeps to its limit", async () => {
    let now = 0;
    let most = 0;
    for (let index = 0; index < 30; index += 1) hosts.set(`host-${index}`, fakeHost(`host-${index}`));
    const runner = runnerWith([
      fakeAction({
        apply: async () => {
          now += 1;
          most = Math.max(most, now);
          await wait(1);
          now -= 1;
          return { data: {} };
        },
      }),
    ]);
    const resources = [...hosts.keys()].filter((id) => id.startsWith("host-"));
    const task = await run(runner, { resources, concurrency: 7 });
    expect(task).toMatchObject({ state: "verified", children: { verified: 30 } });
    expect(most).toBe(7);
  });

  it("ends at its deadline: what ran is stopped, what had not begun never begins", async () => {
    const apply = vi.fn(hanging(false, () => {}));
    const runner = runnerWith([fakeAction({ apply })]);
    const id = await runner.start({
      ...request({ resources: ["tower-a", "tower-b", "tower-c"], concurrency: 1 }),
      deadline: 40,
    });
    const task = await runner.waitFor(id);
    expect(task).toMatchObject({ state: "failed", children: { failed: 3 } });
    expect(apply).toHaveBeenCalledOnce();
    expect(runner.children(id)[2]?.error?.code).toBe("action.deadline-passed");
  });

  it("is cancelled as a whole, or one of its tasks alone", async () => {
    const reached = Promise.withResolvers<void>();
    const runner = runnerWith([fakeAction({ apply: hanging(false, reached.resolve) })]);
    const id = await runner.start(request({ resources: ["tower-a", "tower-b", "tower-c"], concurrency: 2 }));
    await reached.promise;
    expect(runner.cancel(`${id}.1`)).toBe(true);
    expect(await runner.waitFor(`${id}.1`)).toMatchObject({ state: "cancelled" });
    expect(runner.tasks()[0]?.state).toBe("running");
    expect(runner.cancel(id)).toBe(true);
    expect(await runner.waitFor(id)).toMatchObject({ state: "cancelled", cancellable: false });
  });
});

describe("undo", () => {
  it("is a task of its own, by the same order, and only once", async () => {
    const undo = vi.fn<NonNullable<Action["undo"]>>(async (context) => {
      context.committed();
      return { proven: true, text: sameText("back"), data: {} };
    });
    const runner = runnerWith([fakeAction({ undo })]);
    const task = await run(runner, { input: { depth: 2 } });
    expect(task.undoable).toBe(true);
    const undone = await runner.waitFor(await runner.undo(task.id));
    expect(undone).toMatchObject({ state: "verified", outcome: sameText("back"), undoable: false });
    expect(undone.title.fr).toBe("Défaire : Relancer l'hôte");
    expect(undo.mock.calls[0]?.slice(1)).toMatchObject([{ depth: 2 }, { observed: { boot: "1" } }]);
    expect(typesOf(undone.id)).toEqual(["requested", "intent", "result", "verified"]);
    expect(runner.tasks().find((one) => one.id === task.id)?.undoable).toBe(false);
    expect(await codeOf(() => runner.undo(task.id))).toBe("action.not-undoable");
  });

  it("undoes of a bulk what was done", async () => {
    const undo = vi.fn<NonNullable<Action["undo"]>>(async () => ({
      proven: true,
      text: sameText("back"),
      data: {},
    }));
    const runner = runnerWith([
      fakeAction({
        undo,
        probe: async (context) => ({
          state: context.resource.id === "tower-b" ? "done" : "needed",
          text: sameText("seen"),
          observed: { of: context.resource.id },
        }),
      }),
    ]);
    const task = await run(runner, { resources: ["tower-a", "tower-b", "tower-c"] });
    expect(task).toMatchObject({ state: "verified", undoable: true });
    const undone = await runner.waitFor(await runner.undo(task.id));
    expect(undone).toMatchObject({ state: "verified", children: { total: 2, verified: 2 } });
    expect(undo.mock.calls.map((call) => call[2].observed.of)).toEqual(["tower-a", "tower-c"]);
  });

  it("is not to be had where there is none, or where the task did nothing", async () => {
    const runner = runnerWith([fakeAction()]);
    const task = await run(runner);
    expect(task.undoable).toBe(false);
    expect(await codeOf(() => runner.undo(task.id))).toBe("action.not-undoable");
    expect(await codeOf(() => runner.undo("no"))).toBe("action.unknown-task");
  });
});
