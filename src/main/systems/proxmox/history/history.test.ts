import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RemoteTaskLog } from "../../../../shared/remote-tasks.ts";
import { readSnapshots } from "../guest-details.ts";
import { Known } from "../known.ts";
import { ClusterObserver } from "../observe.ts";
import { FakePve } from "../testing/fake-pve.ts";
import { clientOn } from "../testing/opened-client.ts";
import { laySample, sampleResources, sampleTime, sampleUpid } from "../testing/sample-cluster.ts";
import { ClusterHistory } from "./history.ts";

const sink = { declare: () => undefined, redeclare: () => undefined, observe: () => undefined };

describe("the history of a cluster", () => {
  let pve: FakePve;
  let history: ClusterHistory;
  let observer: ClusterObserver;
  let ending: AbortController;
  let now: number;
  let close: () => Promise<void>;

  beforeEach(async () => {
    pve = laySample(await new FakePve().start());
    now = sampleTime * 1000;
    ending = new AbortController();
    const client = clientOn([pve.port], { config: { pins: [pve.pin] } });
    observer = new ClusterObserver({
      system: "forge",
      client,
      name: null,
      site: null,
      environment: null,
      offSite: [],
      every: 15_000,
      now: () => now,
    });
    history = new ClusterHistory({
      client,
      known: new Known(observer.picture, observer.ids),
      cluster: observer.ids.cluster,
      now: () => now,
      // Looks follow each other at once; the clock goes on by what is waited for.
      wait: async (milliseconds) => {
        now += milliseconds;
        await new Promise((resolve) => setTimeout(resolve, 2));
      },
    });
    close = async () => {
      ending.abort();
      history.close();
      client.close();
      await observer.close();
    };
    await observer.observe(sink, ending.signal);
  });
  afterEach(async () => {
    await close();
    await pve.stop();
  });

  /** What is told until something holds of it. */
  async function until<State>(
    stream: AsyncIterable<State> | null,
    holds: (state: State) => boolean,
  ): Promise<State> {
    if (!stream) throw new Error("there is nothing to follow");
    for await (const state of stream) if (holds(state)) return state;
    throw new Error("it ended before");
  }
  const always = () => true;

  it("is there for the cluster, nodes and guests, and for nothing else", () => {
    const none = AbortSignal.abort();
    expect(history.tasks("forge/nodes/pve-1", none)).not.toBeNull();
    expect(history.happenings("forge/cluster", none)).not.toBeNull();
    expect(history.snapshots("forge/vms/100", none)).not.toBeNull();
    expect(history.snapshots("forge/nodes/pve-1", none)).toBeNull();
    expect(history.tasks("forge/storages/backups", none)).toBeNull();
    expect(history.tasks("other/vms/100", none)).toBeNull();
    expect(history.taskLog("forge/cluster", "no task", none)).toBeNull();
  });

  describe("snapshots", () => {
    it("are a tree, with the one that the guest has gone on from", async () => {
      const tree = await until(history.snapshots("forge/vms/100", ending.signal), always);
      expect(tree.current).toBe("after");
      expect(tree.snapshots).toMatchObject([
        { id: "before", parent: null, withMemory: false },
        { id: "after", parent: "before", withMemory: true, description: "later" },
      ]);
    });

    it("of a guest that moves are read where it is then", async () => {
      const stream = history.snapshots("forge/vms/100", ending.signal);
      await until(stream, always);
      pve.on("GET /nodes/pve-2/qemu/100/snapshot", [{ name: "current" }]);
      pve.on("GET /cluster/resources", () => ({
        data: sampleResources().map((row) =>
          "vmid" in row && row.vmid === 100 ? { ...row, node: "pve-2" } : row,
        ),
      }));
      now += 15_000;
      await observer.observe(sink, ending.signal);
      const tree = await until(
        history.snapshots("forge/vms/100", ending.signal),
        ({ snapshots }) => snapshots.length === 0,
      );
      expect(tree.error).toBeNull();
    });

    it("of a guest that is deleted meanwhile stay, with why they cannot be read", async () => {
      let said = 0;
      const tree = await until(history.snapshots("forge/vms/100", ending.signal), ({ error }) => {
        said += 1;
        if (said === 1) {
          pve.on("GET /nodes/pve-1/qemu/100/snapshot", () => ({
            status: 500,
            reason: "Configuration file 'nodes/pve-1/qemu-server/100.conf' does not exist",
          }));
        }
        return error !== null;
      });
      expect(tree.error?.code).toBe("proxmox.gone");
      expect(tree.snapshots).toHaveLength(2);
    });

    it("are each after its parent, once, whatever is told", () => {
      const name = fc.constantFrom("a", "b", "c", "d", "current");
      const entry = fc.record(
        { name, parent: name, snaptime: fc.nat(1000), vmstate: fc.constantFrom(0, 1) },
        { requiredKeys: ["name"] },
      );
      fc.assert(
        fc.property(fc.array(fc.oneof(entry, fc.anything()), { maxLength: 12 }), (data) => {
          const { snapshots, current } = readSnapshots(data);
          const ids = snapshots.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const [at, { parent }] of snapshots.entries()) {
            if (parent !== null) expect(ids.indexOf(parent)).toBeLessThan(at);
            if (parent !== null) expect(ids).toContain(parent);
          }
          if (current !== null) expect(ids).toContain(current);
        }),
      );
    });
  });

  describe("tasks", () => {
    const running = sampleUpid("qmigrate", "100", "pve-1", sampleTime - 10);
    const ended = sampleUpid("qmstart", "100", "pve-1", sampleTime - 100);

    beforeEach(() => {
      pve.on("GET /nodes/{node}/tasks", [
        { upid: running, starttime: sampleTime - 10 },
        { upid: ended, starttime: sampleTime - 100, endtime: sampleTime - 90, status: "WARNINGS: 1" },
        { upid: "UPID:broken" },
      ]);
    });

    it("of a guest are those on its node and those that the cluster knows, the newest first", async () => {
      const { tasks, error } = await until(history.tasks("forge/vms/100", ending.signal), always);
      expect(error).toBeNull();
      expect(tasks).toMatchObject([
        {
          id: running,
          name: "qmigrate",
          state: "running",
          resource: "forge/vms/100",
          endedAt: null,
          hasLog: true,
        },
        { id: ended, state: "warned", problem: "WARNINGS: 1", by: "console@pve" },
        { name: "vzdump", state: "failed", problem: "job errors" },
      ]);
      expect(pve.seen.find(({ path }) => path === "/nodes/pve-1/tasks")?.parameters).toEqual({
        source: "all",
        limit: "200",
        vmid: "100",
      });
    });

    it("are followed to their end, and what ended stays when it is told no more", async () => {
      let said = 0;
      const { tasks } = await until(history.tasks("forge/nodes/pve-1", ending.signal), ({ tasks }) => {
        said += 1;
        if (said === 1) {
          pve.on("GET /nodes/{node}/tasks", [
            { upid: running, endtime: sampleTime, status: "migration aborted" },
          ]);
        }
        return tasks.some(({ state }) => state === "failed");
      });
      expect(tasks.map(({ name, state }) => [name, state])).toEqual([
        ["qmigrate", "failed"],
        ["qmstart", "warned"],
      ]);
    });

    it("say why they cannot be read, and go on", async () => {
      pve.on("GET /nodes/{node}/tasks", () => ({ status: 595, reason: "No route to host" }));
      const failed = await until(history.tasks("forge/nodes/pve-1", ending.signal), always);
      expect(failed.error?.code).toBe("proxmox.node-unreachable");
    });
  });

  describe("the log of a task", () => {
    const upid = sampleUpid("vzdump", "100");
    const lines = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ n: at + 1, t: `line ${at + 1}` }));
    const serve = (all: () => { n: number; t: string }[], status: () => object) =>
      pve
        .on(
          `GET /nodes/pve-1/tasks/${upid}/log`,
          ({ parameters }: { parameters: Record<string, string> }) => {
            const start = Number(parameters.start);
            return { data: all().slice(start, start + Number(parameters.limit)) };
          },
        )
        .on(`GET /nodes/pve-1/tasks/${upid}/status`, () => ({ data: status() }));

    async function whole(stream: AsyncIterable<RemoteTaskLog> | null): Promise<RemoteTaskLog[]> {
      if (!stream) throw new Error("there is no log");
      const parts: RemoteTaskLog[] = [];
      for await (const part of stream) parts.push(part);
      return parts;
    }

    it("comes as it grows, to its last line", async () => {
      let asked = 0;
      serve(
        () => lines(asked < 2 ? 3 : 1203),
        () => ({ status: ++asked < 3 ? "running" : "stopped", exitstatus: "OK" }),
      );
      const parts = await whole(history.taskLog("forge/vms/100", upid, ending.signal));
      const all = parts.flatMap((part) => part.lines);
      expect(all).toHaveLength(1203);
      expect(all.at(-1)).toBe("line 1203");
      expect(parts.map(({ ended }) => ended).indexOf(true)).toBe(parts.length - 1);
    });

    it("that is empty is empty", async () => {
      serve(
        () => [{ n: 1, t: "no content" }],
        () => ({ status: "stopped" }),
      );
      expect(await whole(history.taskLog("forge/vms/100", upid, ending.signal))).toEqual([
        { lines: [], ended: true },
      ]);
    });

    it("of a task that disappears ends in saying so", async () => {
      pve.on(`GET /nodes/pve-1/tasks/${upid}/status`, () => ({ status: 500, reason: "no such task" }));
      await expect(whole(history.taskLog("forge/vms/100", upid, ending.signal))).rejects.toMatchObject({
        code: "proxmox.gone",
      });
    });

    it("ends with whoever looks", async () => {
      serve(
        () => lines(1),
        () => ({ status: "running" }),
      );
      for await (const _ of history.taskLog("forge/vms/100", upid, ending.signal) ?? []) ending.abort();
      expect(ending.signal.aborted).toBe(true);
    });
  });

  it("tells what happened, on a node or to a guest, the newest first and repeats as one", async () => {
    const line = (at: number, node: string, msg: string, pri = 6) => ({
      time: at,
      node,
      msg,
      pri,
      tag: "pvedaemon",
    });
    pve.on("GET /cluster/log", [
      line(sampleTime - 30, "pve-1", `<root@pam> end task ${sampleUpid("qmstart", "100")} start failed`),
      line(sampleTime - 40, "pve-1", `<root@pam> starting task ${sampleUpid("qmstart", "100")}`),
      line(sampleTime - 50, "pve-2", "<root@pam> successful auth for user 'root@pam'"),
      line(sampleTime - 90, "pve-2", "<root@pam> successful auth for user 'root@pam'"),
      line(sampleTime - 60, "pve-2", "node lost", 3),
      { msg: "no time" },
    ]);
    const all = await until(history.happenings("forge/cluster", ending.signal), always);
    expect(all.happenings).toMatchObject([
      { reason: "qmstart", grave: true, resource: "forge/vms/100" },
      { reason: "qmstart", grave: false },
      { count: 2, grave: false, resource: "forge/nodes/pve-2", firstAt: (sampleTime - 90) * 1000 },
      { text: "node lost", grave: true },
    ]);
    const guest = await until(history.happenings("forge/vms/100", ending.signal), always);
    expect(guest.happenings).toHaveLength(2);
    const node = await until(history.happenings("forge/nodes/pve-2", ending.signal), always);
    expect(node.happenings).toHaveLength(2);
  });
});
