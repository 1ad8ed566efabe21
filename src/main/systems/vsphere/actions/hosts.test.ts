import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../../../shared/errors.ts";
import { sameText } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { FakeCluster } from "../testing/fake-cluster.ts";
import { FakeVcenter, fault } from "../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let vcenter: FakeVcenter;
let cluster: FakeCluster;
let opened: OpenedVsphere;

async function start(automation = "fullyAutomated", prepare: () => void = () => undefined): Promise<void> {
  cluster = new FakeCluster(vcenter, automation);
  prepare();
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin }, { pause: 5 });
  await opened.observe();
}

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
});

const count = (method: string) => vcenter.calls.filter((each) => each === method).length;
const mode = (wanted: boolean) => cluster.set("host-1", { "runtime.inMaintenanceMode": String(wanted) });
const greyed = (id: string) => {
  const { unavailable, idle } = opened.action(id);
  const host = opened.resource("host", "esx-1");
  return (unavailable?.(host) ?? idle?.(host))?.en ?? null;
};

describe("maintenance mode", () => {
  test("is entered and left, proven by reading, and done when it is so already", async () => {
    await start();
    expect(await opened.run("vsphere.enter-maintenance", "esx-1", { minutes: 5 })).toMatchObject({
      committed: 1,
      verification: { proven: true, data: { maintenance: true } },
    });
    expect(vcenter.bodies.join()).toContain("<timeout>300</timeout><evacuatePoweredOffVms>false<");
    expect(await opened.run("vsphere.enter-maintenance", "esx-1")).toMatchObject({
      probe: { state: "done" },
    });
    expect(await opened.run("vsphere.leave-maintenance", "esx-1")).toMatchObject({
      verification: { proven: true, data: { maintenance: false } },
    });
  });

  test("is refused beforehand where nothing would move what runs there, with the names", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    const { probe, committed } = await opened.run("vsphere.enter-maintenance", "esx-1");
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(/\(1\): vm-1\. Evacuate the host first/);
  });

  test("tells while it waits which VMs are still to go, and notes them for their return", async () => {
    await start("fullyAutomated", () => {
      cluster.guest("vm-1", "host-1");
      cluster.guest("vm-2", "host-1");
      cluster.held.add("host-1");
    });
    const said: { en: string; fraction: number | null }[] = [];
    const context: ActionContext = {
      ...opened.contextOf("esx-1"),
      progress: ({ en }, fraction = null) => {
        said.push({ en, fraction });
        if (said.length === 1) cluster.put("vm-1", "host-2");
        if (said.at(-1)?.fraction === 0.5) cluster.put("vm-2", "host-3");
        if (en.startsWith("No VM")) cluster.release("host-1");
      },
    };
    const action = opened.action("vsphere.enter-maintenance");
    const input = action.input.parse({});
    const probe = await action.probe(context, input);
    expect(probe.observed.away).toEqual({ "vm-1": null, "vm-2": null });
    const applied = await action.apply(context, input, probe);
    expect(await action.verify(context, input, probe, applied)).toMatchObject({ proven: true });
    expect(said[0]).toEqual({ en: "VMs that are still to go: 2 (vm-1, vm-2).", fraction: 0 });
    expect(said.at(-1)?.en).toBe("No VM runs on it any more.");
  });

  test("that fails in time says so, and who is still there", async () => {
    await start("fullyAutomated", () => cluster.guest("vm-1", "host-1"));
    cluster.refused.set("host-1", "Timedout");
    const { verification } = await opened.run("vsphere.enter-maintenance", "esx-1");
    expect(verification).toMatchObject({ proven: false, disproven: true, data: { left: ["vm-1"] } });
    expect(verification?.text.en).toMatch(/did not end in the time that it had.*still on it: vm-1/);
  });

  test("is cancelled in vCenter when a person cancels, and left to go on when the console closes", async () => {
    await start();
    cluster.held.add("host-1");
    const action = opened.action("vsphere.enter-maintenance");
    const input = action.input.parse({});
    for (const [code, cancels] of [
      ["action.console-closing", 0],
      ["action.cancelled", 1],
    ] as const) {
      const stopping = new AbortController();
      const reason = new OpsError({ code, system: "actions", message: sameText("x"), hint: sameText("x") });
      const context: ActionContext = {
        ...opened.contextOf("esx-1"),
        signal: stopping.signal,
        progress: () => stopping.abort(reason),
      };
      const probe = await action.probe(opened.contextOf("esx-1"), input);
      const applied = await action.apply(opened.contextOf("esx-1"), input, probe);
      await expect(action.verify(context, input, probe, applied)).rejects.toThrow();
      expect(count("CancelTask")).toBe(cancels);
      if (cancels === 0) {
        const settled = await action.settle(opened.contextOf("esx-1"), input, probe);
        expect(settled.effect).toBe("unknown");
      }
    }
    // The second attempt found the first one's task and followed that.
    expect(count("EnterMaintenanceMode_Task")).toBe(1);
  });

  test("ends early by cancelling its task, and is undone by leaving the mode", async () => {
    await start();
    const { context, parsed, probe } = await opened.run("vsphere.enter-maintenance", "esx-1");
    const undone = await opened.action("vsphere.enter-maintenance").undo?.(context, parsed, probe);
    expect(undone).toMatchObject({ proven: true, data: { maintenance: false } });
    cluster.held.add("host-1");
    vcenter.onCall = (method) => {
      if (method === "EnterMaintenanceMode_Task")
        setImmediate(() => opened.action("vsphere.enter-maintenance").endEarly?.(context.resource));
    };
    const action = opened.action("vsphere.enter-maintenance");
    const applied = await action.apply(context, parsed, probe);
    const verifying = action.verify(context, parsed, probe, applied);
    await opened.until(() => {
      action.endEarly?.(context.resource);
      return count("CancelTask") === 1;
    });
    expect(await verifying).toMatchObject({ proven: false, data: { maintenance: false } });
  });
});

