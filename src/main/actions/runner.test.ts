import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { sameText } from "../../shared/text.ts";
import type { Action } from "./action.ts";
import { fakeAction, fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import {
  codeOf,
  hanging,
  hosts,
  journal,
  request,
  run,
  runnerWith,
  typesOf,
} from "./fixtures/started-runner.ts";

describe("one action", () => {
  it("is journalled before and after every step and ends with its proof", async () => {
    const seen: string[][] = [];
    const id: { now?: string } = {};
    const note = () => seen.push(typesOf(id.now ?? ""));
    const base = fakeAction();
    const runner = runnerWith([
      fakeAction({
        apply: async (context, input, probe) => {
          note();
          return base.apply(context, input, probe);
        },
        verify: async (context, input, probe, applied) => {
          note();
          expect(applied.data).toEqual({ accepted: true });
          return base.verify(context, input, probe, applied);
        },
      }),
    ]);
    id.now = await runner.start(request({ input: { depth: 2 }, reason: "drill" }));
    const task = await runner.waitFor(id.now);
    expect(task).toMatchObject({
      state: "verified",
      outcome: sameText("proven"),
      error: null,
      actor: "operator-a",
    });
    expect(seen).toEqual([
      ["requested", "intent"],
      ["requested", "intent", "result"],
    ]);
    expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
    expect(journal.forTask(task.id)[1]).toMatchObject({
      subject: "tower-a",
      data: {
        action: "host.poke",
        input: { depth: 2 },
        risk: "disruptive",
        effect: "once",
        reason: "drill",
        probe: { state: "needed", observed: { boot: "1" } },
      },
    });
    expect(await journal.verify()).toMatchObject({ intact: true });
  });

  it("does nothing when it is done already or impossible", async () => {
    const apply = vi.fn();
    const probe = (state: "done" | "impossible") => async () => ({
      state,
      text: sameText(state),
      observed: {},
    });
    const runner = runnerWith([
      fakeAction({ id: "host.done", probe: probe("done"), apply }),
      fakeAction({ id: "host.impossible", probe: probe("impossible"), apply }),
    ]);
    expect(await run(runner, { action: "host.done" })).toMatchObject({ state: "already-done" });
    const refused = await run(runner, { action: "host.impossible" });
    expect(refused).toMatchObject({ state: "refused", error: { code: "action.impossible" } });
    expect(typesOf(refused.id)).toEqual(["requested", "refused"]);
    expect(apply).not.toHaveBeenCalled();
  });

  it("fails with nothing changed when it breaks before its commitment", async () => {
    const settle = vi.fn();
    const runner = runnerWith([
      fakeAction({ apply: () => Promise.reject(fakeError("reach.refused")), settle }),
      fakeAction({ id: "host.blind", probe: () => Promise.reject(fakeError("reach.timeout")) }),
    ]);
    const failed = await run(runner);
    expect(failed).toMatchObject({ state: "failed", error: { code: "reach.refused" } });
    expect(journal.forTask(failed.id).at(-1)?.data).toMatchObject({ outcome: "failed" });
    expect(settle).not.toHaveBeenCalled();
    const blind = await run(runner, { action: "host.blind" });
    expect(blind).toMatchObject({ state: "failed", error: { code: "reach.timeout" } });
    expect(typesOf(blind.id)).toEqual(["requested", "failed"]);
  });

  it.each([
    ["happened", "verified"],
    ["did-not-happen", "failed"],
    ["unknown", "unknown-effect"],
  ] as const)(
    "that breaks after its commitment is settled by reading, never sent again (%s: %s)",
    async (effect, state) => {
      const apply = vi.fn<Action["apply"]>(async (context) => {
        context.committed();
        throw fakeError("reach.lost");
      });
      const settle = vi.fn<Action["settle"]>(async () => ({ effect, text: sameText("looked"), data: {} }));
      const states: string[] = [];
      const runner = runnerWith([fakeAction({ apply, settle })]);
      runner.onChange((task) => states.push(task.state));
      const task = await run(runner);
      expect(task).toMatchObject({ state, outcome: sameText("looked") });
      expect(states).toContain("unknown-effect");
      expect(apply).toHaveBeenCalledOnce();
      expect(settle.mock.calls[0]?.[2]).toMatchObject({ observed: { boot: "1" } });
      expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
    },
  );

  it("whose effect nothing will ever tell is looked into once, and then left to a person", async () => {
    const settle = vi.fn<Action["settle"]>(async () => ({
      effect: "unknown",
      untellable: true,
      text: sameText("lost"),
      data: {},
    }));
    const apply: Action["apply"] = async (context) => {
      context.committed();
      throw fakeError("reach.lost");
    };
    const task = await run(runnerWith([fakeAction({ apply, settle })]));
    expect(task).toMatchObject({ state: "unknown-effect", outcome: sameText("lost") });
    expect(settle).toHaveBeenCalledOnce();
    expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
  });

  it("says what was seen when the proof does not come: failed if it may be applied again, else found out", async () => {
    const verify: Action["verify"] = async () => ({
      proven: false,
      text: sameText("boot id unchanged"),
      data: {},
    });
    const settle = vi.fn<Action["settle"]>(async () => ({
      effect: "unknown",
      text: sameText("dark"),
      data: {},
    }));
    const runner = runnerWith([
      fakeAction({ verify, settle }),
      fakeAction({ id: "host.set", effect: "convergent", verify, settle }),
      fakeAction({
        id: "host.deaf",
        effect: "convergent",
        verify: () => Promise.reject(fakeError("reach.lost")),
      }),
    ]);
    expect(await run(runner, { action: "host.set" })).toMatchObject({
      state: "failed",
      outcome: sameText("boot id unchanged"),
    });
    expect(settle).not.toHaveBeenCalled();
    expect(await run(runner, { resources: ["tower-b"] })).toMatchObject({ state: "unknown-effect" });
    expect(settle).toHaveBeenCalled();
    const deaf = await run(runner, { action: "host.deaf", resources: ["tower-c"] });
    expect(deaf).toMatchObject({ state: "unknown-effect", error: { code: "reach.lost" } });
    expect(typesOf(deaf.id)).toEqual(["requested", "intent", "result", "unproven", "settled"]);
  });

  it("keeps the newest progress and output", async () => {
    const runner = runnerWith([
      fakeAction({
        apply: async (context) => {
          for (let step = 1; step <= 80; step += 1) context.progress(sameText(`step ${step}`), step / 80);
          context.output("output", "hello ");
          context.output("output", "there\n");
          context.output("error", "warning\n");
          return { data: {} };
        },
      }),
    ]);
    const task = await run(runner);
    expect(task.progress).toHaveLength(50);
    expect(task.progress.at(-1)).toMatchObject({ text: sameText("step 80"), fraction: 1 });
    expect(runner.outputOf(task.id)).toMatchObject({
      dropped: 0,
      pieces: [
        { task: task.id, resource: "tower-a", stream: "output", text: "hello there\n" },
        { stream: "error", text: "warning\n" },
      ],
    });
  });

  it("survives data that the journal cannot hold", async () => {
    const runner = runnerWith([
      fakeAction({ apply: async () => ({ data: { huge: "x".repeat(500_000) } }) }),
      fakeAction({ id: "host.odd", apply: async () => ({ data: { odd: Number.NaN } }) }),
    ]);
    const huge = await run(runner);
    expect(huge.state).toBe("verified");
    expect(journal.forTask(huge.id)[2]?.data).toMatchObject({ data: { shortened: true, length: 500_011 } });
    expect((await run(runner, { action: "host.odd" })).state).toBe("verified");
  });
});

describe("a request that makes no sense", () => {
  it("is refused at once and leaves no task", async () => {
    const runner = runnerWith([
      fakeAction({ bulk: false, input: z.object({ minutes: z.number() }) as unknown as Action["input"] }),
    ]);
    const input = { minutes: 5 };
    expect(await codeOf(() => runner.start(request({ action: "host.fly", input })))).toBe("action.unknown");
    expect(await codeOf(() => runner.start(request({ resources: ["no"], input })))).toBe(
      "action.unknown-resource",
    );
    expect(await codeOf(() => runner.start(request({ resources: ["tower-a", "tower-b"], input })))).toBe(
      "action.not-for-several",
    );
    const bad = runner.start(request({ input: { minutes: "five" } }));
    await expect(bad).rejects.toMatchObject({
      code: "action.bad-input",
      text: { en: expect.stringContaining("minutes") },
    });
    hosts.set("vm-a", fakeHost("vm-a", { kind: "vm" }));
    expect(await codeOf(() => runner.start(request({ resources: ["vm-a"], input })))).toBe(
      "action.not-offered",
    );
    expect(runner.tasks()).toEqual([]);
    expect(journal.head).toBe(0);
  });
});

describe("closing", () => {
  it("stops what runs, and leaves what was sent to be found out at the next start", async () => {
    const reached = Promise.withResolvers<void>();
    const runner = runnerWith([
      fakeAction({ apply: hanging(true, reached.resolve) }),
      fakeAction({ id: "host.slow", probe: () => new Promise(() => {}) }),
    ]);
    const sent = await runner.start(request());
    const idle = await runner.start(request({ action: "host.slow", resources: ["tower-b"] }));
    await reached.promise;
    await runner.close();
    expect(await runner.waitFor(sent)).toMatchObject({ state: "unknown-effect" });
    expect(await runner.waitFor(idle)).toMatchObject({
      state: "failed",
      error: { code: "action.console-closing" },
    });
    expect(typesOf(sent)).toEqual(["requested", "intent", "result"]);
    expect(await codeOf(() => runner.start(request()))).toBe("action.console-closing");
  });
});
