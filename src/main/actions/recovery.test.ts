import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startRequestSchema, type Task } from "../../shared/action.ts";
import type { Resource } from "../../shared/resource.ts";
import { sameText } from "../../shared/text.ts";
import { Journal } from "../journal/journal.ts";
import type { Action } from "./action.ts";
import { fakeAction, fakeError, fakeHost } from "./fixtures/fake-estate.ts";
import { ActionRegistry } from "./registry.ts";
import { ActionRunner } from "./runner.ts";

const day = 86_400_000;
let folder: string;
let journal: Journal;
let runner: ActionRunner | null = null;
let seenAt: number | null = 0;
let offset = 0;
const now = () => Date.now() + offset;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-recovery-"));
  seenAt = 0;
  offset = 0;
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function close(): Promise<void> {
  await runner?.close();
  if (runner !== null) journal.close();
  runner = null;
}

function host(id: string): Resource {
  return fakeHost(id, { seenAt });
}

/** A console that starts on the folder as it is. */
async function restart(action: Partial<Action> = {}): Promise<ActionRunner> {
  await close();
  journal = Journal.open({ folder, actor: "operator-b", workstation: "bridge.example", now });
  const registry = new ActionRegistry();
  registry.register([fakeAction(action)]);
  runner = new ActionRunner({
    registry,
    journal,
    resource: host,
    guards: [],
    now,
    actor: "operator-b",
    timing: { delays: [1], every: 5, grace: 20 },
  });
  return runner;
}

async function dieInApply(...more: string[]): Promise<void> {
  const script = new URL("./fixtures/killed-in-apply.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, folder, ...more], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

async function untilState(runner: ActionRunner, state: Task["state"]): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = runner.onChange((task) => {
      if (task.state !== state) return;
      stop();
      resolve();
    });
  });
}

describe("a console that was killed between intent and result", () => {
  it("shows the effect as unknown, never sends it again, and settles it on request", async () => {
    await dieInApply();
    const apply = vi.fn<Action["apply"]>();
    const settle = vi.fn<Action["settle"]>(async () => ({
      effect: "happened",
      text: sameText("the boot id changed"),
      data: {},
    }));
    const runner = await restart({ apply, settle });
    const [task, ...others] = runner.tasks();
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      state: "unknown-effect",
      resource: "tower-a",
      resourceName: "tower-a",
      actor: "operator-a",
      title: { fr: "Relancer l'hôte" },
      cancellable: false,
    });
    expect(settle).not.toHaveBeenCalled();
    expect(await runner.settle(task?.id ?? "")).toMatchObject({
      state: "verified",
      outcome: sameText("the boot id changed"),
    });
    expect(settle.mock.calls[0]?.[2]).toMatchObject({ observed: { boot: "1" } });
    expect(apply).not.toHaveBeenCalled();
    expect(journal.forTask(task?.id ?? "").map((event) => event.type)).toEqual([
      "action.requested",
      "action.intent",
      "action.settled",
    ]);
    expect(await journal.verify()).toMatchObject({ intact: true });
    const again = await restart();
    expect(again.tasks()[0]).toMatchObject({ id: task?.id, state: "verified" });
  });

  it("settles it by itself once the host is seen again, and not before", async () => {
    await dieInApply();
    const settle = vi.fn<Action["settle"]>(async () => ({
      effect: "did-not-happen",
      text: sameText("same boot id"),
      data: {},
    }));
    seenAt = null;
    const runner = await restart({ settle });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(settle).not.toHaveBeenCalled();
    const failed = untilState(runner, "failed");
    offset = 1000;
    seenAt = now();
    await failed;
    expect(settle).toHaveBeenCalledOnce();
  });

  it("goes on trying while nobody can tell, without filling the journal", async () => {
    await dieInApply();
    let tries = 0;
    const runner = await restart({
      settle: async () => {
        tries += 1;
        if (tries === 1) throw fakeError("reach.refused");
        if (tries < 4) return { effect: "unknown", text: sameText("cannot tell yet"), data: {} };
        return { effect: "happened", text: sameText("it did"), data: {} };
      },
    });
    const id = runner.tasks()[0]?.id ?? "";
    for (const state of ["unknown-effect", "unknown-effect", "unknown-effect", "verified"]) {
      expect(await runner.settle(id)).toMatchObject({ state });
    }
    expect(journal.forTask(id).filter((event) => event.type === "action.settled")).toHaveLength(2);
  });

  it("tells of each task of a bulk how far it came", async () => {
    await dieInApply("bulk");
    const runner = await restart();
    const [bulk] = runner.tasks();
    expect(bulk).toMatchObject({
      state: "unknown-effect",
      children: { total: 4, ended: 4, unknown: 2, failed: 2, verified: 0 },
    });
    const children = runner.children(bulk?.id ?? "");
    expect(children.map((child) => child.state)).toEqual([
      "unknown-effect",
      "unknown-effect",
      "cancelled",
      "cancelled",
    ]);
    expect(children[3]?.outcome?.en).toContain("nothing was changed");
    await close();
    journal = Journal.open({ folder, actor: "operator-b", workstation: "bridge.example" });
    const last = journal.forTask(bulk?.id ?? "").at(-1);
    journal.close();
    expect(last).toMatchObject({ type: "action.cancelled", actor: "operator-b" });
    expect((await restart()).children(bulk?.id ?? "").map((child) => child.state)).toEqual(
      children.map((child) => child.state),
    );
  });
});

describe("the list after a restart", () => {
  it("has the tasks of the last days with their ends, and can still undo them", async () => {
    const undo = vi.fn<NonNullable<Action["undo"]>>(async () => ({
      proven: true,
      text: sameText("back"),
      data: {},
    }));
    const first = await restart({ undo });
    const request = startRequestSchema.parse({
      action: "host.poke",
      resources: ["tower-a"],
      input: { depth: 2 },
    });
    const task = await first.waitFor(await first.start(request));
    const second = await restart({ undo });
    // What is kept first is timed by the task list, what is on disk by the journal: a millisecond may lie between.
    expect(second.tasks()).toEqual([{ ...task, progress: [], endedAt: expect.any(Number) }]);
    const undone = await second.waitFor(await second.undo(task.id));
    expect(undone.state).toBe("verified");
    expect(undo.mock.calls[0]?.[1]).toEqual({ depth: 2 });
    expect((await restart({ undo })).tasks().map((one) => [one.id, one.undoable])).toEqual([
      [undone.id, false],
      [task.id, false],
    ]);
  });

  it("forgets ended tasks after some days, and an unknown effect never", async () => {
    await dieInApply();
    const first = await restart();
    const unknown = first.tasks()[0]?.id ?? "";
    const request = startRequestSchema.parse({ action: "host.poke", resources: ["tower-b"] });
    const ended = await first.start(request);
    await first.waitFor(ended);
    expect((await restart()).tasks().map((task) => task.id)).toEqual([ended, unknown]);
    offset = 30 * day;
    expect((await restart()).tasks().map((task) => task.id)).toEqual([unknown]);
    const settled = await restart({
      settle: async () => ({ effect: "happened", text: sameText("it did"), data: {} }),
    });
    await settled.settle(unknown);
    offset = 60 * day;
    expect((await restart()).tasks()).toEqual([]);
    expect(journal.bookmark("actions")).toBe(journal.head + 1);
  });
});