describe("the power of a host", () => {
  const booted = (time: string) =>
    cluster.set("host-1", { "runtime.bootTime": time, "runtime.connectionState": "connected" });

  test("is not touched outside maintenance mode, which is said beforehand", async () => {
    await start();
    expect(greyed("vsphere.host-reboot")).toMatch(/let it enter maintenance mode first/);
    const { probe, committed } = await opened.run("vsphere.host-shutdown", "esx-1");
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(greyed("vsphere.host-power-on")).toBe("The host is not in standby.");
  });

  test("is proven by another boot time, that is more than the wavering of one", async () => {
    await start();
    mode(true);
    const marks: unknown[] = [];
    const action = opened.action("vsphere.host-reboot");
    const context: ActionContext = {
      ...opened.contextOf("esx-1"),
      progress: (_words, _fraction, mark) => {
        if (mark) marks.push(mark);
        // It is connected for a moment by what vCenter knew before.
        if (mark === "seen-off") booted("2026-01-01T00:00:07Z");
        if (mark === "seen-off") setTimeout(() => booted("2026-01-02T00:00:00Z"), 30);
      },
    };
    const probe = await action.probe(context, {});
    const applied = await action.apply(context, {}, probe);
    const seen = await action.verify(context, {}, probe, applied);
    expect(seen).toMatchObject({ proven: true, data: { bootedAt: Date.parse("2026-01-02T00:00:00Z") } });
    expect([marks, count("RebootHost_Task")]).toEqual([["accepted", "seen-off"], 1]);
    expect(await action.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
  });

  test("whose answer was lost is asked about and never sent again", async () => {
    await start();
    mode(true);
    const serve = vcenter.intercept;
    vcenter.intercept = (method, response) => {
      if (method !== "RebootHost_Task") return serve?.(method, response) === true;
      response.socket?.destroy();
      return true;
    };
    await expect(opened.run("vsphere.host-reboot", "esx-1")).rejects.toMatchObject({
      code: "vsphere.closed",
    });
    expect(count("RebootHost_Task")).toBe(1);
    const action = opened.action("vsphere.host-reboot");
    const context = opened.contextOf("esx-1");
    const probe = await action.probe(context, {});
    expect(await action.settle(context, {}, probe)).toMatchObject({ effect: "unknown" });
    const long = { ...probe, observed: { ...probe.observed, at: Date.now() - 3_600_000 } };
    expect(await action.settle(context, {}, long)).toMatchObject({ effect: "did-not-happen" });
  });
});

describe("a migration", () => {
  const vm = () => opened.contextOf("vm-1");

  test("goes to a host of the cluster, is proven by where it is, and undone by going back", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    const { context, parsed, probe, verification } = await opened.run("vsphere.migrate", "vm-1", {
      host: "host-2",
    });
    expect(verification).toMatchObject({ proven: true, data: { host: "host-2" } });
    expect(await opened.action("vsphere.migrate").settle(context, parsed, probe)).toMatchObject({
      effect: "happened",
    });
    const undone = await opened.action("vsphere.migrate").undo?.(context, parsed, probe);
    expect([undone?.proven, cluster.hostOf("vm-1")]).toEqual([true, "host-1"]);
    const moved = { host: "host-3", datastore: "datastore-1" };
    expect(await opened.run("vsphere.migrate", "vm-1", moved)).toMatchObject({
      verification: { proven: true },
    });
    expect([count("MigrateVM_Task"), count("RelocateVM_Task")]).toEqual([2, 1]);
  });

  test("offers the hosts of its cluster with the room that each has, and why one is none", async () => {
    await start("manual", () => {
      cluster.guest("vm-1", "host-1");
      cluster.guest("vm-2", "host-2", {}, 16);
      cluster.host("host-3", "esx-3", { "runtime.inMaintenanceMode": "true" });
    });
    const [hosts] = opened.action("vsphere.migrate").fieldsFor?.(vm().resource) ?? [];
    expect(hosts?.choices.map(({ label, unavailable }) => [label.en, unavailable?.en ?? null])).toEqual([
      ["esx-1 (64 GiB of 64 GiB free)", "it is there now"],
      ["esx-2 (48 GiB of 64 GiB free)", null],
      ["esx-3 (64 GiB of 64 GiB free)", "in maintenance mode"],
    ]);
  });

  test("is refused beforehand by a reading, and by what vCenter's own check says", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    cluster.set("host-2", { datastore: "" });
    expect((await opened.run("vsphere.migrate", "vm-1", { host: "host-2" })).probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("storage") },
    });
  });

  for (const [type, code] of [
    ["DisallowedMigrationDeviceAttached", "raccordé"],
    ["CannotAccessLocalSource", "n'atteint pas ses disques"],
    ["InsufficientFailoverResourcesFault", "contrôle d'admission"],
    ["VMotionNotConfigured", "vMotion"],
    ["CpuIncompatible1ECX", "processeurs"],
    ["SomethingOfTomorrow", "SomethingOfTomorrow"],
  ] as const) {
    test(`that ends with ${type} has failed, in words`, async () => {
      await start("manual", () => cluster.guest("vm-1", "host-1"));
      cluster.refused.set("vm-1", type);
      const { verification, context, parsed, probe } = await opened.run("vsphere.migrate", "vm-1", {
        host: "host-2",
      });
      expect(verification).toMatchObject({ proven: false, disproven: true, data: { fault: type } });
      expect(verification?.text.fr).toContain(code);
      expect(JSON.stringify(verification)).not.toContain("secret words");
      expect(await opened.action("vsphere.migrate").settle(context, parsed, probe)).toMatchObject({
        effect: "did-not-happen",
      });
    });
  }

  test("of a VM that is deleted meanwhile is not proven, and its settlement says that it is gone", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    cluster.onMoved = () => cluster.remove("vm-1");
    const { verification } = await opened.run("vsphere.migrate", "vm-1", { host: "host-2" });
    expect(verification).toMatchObject({ proven: false, text: { en: "The VM is not there any more." } });
  });

  test("whose answer was lost is unknown while its task runs, and settled by where it is then", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    cluster.held.add("vm-1");
    const action = opened.action("vsphere.migrate");
    const input = action.input.parse({ host: "host-2" });
    const probe = await action.probe(vm(), input);
    await action.apply(vm(), input, probe);
    expect(await action.settle(vm(), input, probe)).toMatchObject({ effect: "unknown" });
    cluster.release("vm-1");
    expect(await action.settle(vm(), input, probe)).toMatchObject({ effect: "happened" });
  });

  test("that a rule refuses at once is refused, not unknown", async () => {
    await start("manual", () => cluster.guest("vm-1", "host-1"));
    const serve = vcenter.intercept;
    vcenter.intercept = (method, response) => {
      if (method !== "MigrateVM_Task") return serve?.(method, response) === true;
      fault(response, "RuleViolation");
      return true;
    };
    const running = opened.run("vsphere.migrate", "vm-1", { host: "host-2" });
    await expect(running).rejects.toMatchObject({ code: "vsphere.rule-violated" });
  });
});
