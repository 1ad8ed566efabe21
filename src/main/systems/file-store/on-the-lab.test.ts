import { beforeEach, describe, expect, it } from "vitest";
import { MachineShell } from "../../../lab/shell/machine-shell.ts";
import { Collector, sourceOf } from "../../../lab/shell/streams.ts";
import { ManualClock } from "../../../lab/world/clock.ts";
import { addJob, keepTimers } from "../../../lab/world/jobs.ts";
import { MachineView } from "../../../lab/world/view.ts";
import { World } from "../../../lab/world/world.ts";
import type { FactValue, Observation, Resource } from "../../../shared/resource.ts";
import { fileStoreSystemSchema } from "../../../shared/systems/file-store.ts";
import type { Action } from "../../actions/action.ts";
import type { ExecuteOptions, SshTarget } from "../../reach/reach.ts";
import { reachError } from "../ssh/testing/fake-reach.ts";
import type { System } from "../system.ts";
import { fileStoreSystem } from "./index.ts";

const machines = { east: "web-1", north: "db-1" } as const;
type Server = keyof typeof machines;
const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 2, 2, 8);

let clock: ManualClock;
let world: World;
let shells: Record<Server, MachineShell>;
let dead: Set<string>;
/** Called with each script that a server was sent, after it ran; what it throws is what the console gets. */
let afterScript: (server: Server, script: string) => void;
let system: System;

async function execute(target: SshTarget, command: string, options: ExecuteOptions) {
  const server = target.id.split("/").at(-1) as Server;
  if (dead.has(server)) throw reachError("reach.timed-out");
  const output = new Collector(1024 * 1024);
  const error = new Collector(1024 * 1024);
  options.onStarted?.();
  const shell = shells[server].open({
    variables: new Map(),
    input: sourceOf(new TextEncoder().encode(options.input ?? "")),
    output,
    error,
    terminal: null,
    signal: options.signal,
  });
  const running = shell.runScript(command);
  // The machine takes its time, which stands still here.
  const turning = setInterval(() => clock.advance(100), 1);
  const exitCode = await running.finally(() => clearInterval(turning));
  afterScript(server, options.input ?? "");
  return { exitCode, signal: null, output: output.text(), error: error.text(), truncated: false };
}

beforeEach(() => {
  clock = new ManualClock(start);
  world = new World({ seed: 7, clock });
  dead = new Set();
  afterScript = () => undefined;
  const shellOf = (id: string) =>
    new MachineShell(new MachineView(world, world.machine(id)), (error) => {
      throw error;
    });
  shells = { east: shellOf(machines.east), north: shellOf(machines.north) };
  const job = {
    name: "archive-backup",
    description: "Backup of the archive",
    every: 4 * hour,
    takes: 10 * minute,
  };
  addJob(world, world.machine(machines.east), { ...job, isOn: true, lastAt: start - 3 * hour });
  addJob(world, world.machine(machines.north), { ...job, isOn: false, lastAt: null });
  const notNeeded = () => Promise.reject(new Error("not part of this test"));
  const config = fileStoreSystemSchema.parse({
    type: "file-store",
    user: "ops",
    authentication: [{ password: "keychain:ops" }],
    servers: {
      east: { name: "East", address: "192.0.2.21", site: "east" },
      north: { name: "North", address: "192.0.2.22", site: "north" },
    },
    jobs: {
      archive: {
        name: "Archive",
        service: "archive-backup.service",
        timer: "archive-backup.timer",
        runsOn: ["east", "north"],
        schedule: "*-*-* 0/4:00:00",
        of: ["cluster-east/namespaces/archive"],
        target: "depot-s3/file-store",
        keep: "30d",
      },
    },
  });
  system = fileStoreSystem.create(config, {
    id: "file-store",
    reach: {
      execute,
      dial: notNeeded,
      shell: notNeeded,
      forward: notNeeded,
      tryLogin: notNeeded,
      provenHostKey: () => null,
    },
    secrets: { resolve: notNeeded },
    questions: { ask: notNeeded, interactive: false },
    now: () => clock.now(),
  });
});

