import { describe, expect, it, vi } from "vitest";
import { sameText } from "../../shared/text.ts";
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
import { freshnessGuard, journalGuard, supportWindowGuard } from "./guards.ts";

describe("guards", () => {
  it("refuse with their words and figures, journalled, before anything is asked of the far side", async () => {
    const probe = vi.fn(fakeAction().probe);
    hosts.set("tower-a", fakeHost("tower-a", { stale: true, seenAt: Date.now() - 240_000 }));
    const runner = runnerWith([fakeAction({ probe })], { guards: [freshnessGuard({ now: Date.now })] });
    const task = await run(runner);
    expect(task).toMatchObject({ state: "refused", error: { code: "action.guard-freshness" } });
    expect(task.outcome?.en).toContain("4 min old");
    expect(probe).not.toHaveBeenCalled();
    expect(journal.forTask(task.id)[1]?.data.guards).toContainEqual(
      expect.objectContaining({ guard: "freshness", allowed: false }),
    );
  });

  it("open for a reason where a reason opens them, and it is in the journal", async () => {
    const closed = supportWindowGuard(() => ({ window: "silver-5", open: false, changesAt: null }));
    const runner = runnerWith([fakeAction(), fakeAction({ id: "host.look", risk: "safe" })], {
      guards: [closed],
    });
    expect((await run(runner)).error?.code).toBe("action.guard-support-window");
    expect((await run(runner, { reason: "  " })).state).toBe("refused");
    expect((await run(runner, { action: "host.look" })).state).toBe("verified");
    const task = await run(runner, { reason: "agreed with the application's owner" });
    expect(task.state).toBe("verified");
    expect(journal.forTask(task.id)[1]?.data.reason).toBe("agreed with the application's owner");
  });

  it("let one action at a time on a resource", async () => {
    const reached = Promise.withResolvers<void>();
    const runner = runnerWith([fakeAction({ apply: hanging(false, reached.resolve) })]);
    const first = await runner.start(request());
    await reached.promise;
    const [preview] = await runner.preview(request());
    expect(preview?.guards).toContainEqual(
      expect.objectContaining({ guard: "one-at-a-time", allowed: false }),
    );
    expect(await run(runner)).toMatchObject({
      state: "refused",
      error: { code: "action.guard-one-at-a-time" },
    });
    runner.cancel(first);
    await runner.waitFor(first);
    const again = await runner.start(request());
    runner.cancel(again);
    expect((await runner.waitFor(again)).state).toBe("cancelled");
  });

  it("ask for a reason where an earlier effect is unknown, until it is settled", async () => {
    let effect: "unknown" | "happened" = "unknown";
    const runner = runnerWith([
      fakeAction({
        apply: async (context) => {
          context.committed();
          throw fakeError("reach.lost");
        },
        settle: async () => ({ effect, text: sameText(effect), data: {} }),
      }),
      fakeAction({ id: "host.other" }),
    ]);
    hosts.set("tower-a", fakeHost("tower-a", { seenAt: 0 }));
    const lost = await run(runner);
    expect(lost.state).toBe("unknown-effect");
    expect((await run(runner, { action: "host.other" })).error?.code).toBe("action.guard-unsettled");
    expect((await run(runner, { action: "host.other", reason: "seen at the rack" })).state).toBe("verified");
    effect = "happened";
    expect(await runner.settle(lost.id)).toMatchObject({ state: "verified" });
    expect(await codeOf(() => runner.settle(lost.id))).toBe("action.not-unsettled");
    expect((await run(runner, { action: "host.other" })).state).toBe("verified");
  });

  it("demand the name before a destructive action, and the number for several", async () => {
    const apply = vi.fn(fakeAction().apply);
    const runner = runnerWith([fakeAction({ risk: "destructive", apply })]);
    expect((await runner.preview(request()))[0]?.typeToConfirm).toBe("tower-a");
    for (const confirmation of ["", "tower-b", "Tower-a", "tower-a "]) {
      expect((await run(runner, { confirmation })).error?.code).toBe("action.not-confirmed");
    }
    const resources = ["tower-a", "tower-b"];
    expect((await run(runner, { resources, confirmation: "tower-a" })).state).toBe("refused");
    expect(apply).not.toHaveBeenCalled();
    expect((await run(runner, { confirmation: "tower-a" })).state).toBe("verified");
    expect((await run(runner, { resources, confirmation: "2" })).state).toBe("verified");
    expect(apply).toHaveBeenCalledTimes(3);
  });
});

describe("the journal under a run", () => {
  it("that cannot be written lets nothing start", async () => {
    const apply = vi.fn(fakeAction().apply);
    const runner = runnerWith([fakeAction({ apply })], { guards: [journalGuard(journal)] });
    const full = vi.spyOn(journal, "writeAll").mockImplementation(() => {
      throw fakeError("journal.cannot-write");
    });
    expect(await codeOf(() => runner.start(request()))).toBe("journal.cannot-write");
    expect(runner.tasks()).toEqual([]);
    full.mockRestore();
    expect((await run(runner)).state).toBe("verified");
    expect(apply).toHaveBeenCalledOnce();
  });

  it("that fails before the intent lets nothing be sent", async () => {
    const apply = vi.fn(fakeAction().apply);
    const write = journal.writeAll.bind(journal);
    vi.spyOn(journal, "writeAll").mockImplementation((events) => {
      if (events.some((event) => event.type === "action.intent")) throw fakeError("journal.cannot-write");
      return write(events);
    });
    const task = await run(runnerWith([fakeAction({ apply })]));
    expect(task).toMatchObject({ state: "failed", error: { code: "journal.cannot-write" } });
    expect(apply).not.toHaveBeenCalled();
  });

  it("that fails after the effect loses nothing: the result is written when it can be", async () => {
    const full = { now: false };
    const write = journal.writeAll.bind(journal);
    vi.spyOn(journal, "writeAll").mockImplementation((events) => {
      if (full.now) throw fakeError("journal.cannot-write");
      return write(events);
    });
    const base = fakeAction();
    const runner = runnerWith([
      fakeAction({
        apply: async (context, input, probe) => {
          const applied = await base.apply(context, input, probe);
          full.now = true;
          return applied;
        },
      }),
    ]);
    const task = await run(runner);
    expect(task.state).toBe("verified");
    expect(runner.unwritten).toBe(2);
    expect(typesOf(task.id)).toEqual(["requested", "intent"]);
    expect(await codeOf(() => runner.start(request({ resources: ["tower-b"] })))).toBe(
      "journal.cannot-write",
    );
    full.now = false;
    await runner.close();
    expect(runner.unwritten).toBe(0);
    expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
  });

  it("never sees a secret of the input", async () => {
    const runner = runnerWith([fakeAction()], { redact: (words) => words.replaceAll("hunter2", "[secret]") });
    const task = await run(runner, {
      input: { password: "marked-one", nested: { text: "say hunter2 twice" } },
    });
    const lines = JSON.stringify(journal.forTask(task.id));
    expect(lines).not.toContain("marked-one");
    expect(lines).not.toContain("hunter2");
    expect(lines).toContain("say [secret] twice");
  });
});
