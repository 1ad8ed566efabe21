import { describe, expect, it } from "vitest";
import type { Executed, ExecuteOptions } from "../../reach/reach.ts";
import { defaultObserverTimes, HostObserver } from "./observe.ts";
import { accessTo, FakeClock, RecordingSink } from "./testing/estate.ts";
import { answered, FakeReach, markOf, reachError, sectioned } from "./testing/fake-reach.ts";

const bootId = "bf2b62eb-fe78-437d-8f26-9032d4d4c214";
const quick = { "boot-id": bootId, uptime: "1000.00 1", loadavg: "0.5 0.4 0.3 1/1 1" };
const apt =
  "1 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\nInst a [1] (2 x-security [all])\n";

const isMaintenance = (options: ExecuteOptions) => options.input?.includes("updates-apt") ?? false;
const well = (options: ExecuteOptions): Executed =>
  answered(sectioned(markOf(options), isMaintenance(options) ? { ...quick, "updates-apt": apt } : quick));
const never = new AbortController().signal;

describe("HostObserver", () => {
  it("reports the quick facts first, then the costly ones", async () => {
    const reach = new FakeReach((_target, _command, options) => well(options));
    const sink = new RecordingSink();
    const clock = new FakeClock();
    await new HostObserver(accessTo(reach, clock)).observe(sink, never, ["tower-a"], false);
    expect(reach.commands.map(({ command }) => command)).toEqual(["sh -s", "sh -s"]);
    expect(sink.observations).toHaveLength(2);
    expect(sink.observations[0]).toMatchObject({ health: "ok", problems: [], readAt: {} });
    expect(sink.observations[1]).toMatchObject({
      resource: "tower-a",
      source: "atelier-hosts",
      health: "warning",
      problems: [{ code: "updates.security" }],
      facts: {
        "os.bootId": bootId,
        "os.bootedAt": clock.at - 1_000_000,
        "load.one": 0.5,
        "updates.pending": 1,
        "reach.address": "192.0.2.11:22",
        "reach.via": "bounce",
        "reach.hostKey": "SHA256:proven",
      },
    });
  });

  it("keeps costly facts with their own age and reads them again when they are due or the host has rebooted", async () => {
    const clock = new FakeClock();
    const start = clock.at;
    let boot = bootId;
    const reach = new FakeReach((_target, _command, options) => {
      const answer = well(options);
      return { ...answer, output: answer.output.replace(bootId, boot) };
    });
    const sink = new RecordingSink();
    const observer = new HostObserver(accessTo(reach, clock));
    const read = async (later: number, asked = false) => {
      clock.at += later;
      const before = reach.commands.length;
      await observer.observe(sink, never, ["tower-a"], asked);
      return reach.commands.length - before;
    };
    expect(await read(0)).toBe(2);
    expect(await read(60_000)).toBe(1);
    expect(sink.last("tower-a")).toMatchObject({ at: start + 60_000, readAt: { "updates.pending": start } });
    expect(await read(60_000, true)).toBe(1);
    expect(await read(defaultObserverTimes.maintenanceEveryAsked, true)).toBe(2);
    expect(await read(defaultObserverTimes.maintenanceEvery)).toBe(2);
    observer.expireMaintenance("tower-a");
    expect(await read(1000)).toBe(2);
    boot = boot.replaceAll("f", "0");
    expect(await read(1000)).toBe(2);
  });

  it("says the same boot time at every reading of one boot", async () => {
    const clock = new FakeClock();
    const reach = new FakeReach((_target, _command, options) => well(options));
    const sink = new RecordingSink();
    const observer = new HostObserver(accessTo(reach, clock));
    await observer.observe(sink, never, ["tower-a"], false);
    clock.at += 137;
    await observer.observe(sink, never, ["tower-a"], false);
    const times = sink.observations.map((each) => ("facts" in each ? each.facts["os.bootedAt"] : null));
    expect(new Set(times).size).toBe(1);
  });

  it("keeps the costly facts when reading them anew fails, and does not trouble the quick ones", async () => {
    const clock = new FakeClock();
    let failing = false;
    const reach = new FakeReach((_target, _command, options) => {
      if (failing && isMaintenance(options)) throw reachError("reach.too-slow");
      return well(options);
    });
    const sink = new RecordingSink();
    const observer = new HostObserver(accessTo(reach, clock));
    await observer.observe(sink, never, ["tower-a"], false);
    failing = true;
    clock.at += defaultObserverTimes.maintenanceEvery;
    await observer.observe(sink, never, ["tower-a"], false);
    expect(sink.last("tower-a")).toMatchObject({ facts: { "updates.pending": 1 } });
  });

  it("does not try sudo again where it was refused", async () => {
    const clock = new FakeClock();
    const reach = new FakeReach((_target, _command, options) =>
      answered(sectioned(markOf(options), { ...quick, "sudo-refused": "" })),
    );
    const observer = new HostObserver(accessTo(reach, clock));
    await observer.observe(new RecordingSink(), never, ["tower-a"], false);
    clock.at += defaultObserverTimes.maintenanceEvery;
    await observer.observe(new RecordingSink(), never, ["tower-a"], false);
    const tried = reach.commands.map(({ input }) => /^sudo=(\w+)$/m.exec(input)?.[1]);
    expect(tried).toEqual(["try", "try", "never", "never"]);
  });

  it.each<[string, (options: ExecuteOptions) => Executed]>([
    ["ssh.not-a-shell", () => answered("This account is currently not available.\n", { exitCode: 1 })],
    ["ssh.not-a-shell", () => answered("\uFFFD\u0000\u001b[2Jgarbage\n".repeat(1000))],
    ["ssh.answer-incomplete", () => answered("y\n".repeat(100_000), { truncated: true })],
    ["ssh.answer-incomplete", (options) => answered(sectioned(markOf(options), quick).slice(0, -40))],
    ["ssh.nothing-read", (options) => answered(sectioned(markOf(options), {}))],
    [
      "reach.connection-lost",
      () => {
        throw reachError("reach.connection-lost");
      },
    ],
    [
      "general.unexpected",
      () => {
        throw new Error("secret details");
      },
    ],
  ])("reports %s as an error of the host, with a hint and nothing raw in it", async (code, answer) => {
    const sink = new RecordingSink();
    const reach = new FakeReach((_target, _command, options) => answer(options));
    await new HostObserver(accessTo(reach)).observe(sink, never, ["tower-a"], false);
    expect(sink.observations).toHaveLength(1);
    const [observation] = sink.observations;
    expect(observation).toMatchObject({ resource: "tower-a", error: { code } });
    const words = JSON.stringify(observation);
    expect(words).not.toMatch(/garbage|secret details|\\u001b/);
  });

  it("never lets a dead host keep the living waiting", async () => {
    const dead = Promise.withResolvers<Executed>();
    const reach = new FakeReach((target, _command, options) =>
      target.id === "tower-b" ? dead.promise : well(options),
    );
    const sink = new RecordingSink();
    const observer = new HostObserver(accessTo(reach), { ...defaultObserverTimes, concurrency: 1 });
    const first = observer.observe(sink, never, ["tower-b"], false);
    dead.reject(reachError("reach.unreachable"));
    await first;
    const order: string[] = [];
    const observing = {
      ...sink,
      declare() {},
      redeclare() {},
      observe: (seen: { resource: string }[]) => {
        for (const { resource } of seen) if (!order.includes(resource)) order.push(resource);
      },
    };
    await observer.observe(observing, never, ["tower-b", "tower-a", "web-1"], false);
    expect(order).toEqual(["tower-a", "web-1", "tower-b"]);
  });

  it("reads no more hosts at once than it may", async () => {
    let running = 0;
    let most = 0;
    const reach = new FakeReach(async (_target, _command, options) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return well(options);
    });
    const observer = new HostObserver(accessTo(reach), { ...defaultObserverTimes, concurrency: 2 });
    await observer.observe(new RecordingSink(), never, ["tower-a", "tower-b", "web-1"], false);
    expect(most).toBe(2);
  });

  it("reads a host once for two who ask at the same time, and again when the first gave up", async () => {
    const gate = Promise.withResolvers<void>();
    const reach = new FakeReach(async (_target, _command, options) => {
      await gate.promise;
      options.signal.throwIfAborted();
      return well(options);
    });
    const observer = new HostObserver(accessTo(reach));
    const sinks = [new RecordingSink(), new RecordingSink()] as const;
    const givesUp = new AbortController();
    const readings = [
      observer.observe(sinks[0], givesUp.signal, ["tower-a"], true),
      observer.observe(sinks[1], never, ["tower-a"], true),
    ];
    givesUp.abort();
    gate.resolve();
    await Promise.all(readings);
    expect(sinks[0].observations).toEqual([]);
    expect(sinks[1].last("tower-a")).toMatchObject({ facts: { "os.bootId": bootId } });
    const before = reach.commands.length;
    await Promise.all([
      observer.observe(sinks[0], never, ["tower-a"], true),
      observer.observe(sinks[1], never, ["tower-a"], true),
    ]);
    expect(reach.commands.length - before).toBe(1);
  });

  it("goes on with its schedule past a host that somebody is kept waiting by", async () => {
    const gate = Promise.withResolvers<void>();
    const reach = new FakeReach(async (target, _command, options) => {
      if (target.id === "tower-a") await gate.promise;
      return well(options);
    });
    const observer = new HostObserver(accessTo(reach));
    const sink = new RecordingSink();
    const first = observer.observe(sink, never, ["tower-a", "tower-b"], false);
    await observer.observe(sink, never, ["tower-a", "tower-b"], false);
    await observer.observe(sink, never, ["tower-a", "tower-b"], false);
    const ofWaiting = () => reach.commands.filter(({ host }) => host === "tower-a").length;
    expect(ofWaiting()).toBe(1);
    expect(sink.last("tower-b")).toMatchObject({ facts: { "os.bootId": bootId } });
    expect(sink.last("tower-a")).toBeUndefined();
    gate.resolve();
    await first;
    expect(sink.last("tower-a")).toMatchObject({ facts: { "os.bootId": bootId } });
  });
});