async function seen(): Promise<Record<string, Observation>> {
  const all: Observation[] = [];
  const sink = {
    declare: () => undefined,
    redeclare: () => undefined,
    observe: (some: Observation[]) => void all.push(...some),
  };
  await system.observe(sink, new AbortController().signal);
  return Object.fromEntries(all.map((each) => [each.resource, each]));
}
async function job(): Promise<{ facts: Record<string, FactValue>; health: string; codes: string[] }> {
  const { "file-store/archive": only } = await seen();
  if (!only || !("facts" in only)) throw new Error(only?.error.code ?? "nothing was reported");
  return { ...only, codes: only.problems.map(({ code }) => code) };
}

const resource: Resource = {
  id: "file-store/archive",
  kind: "backup-policy",
  name: "Archive",
  system: "file-store",
  parent: null,
  site: null,
  environment: null,
  health: "ok",
  stale: false,
  seenAt: 0,
  facts: {},
  problems: [],
  sources: {},
};
function begin(id: string, given: object) {
  const action = system.actions.find((each) => each.id === id) as Action;
  const trail = { commits: 0 };
  const context = {
    resource,
    signal: AbortSignal.timeout(10_000),
    progress: () => undefined,
    output: () => undefined,
    committed: () => {
      trail.commits += 1;
    },
  };
  return { action, context, input: action.input.parse(given), trail };
}
async function act(id: string, given: object) {
  const { action, context, input } = begin(id, given);
  const probe = await action.probe(context, input);
  if (probe.state !== "needed") return { probe, seen: null, undo: null };
  const applied = await action.apply(context, input, probe);
  return {
    probe,
    seen: await action.verify(context, input, probe, applied),
    undo: () => action.undo?.(context, input, probe),
  };
}
const timerOf = (server: Server) =>
  world.machine(machines[server]).units.find(({ name }) => name === "archive-backup.timer");
const serviceOf = (server: Server) =>
  world.machine(machines[server]).units.find(({ name }) => name === "archive-backup.service");

