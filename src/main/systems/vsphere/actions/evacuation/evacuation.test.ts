import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ActionContext, EarlierTask } from "../../../../actions/action.ts";
import { FakeCluster } from "../../testing/fake-cluster.ts";
import { FakeVcenter, fault } from "../../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../../testing/opened.ts";

let vcenter: FakeVcenter;
let cluster: FakeCluster;
let opened: OpenedVsphere;

async function start(automation?: string, prepare: () => void = () => undefined): Promise<void> {
  cluster = new FakeCluster(vcenter, automation);
  for (const number of [1, 2, 3, 4]) cluster.guest(`vm-${number}`, "host-1");
  cluster.guest("vm-9", "host-2");
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
const left = () => ["vm-1", "vm-2", "vm-3", "vm-4"].filter((vm) => cluster.hostOf(vm) === "host-1");
const earlier = (action: string, observed: EarlierTask["observed"]): EarlierTask => ({
  ...{ task: "t", action, verb: "apply", at: 0 },
  observed,
});

/** Brings VMs back by what the journal has. */
async function bringBack(tasks: EarlierTask[], wish: object = {}) {
  const action = opened.action("vsphere.return-vms");
  const input = action.input.parse(wish);
  const context: ActionContext = { ...opened.contextOf("esx-1"), earlier: () => tasks };
  const probe = await action.probe(context, input);
  if (probe.state !== "needed") return { probe, verification: null };
  const applied = await action.apply(context, input, probe);
  return { probe, verification: await action.verify(context, input, probe, applied) };
}

describe("an evacuation", () => {
  test("moves every running VM by plan, so many at a time, and is proven by reading", async () => {
    await start();
    cluster.guest("vm-5", "host-1", { "runtime.powerState": "poweredOff" });
    const { probe, verification, committed } = await opened.run("vsphere.evacuate", "esx-1", { limit: 2 });
    expect(probe.steps).toHaveLength(4);
    expect(verification).toMatchObject({ proven: true, data: { moved: 4, left: [] } });
    expect([left(), cluster.hostOf("vm-5"), committed]).toEqual([[], "host-1", 4]);
    expect(cluster.most).toBe(2);
    expect(await opened.run("vsphere.evacuate", "esx-1")).toMatchObject({ probe: { state: "done" } });
  });

  test("heeds what is to be apart only where the others run", async () => {
    const rule = ["vm-1", "vm-7", "vm-8"].map((vm) => `<vm type="VirtualMachine">${vm}</vm>`).join("");
    const apart = `<rule xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="ClusterAntiAffinityRuleSpec"><enabled>true</enabled><name>twins</name>${rule}</rule>`;
    await start("manual", () => {
      const properties = vcenter.objects.get("domain-c1")?.properties ?? {};
      properties.configurationEx = `${properties.configurationEx}${apart}`;
      cluster.guest("vm-7", "host-2");
      cluster.guest("vm-8", "host-3");
    });
    const { probe } = await opened.run("vsphere.evacuate", "esx-1");
    expect([probe.state, /vm-1: The rule twins/.test(probe.text.en)]).toEqual(["impossible", true]);
    vcenter.change("vm-8", { "runtime.powerState": "poweredOff" });
    await opened.until(() => opened.fact("vm", "vm-8", "power.state") === "off");
    const { verification } = await opened.run("vsphere.evacuate", "esx-1");
    expect([verification?.proven, cluster.hostOf("vm-1")]).toEqual([true, "host-3"]);
  });

  test("of a host whose cluster is not told claims nothing", async () => {
    await start();
    delete vcenter.objects.get("host-1")?.properties.parent;
    const { probe, committed } = await opened.run("vsphere.evacuate", "esx-1");
    expect([probe.state, committed, left().length]).toEqual(["impossible", 0, 4]);
    expect(probe.text.fr).toMatch(/n'indique pas la grappe/);
  });

  test("relocates where the server knows nothing of migrating", async () => {
    await start();
    cluster.missing.add("MigrateVM_Task");
    expect(await opened.run("vsphere.evacuate", "esx-1")).toMatchObject({ verification: { proven: true } });
    expect(count("RelocateVM_Task")).toBe(4);
  });

  test("that can never be complete says so beforehand, by VM and reason; by consent it moves the others", async () => {
    await start();
    const pass =
      '<VirtualDevice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="VirtualPCIPassthrough"><deviceInfo><label>PCI device 0</label></deviceInfo></VirtualDevice>';
    cluster.guest("vm-1", "host-1", { "config.hardware.device": pass });
    cluster.guest("vm-2", "host-1", {
      datastore: '<ManagedObjectReference type="Datastore">local-1</ManagedObjectReference>',
    });
    cluster.guest("vm-3", "host-1", {}, 90);
    const { probe, committed } = await opened.run("vsphere.evacuate", "esx-1");
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toContain("vm-1: PCI device 0");
    expect(probe.text.fr).toContain("vm-2 : Ses disques sont sur un stockage");
    expect(probe.text.en).toMatch(/vm-3: It needs 90 GiB/);
    const partly = await opened.run("vsphere.evacuate", "esx-1", { allowStaying: true });
    expect(partly.verification).toMatchObject({ proven: true, data: { moved: 1 } });
    expect(left()).toEqual(["vm-1", "vm-2", "vm-3"]);
  });

  test("goes on when one VM is refused, and fails with what moved and what did not", async () => {
    await start();
    cluster.refused.set("vm-2", "RuleViolation");
    const { verification, context, parsed, probe } = await opened.run("vsphere.evacuate", "esx-1");
    expect(verification).toMatchObject({ proven: false, data: { moved: 3, left: ["vm-2"] } });
    expect(verification?.text.en).toContain("vm-2: an affinity rule of the cluster");
    expect(verification?.text.fr).toContain("VM déplacées : 3");
    expect(JSON.stringify(verification)).not.toContain("secret words");
    const settled = await opened.action("vsphere.evacuate").settle(context, parsed, probe);
    expect(settled).toMatchObject({ effect: "did-not-happen", data: { left: ["vm-2"] } });
  });

  test("ends between two moves when it is asked to, and tells what is left", async () => {
    await start();
    const esx = opened.resource("host", "esx-1");
    cluster.onMoved = () => opened.action("vsphere.evacuate").endEarly?.(esx);
    const { verification } = await opened.run("vsphere.evacuate", "esx-1", { limit: 1 });
    expect(verification).toMatchObject({ proven: false, data: { moved: 1 } });
    expect(left()).toHaveLength(3);
  });

  test("takes a VM that is deleted meanwhile as gone, and what is put elsewhere by others as left", async () => {
    await start();
    cluster.held.add("vm-1");
    cluster.onMoved = () => {
      if (!cluster.held.has("vm-1")) return;
      cluster.remove("vm-1");
      cluster.release("vm-1");
    };
    const { verification } = await opened.run("vsphere.evacuate", "esx-1", { limit: 4 });
    expect(verification).toMatchObject({ proven: true });
  });

  test("waits for a VM that another task works on, and follows a move that is under way", async () => {
    await start();
    let busy = 2;
    const serve = vcenter.intercept;
    vcenter.intercept = (method, response) => {
      const isBusy = method === "MigrateVM_Task" && vcenter.bodies.at(-1)?.includes(">vm-3<") && busy-- > 0;
      if (isBusy) fault(response, "TaskInProgress");
      return isBusy === true || serve?.(method, response) === true;
    };
    expect(await opened.run("vsphere.evacuate", "esx-1")).toMatchObject({ verification: { proven: true } });
    expect(count("MigrateVM_Task")).toBe(6);
  });

  test("begins no further move once the user lacks the privilege", async () => {
    await start();
    const serve = vcenter.intercept;
    vcenter.intercept = (method, response) => {
      if (method !== "MigrateVM_Task") return serve?.(method, response) === true;
      fault(response, "NoPermission");
      return true;
    };
    const running = opened.run("vsphere.evacuate", "esx-1", { limit: 1 });
    await expect(running).rejects.toMatchObject({ code: "vsphere.no-permission" });
    expect(count("MigrateVM_Task")).toBe(1);
  });

  test("leaves to DRS what it moves by itself", async () => {
    await start("fullyAutomated");
    const { probe } = await opened.run("vsphere.evacuate", "esx-1");
    expect(probe).toMatchObject({ state: "done", observed: { leftToDrs: 4 } });
    const own = await opened.run("vsphere.evacuate", "esx-1", { leaveToDrs: false });
    expect(own).toMatchObject({ verification: { proven: true } });
  });

  test("says what DRS cannot move either, and maintenance mode is not begun in vain", async () => {
    const local = '<ManagedObjectReference type="Datastore">local-1</ManagedObjectReference>';
    await start("fullyAutomated", () => cluster.guest("vm-2", "host-1", { datastore: local }));
    for (const id of ["vsphere.evacuate", "vsphere.enter-maintenance"]) {
      const { probe, committed } = await opened.run(id, "esx-1");
      expect([id, probe.state, committed]).toEqual([id, "impossible", 0]);
      expect(probe.text.en).toMatch(/vm-2: Its disks are on storage .* try again\./);
      expect(probe.text.fr).toMatch(/vm-2 : Ses disques .* réessayez\./);
    }
    const agreed = await opened.run("vsphere.evacuate", "esx-1", { allowStaying: true });
    expect(agreed.probe.state).toBe("done");
    cluster.set("vm-2", { "runtime.powerState": "poweredOff" });
    expect((await opened.run("vsphere.enter-maintenance", "esx-1")).probe.state).not.toBe("impossible");
  });

  test("keeps to the ceilings of the host's environment unless it is told not to", async () => {
    await start("manual", () => cluster.guest("vm-8", "host-3", {}, 8));
    // Two vCPUs each: on sixteen cores a ceiling of an eighth leaves room for one VM on a host.
    opened.capacity = { memoryRatio: 1, vcpuPerCore: 0.125, spareHosts: 1 };
    const { probe } = await opened.run("vsphere.evacuate", "esx-1");
    expect(probe).toMatchObject({ state: "impossible", observed: { vms: 4 } });
    expect(probe.text.en).toContain("vCPU");
    const beyond = await opened.run("vsphere.evacuate", "esx-1", { withinLimits: false });
    expect(beyond.verification).toMatchObject({ proven: true });
  });

  test("is undone by bringing back what it moved, but for what somebody has moved on", async () => {
    await start();
    const { context, parsed, probe } = await opened.run("vsphere.evacuate", "esx-1");
    cluster.put("vm-1", cluster.hostOf("vm-1") === "host-2" ? "host-3" : "host-2");
    const undone = await opened.action("vsphere.evacuate").undo?.(context, parsed, probe);
    expect(undone).toMatchObject({ proven: true, data: { back: 3, movedOn: 1 } });
    expect(undone?.text.fr).toContain("Déplacées entre-temps par quelqu'un");
  });
});

describe("bringing VMs back", () => {
  test("goes by the journal: what was noted, where an evacuation sent it, across its attempts", async () => {
    await start();
    for (const vm of ["vm-1", "vm-2", "vm-3"]) cluster.put(vm, "host-2");
    cluster.remove("vm-4");
    const tasks = [
      earlier("vsphere.evacuate", { away: { "vm-3": "host-2" } }),
      earlier("vsphere.evacuate", { away: { "vm-1": "host-2", "vm-2": "host-3", "vm-3": "host-3" } }),
      earlier("vsphere.note-guests", {
        away: { "vm-1": null, "vm-2": null, "vm-3": null, "vm-4": null },
      }),
      earlier("vsphere.evacuate", { away: { "vm-9": "host-2" } }),
    ];
    const { verification } = await bringBack(tasks);
    expect(verification).toMatchObject({ proven: true, data: { back: 2, movedOn: 1, gone: 1 } });
    expect([left(), cluster.hostOf("vm-9")]).toEqual([["vm-1", "vm-3"], "host-2"]);
    expect(await bringBack(tasks)).toMatchObject({ probe: { state: "done" } });
  });

  test("leaves those that have no room there, and says so", async () => {
    await start("manual", () => {
      cluster.guest("vm-8", "host-1", {}, 40);
      cluster.guest("vm-1", "host-2");
      cluster.guest("vm-2", "host-2", {}, 20);
    });
    const { probe, verification } = await bringBack([
      earlier("vsphere.evacuate", { away: { "vm-1": "host-2", "vm-2": "host-2" } }),
    ]);
    expect(probe.text.en).toContain("These have no room here or may not: vm-2");
    expect(verification).toMatchObject({ proven: false, data: { back: 1, away: 1 } });
    expect(verification?.text.fr).toContain("vm-2");
  });

  test("leaves those that DRS has placed elsewhere, by consent those alone that have no room", async () => {
    await start("fullyAutomated", () => {
      cluster.guest("vm-8", "host-1", {}, 40);
      cluster.guest("vm-1", "host-2");
      cluster.guest("vm-2", "host-2", {}, 20);
    });
    const tasks = [earlier("vsphere.enter-maintenance", { away: { "vm-1": null, "vm-2": null } })];
    const left = await bringBack(tasks);
    expect(left.probe).toMatchObject({ state: "done", text: { en: expect.stringContaining("vm-1, vm-2") } });
    const { verification } = await bringBack(tasks, { leaveToDrs: false });
    expect(verification).toMatchObject({ proven: true, data: { back: 1, away: 1, leftToDrs: 1 } });
    expect(verification?.text.en).toContain("Left where DRS has placed them: vm-2.");
    expect(await bringBack(tasks)).toMatchObject({ probe: { state: "done" } });
  });

  test("waits for nothing where nothing has left, and refuses a host that takes none", async () => {
    await start();
    expect(await bringBack([])).toMatchObject({ probe: { state: "done" } });
    cluster.put("vm-1", "host-2");
    cluster.set("host-1", { "runtime.inMaintenanceMode": "true" });
    const tasks = [earlier("vsphere.evacuate", { away: { "vm-1": "host-2" } })];
    expect(await bringBack(tasks)).toMatchObject({ probe: { state: "impossible" } });
  });
});

test("a note holds every VM of the host and changes nothing", async () => {
  await start();
  const { probe, verification, committed } = await opened.run("vsphere.note-guests", "esx-1");
  expect(probe.observed.away).toEqual({ "vm-1": null, "vm-2": null, "vm-3": null, "vm-4": null });
  expect([verification?.proven, committed]).toEqual([true, 0]);
});
