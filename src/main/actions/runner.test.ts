import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { type StartRequest, startRequestSchema, type Task } from "../../shared/action.ts";
import { OpsError } from "../../shared/errors.ts";
import type { Resource } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { Journal } from "../journal/journal.ts";
import type { Action } from "./action.ts";
import { fakeAction, fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import { freshnessGuard, journalGuard, supportWindowGuard } from "./guards.ts";
import { ActionRegistry } from "./registry.ts";
import { ActionRunner, type RunnerOptions } from "./runner.ts";

let folder: string;
let journal: Journal;
let hosts: Map<string, Resource>;
const runners: ActionRunner[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-runner-"));
  journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example" });
  hosts = new Map(["tower-a", "tower-b", "tower-c"].map((id) => [id, fakeHost(id)]));
});

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function runnerWith(actions: Action[], more: Partial<RunnerOptions> = {}): ActionRunner {
  const registry = new ActionRegistry();
  registry.register(actions);
  const runner = new ActionRunner({
    registry,
    journal,
    resource: (id) => hosts.get(id) ?? null,
    guards: [],
    now: Date.now,
    actor: "operator-a",
    timing: { delays: [1, 1], every: 5, grace: 20 },
    ...more,
  });
  runners.push(runner);
  return runner;
}

function request(more: Partial<StartRequest> = {}): StartRequest {
  return startRequestSchema.parse({ action: "host.poke", resources: ["tower-a"], ...more });
}

async function run(runner: ActionRunner, more: Partial<StartRequest> = {}): Promise<Task> {
  return runner.waitFor(await runner.start(request(more)));
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof OpsError) return thrown.code;
    throw thrown;
  }
  return "nothing was thrown";
}

const typesOf = (task: string) => journal.forTask(task).map((event) => event.type.replace("action.", ""));

/** An `apply` that waits, before or after its commitment, until its signal is aborted. */
function hanging(commit: boolean, reached: () => void): Action["apply"] {
  return async (context) => {
    if (commit) context.committed();
    reached();
    return new Promise((_resolve, reject) => {
      context.signal.addEventListener("abort", () => reject(context.signal.reason));
    });
  };
}

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