describe("backup jobs of the lab's machines", () => {
  it("are read with where they run, how they ended, and the backup that they left", async () => {
    const all = await seen();
    expect(all["file-store/archive"]).toMatchObject({
      health: "ok",
      problems: [],
      facts: {
        "file-store.runsOn": ["east"],
        "file-store.site": "east",
        "backup.lastState": "good",
        "backup.lastRun": start - 3 * hour - 10 * minute,
        "backup.next": Date.UTC(2026, 2, 2, 12),
        "backup.protects": ["cluster-east/namespaces/archive"],
        "backup.keepFor": 30 * 86_400,
        "file-store.took": 600,
      },
    });
    expect(all["file-store/archive/last-1"]).toMatchObject({
      facts: {
        "backup.of": "cluster-east/namespaces/archive",
        "backup.madeAt": start - 3 * hour - 10 * minute,
        "backup.offSite": true,
        "backup.policy": "file-store/archive",
      },
    });
    expect(system.declarations().map(({ id, kind }) => [id, kind])).toEqual([
      ["file-store/archive", "backup-policy"],
      ["file-store/archive/last-1", "restore-point"],
    ]);
  });

  it("run when their timer says so", async () => {
    const timers = keepTimers(world);
    clock.advance(4 * hour + 11 * minute);
    timers.stop();
    expect((await job()).facts).toMatchObject({
      "backup.lastRun": Date.UTC(2026, 2, 2, 12),
      "backup.lastState": "good",
    });
    expect(serviceOf("north")?.job?.last).toBeNull();
  });

  it("move, and back", async () => {
    const moved = await act("file-store.move", { to: "north" });
    expect(moved.seen).toMatchObject({ proven: true, data: { on: ["north"], unread: [] } });
    expect([timerOf("east")?.enabled, timerOf("north")?.enabled]).toEqual([false, true]);
    expect((await job()).facts["file-store.site"]).toBe("north");
    expect((await act("file-store.move", { to: "north" })).probe.state).toBe("done");
    expect(await moved.undo?.()).toMatchObject({ proven: true, data: { on: ["east"] } });
    expect((await act("file-store.move", { to: "west" })).probe.state).toBe("impossible");
  });

  it("are not started elsewhere while the source cannot be asked, unless it is said to be gone", async () => {
    dead.add("east");
    expect((await act("file-store.move", { to: "north" })).probe.state).toBe("impossible");
    expect((await job()).codes).toEqual(["file-store.unread"]);
    const moved = await act("file-store.move", { to: "north", sourceGone: true });
    expect(moved.seen).toMatchObject({ proven: true, data: { on: ["north"], unread: ["east"] } });
    expect(moved.seen?.text.en).toContain("East");
    dead.clear();
    const both = await job();
    expect([both.health, both.codes]).toEqual(["critical", ["file-store.split-brain"]]);
    expect((await act("file-store.run-now", {})).probe.state).toBe("impossible");
    expect((await act("file-store.move", { to: "north" })).seen).toMatchObject({ proven: true });
    expect((await job()).health).toBe("ok");
  });

  it("run nowhere rather than twice when the source does not let go", async () => {
    afterScript = (server, script) => {
      const timer = timerOf(server);
      if (server === "east" && timer && script.includes("disable"))
        Object.assign(timer, { enabled: true, state: "running" });
    };
    await expect(act("file-store.move", { to: "north" })).rejects.toMatchObject({
      code: "file-store.still-on",
    });
    expect(timerOf("north")).toMatchObject({ enabled: false, state: "dead" });
  });

  it.each(["disable", "enable"])("can be carried on when the connection breaks after %s", async (verb) => {
    afterScript = (_server, script) => {
      if (script.includes(`'${verb}'`)) throw reachError("reach.connection-lost");
    };
    const { action, context, input, trail } = begin("file-store.move", { to: "north" });
    const probe = await action.probe(context, input);
    await expect(action.apply(context, input, probe)).rejects.toMatchObject({
      code: "reach.connection-lost",
    });
    expect(trail.commits).toBeGreaterThan(0);
    afterScript = () => undefined;
    const { effect } = await action.settle(context, input, probe);
    expect(effect).toBe(verb === "enable" ? "happened" : "unknown");
    const again = await act("file-store.move", { to: "north" });
    expect(again.seen?.proven ?? again.probe.state === "done").toBe(true);
  });

  it("run once when told to, and are proven by a new run", async () => {
    afterScript = (_server, script) => {
      if (script.includes("'start'")) clock.advance(11 * minute);
    };
    const ran = await act("file-store.run-now", {});
    expect(ran.seen).toMatchObject({ proven: true, data: { result: "success" } });
    expect(serviceOf("north")?.job?.last).toBeNull();
    expect((await job()).facts["backup.lastRun"]).toBeGreaterThanOrEqual(start);
  });

  it("know a run that was begun when the answer was lost, and one that was not", async () => {
    const { action, context, input } = begin("file-store.run-now", {});
    const probe = await action.probe(context, input);
    expect((await action.settle(context, input, probe)).effect).toBe("did-not-happen");
    afterScript = (_server, script) => {
      if (script.includes("'start'")) throw reachError("reach.connection-lost");
    };
    await expect(action.apply(context, input, probe)).rejects.toMatchObject({
      code: "reach.connection-lost",
    });
    afterScript = () => undefined;
    expect((await action.settle(context, input, probe)).effect).toBe("happened");
    expect((await act("file-store.run-now", {})).probe.state).toBe("impossible");
  });

  it("tell a run that failed, units that are missing, and a timer that is on by half", async () => {
    const service = serviceOf("east");
    if (service?.job?.last) Object.assign(service, { state: "failed" });
    expect((await job()).codes).toEqual(["file-store.failed"]);
    Object.assign(timerOf("east") ?? {}, { enabled: false });
    const north = world.machine(machines.north);
    north.units = north.units.filter(({ job: own, timer }) => !own && !timer);
    expect((await job()).codes).toEqual(["file-store.half-on", "file-store.no-unit", "file-store.failed"]);
    Object.assign(timerOf("east") ?? {}, { state: "dead" });
    expect((await job()).codes).toContain("file-store.nowhere");
    dead = new Set(["east", "north"]);
    expect((await seen())["file-store/archive"]).toMatchObject({ error: { code: "reach.timed-out" } });
  });
});
