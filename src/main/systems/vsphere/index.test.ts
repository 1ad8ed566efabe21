import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeVcenter, fault } from "./testing/fake-vcenter.ts";
import { OpenedVsphere } from "./testing/opened.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1");
  vcenter.vm("vm-2", { "runtime.powerState": "poweredOff" });
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin });
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
});

const count = (method: string) => vcenter.calls.filter((each) => each === method).length;
const names = () =>
  [...opened.declared.values()].flatMap(({ kind, name }) => (kind === "vm" ? [name] : [])).sort();
const serviceError = () => {
  const seen = opened.observed.get("vc/vcenter");
  return seen && "error" in seen ? seen.error.code : null;
};

describe("the inventory", () => {
  test("that comes in pages is shown once it is whole, and its session is given back", async () => {
    for (let at = 3; at <= 7; at++) vcenter.vm(`vm-${at}`);
    vcenter.page = 3;
    let shownEarly = 0;
    vcenter.onCall = () => {
      shownEarly = Math.max(shownEarly, count("WaitForUpdatesEx") < 4 ? names().length : 0);
    };
    await opened.observe();
    expect(names()).toHaveLength(7);
    expect(shownEarly).toBe(0);
    await opened.system.close();
    expect(vcenter.calls.at(-1)).toBe("Logout");
  });

  test("follows what changes, is taken away or leaves", async () => {
    await opened.observe();
    vcenter.change("vm-1", { "runtime.powerState": "poweredOff", "guest.toolsRunningStatus": null });
    await opened.until(() => opened.fact("vm", "vm-1", "power.state") === "off");
    expect(opened.fact("vm", "vm-1", "vsphere.tools")).toBeNull();
    vcenter.remove("vm-2");
    await opened.until(() => names().length === 1);
  });

  test("takes a change of an object that it does not know, and what leaves unknown", async () => {
    await opened.observe();
    vcenter.remove("vm-99");
    vcenter.change("vm-50", { name: "late", "runtime.powerState": "suspended" });
    await opened.until(() => names().includes("late"));
    expect(opened.fact("vm", "late", "power.state")).toBe("suspended");
    vcenter.change("thing-1", { name: "odd" }, "SomethingNew");
    vcenter.change("vm-1", { name: "renamed" });
    await opened.until(() => names().includes("renamed"));
    expect(opened.errors).toBe(0);
  });

  test("reads an object whole when a part of a property is told", async () => {
    await opened.observe();
    vcenter.objects.get("vm-1")?.properties &&
      vcenter.vm("vm-1", { "summary.config": "<template>false</template><numCpu>8</numCpu>" });
    vcenter.change("vm-1", { "summary.config.numCpu": "8" });
    await opened.until(() => opened.fact("vm", "vm-1", "cpu.count") === 8);
  });

  test("reads the disks of what is looked at, and again once its configuration was changed", async () => {
    const disk = (label: string, kibibytes: number, thin: boolean) =>
      `<VirtualDevice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="VirtualDisk"><key>2000</key><deviceInfo><label>${label}</label></deviceInfo><backing xsi:type="VirtualDiskFlatVer2BackingInfo"><datastore type="Datastore">ds-1</datastore><thinProvisioned>${thin}</thinProvisioned></backing><capacityInKB>${kibibytes}</capacityInKB></VirtualDevice>`;
    const other = "<VirtualDevice><key>100</key></VirtualDevice>";
    const property = "config.hardware.device";
    vcenter.objects.set("ds-1", { type: "Datastore", properties: { name: "fast" } });
    vcenter.vm("vm-1", {
      "config.changeVersion": "1",
      [property]: other + disk("Hard disk 1", 40 * 1024 ** 2, true),
    });
    await opened.observe();
    expect(opened.fact("vm", "vm-1", "vm.diskList")).toBeNull();
    await opened.observe(["vc/vms/vm-1"]);
    expect(opened.fact("vm", "vm-1", "vm.diskList")).toEqual(["Hard disk 1: 40 GiB, thin, fast"]);
    const asked = count("RetrievePropertiesEx");
    await opened.observe(["vc/vms/vm-1"]);
    expect(count("RetrievePropertiesEx")).toBe(asked);
    const both = disk("Hard disk 1", 40 * 1024 ** 2, true) + disk("Hard disk 2", 1_572_864, false);
    vcenter.change("vm-1", { "config.changeVersion": "2", [property]: both });
    await opened.until(() => opened.fact("vm", "vm-1", "vm.diskList") === null);
    await opened.observe(["vc/vms/vm-1"]);
    expect(opened.fact("vm", "vm-1", "vm.diskList")).toEqual([
      "Hard disk 1: 40 GiB, thin, fast",
      "Hard disk 2: 1.5 GiB, thick, fast",
    ]);
  });

  test("is replaced without a flicker when the session ends in the middle of a wait", async () => {
    await opened.observe();
    await opened.until(() => vcenter.isWaiting);
    vcenter.objects.delete("vm-2");
    vcenter.vm("vm-3");
    vcenter.expire();
    await opened.until(() => names().join() === "vm-1,vm-3");
    expect(opened.errors).toBe(0);
    expect(count("Login")).toBe(2);
  });

  test("is unknown when nothing answers as it should, and back when it does", async () => {
    await opened.observe();
    vcenter.intercept = (_method, response) => {
      response.writeHead(503).end("starting");
      return true;
    };
    vcenter.change("vm-1", { name: "changed" });
    await opened.until(() => opened.errors >= 3);
    expect(serviceError()).toBe("vsphere.not-vsphere");
    vcenter.intercept = null;
    await opened.observe();
    await opened.until(() => names().includes("changed") && serviceError() === null);
  });

  test("says what the user may not read, which is not the same as what there is not", async () => {
    const missing = {
      "summary.quickStats.overallCpuUsage": "HostNotConnected",
      "runtime.powerState": "NoPermission",
    };
    const properties = { name: "esx-1", "runtime.connectionState": "connected" };
    vcenter.objects.set("host-1", { type: "HostSystem", properties, missing });
    await opened.observe();
    expect(opened.resource("host", "esx-1")).toMatchObject({
      health: "unknown",
      problems: [
        {
          code: "vsphere.unreadable",
          text: { en: "The user may not read all of it; not known: runtime.powerState." },
        },
      ],
    });
    expect(opened.fact("host", "esx-1", "power.state")).toBeNull();
    vcenter.change("host-1", { "runtime.powerState": "poweredOn" }, "HostSystem");
    await opened.until(() => opened.resource("host", "esx-1").health === "ok");
    expect(opened.errors).toBe(0);
  });

  test("keeps disks that may not be read open instead of showing none", async () => {
    vcenter.objects.set("vm-1", {
      type: "VirtualMachine",
      properties: { name: "vm-1", "runtime.powerState": "poweredOn" },
      missing: { "config.hardware.device": "NoPermission" },
    });
    await opened.observe();
    await opened.observe(["vc/vms/vm-1", "vc/vms/vm-2"]);
    expect(opened.fact("vm", "vm-1", "vm.diskList")).toBeNull();
  });

  test("names an alarm of the object itself, and not those of what is in it", async () => {
    vcenter.objects.set("alarm-7", { type: "Alarm", properties: { "info.name": "Host memory usage" } });
    const state = (entity: string) =>
      `<AlarmState><key>k</key><entity type="HostSystem">${entity}</entity><alarm type="Alarm">alarm-7</alarm><overallStatus>red</overallStatus></AlarmState>`;
    vcenter.objects.set("host-1", {
      type: "HostSystem",
      properties: {
        name: "esx-1",
        triggeredAlarmState: state("host-1") + state("vm-1"),
        overallStatus: "red",
      },
    });
    await opened.observe();
    await opened.until(
      () => opened.resource("host", "esx-1").problems[0]?.text.en === "Alarm: Host memory usage.",
    );
    expect(opened.resource("host", "esx-1")).toMatchObject({ health: "critical", problems: { length: 1 } });
  });
});

test("a refused password is sent once, and told", async () => {
  opened.password = "wrong <&>";
  await opened.observe();
  await opened.observe();
  expect(serviceError()).toBe("vsphere.login-refused");
  expect(count("Login")).toBe(1);
  expect(vcenter.bodies.join()).toContain("wrong &#60;&#38;&#62;");
  expect(JSON.stringify([...opened.observed.values()])).not.toContain("secret words");
});

describe("an action", () => {
  beforeEach(() => opened.observe());

  test("is sent once when its answer is lost, and settled by reading", async () => {
    vcenter.intercept = (method, response) => {
      if (method !== "PowerOffVM_Task") return false;
      vcenter.vm("vm-1", { "runtime.powerState": "poweredOff" });
      response.socket?.destroy();
      return true;
    };
    await expect(opened.run("vsphere.power-off", "vm-1")).rejects.toMatchObject({ code: "vsphere.closed" });
    expect(count("PowerOffVM_Task")).toBe(1);
    vcenter.intercept = null;
    const { context, probe } = await opened.run("vsphere.power-off", "vm-1");
    expect(probe.state).toBe("done");
    expect(await opened.action("vsphere.power-off").settle(context, {}, probe)).toMatchObject({
      effect: "happened",
    });
  });

  test("whose task fails is disproven in words", async () => {
    vcenter.task = {
      "info.state": "error",
      "info.error":
        '<fault xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="InsufficientFailoverResourcesFault"/><localizedMessage>secret words</localizedMessage>',
    };
    const { verification } = await opened.run("vsphere.power-on", "vm-2");
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(verification?.text.fr).toContain("contrôle d'admission");
  });

  test("whose task disappears is proven by the VM itself, and a reset is not", async () => {
    vcenter.task = null;
    vcenter.onCall = (method) => {
      if (method === "PowerOnVM_Task") vcenter.vm("vm-2");
    };
    expect(await opened.run("vsphere.power-on", "vm-2")).toMatchObject({ verification: { proven: true } });
    const reset = await opened.run("vsphere.reset", "vm-1");
    expect(reset.verification).toMatchObject({ proven: false });
    expect(reset.verification).not.toHaveProperty("disproven");
    expect(await opened.action("vsphere.reset").settle(reset.context, {}, reset.probe)).toMatchObject({
      effect: "unknown",
    });
  });

  test("that needs VMware Tools says that they are missing; with them the guest is seen to go down", async () => {
    vcenter.onCall = (method) => {
      if (method === "ShutdownGuest") vcenter.vm("vm-1", { "runtime.powerState": "poweredOff" });
    };
    expect(await opened.run("vsphere.guest-shutdown", "vm-1")).toMatchObject({
      committed: 1,
      verification: { proven: true },
    });
    vcenter.vm("vm-1", { "guest.toolsRunningStatus": "guestToolsNotRunning" });
    expect(await opened.run("vsphere.guest-shutdown", "vm-1")).toMatchObject({
      committed: 0,
      probe: { state: "impossible" },
    });
  });

  test("is greyed where vCenter would refuse it", async () => {
    vcenter.change("vm-1", { disabledMethod: "<string>Destroy_Task</string><string>ResetVM_Task</string>" });
    await opened.until(() => String(opened.fact("vm", "vm-1", "vsphere.disabled")) === "ResetVM_Task");
    const vm = opened.resource("vm", "vm-1");
    const greyed = (id: string) => {
      const { unavailable, idle } = opened.action(id);
      return (unavailable?.(vm) ?? idle?.(vm))?.en ?? null;
    };
    expect(greyed("vsphere.reset")).toBe("vCenter does not allow it in the VM's present state.");
    expect(greyed("vsphere.power-off")).toBeNull();
    expect(greyed("vsphere.power-on")).toBe("The VM is on.");
    expect(await opened.run("vsphere.reset", "vm-1")).toMatchObject({ probe: { state: "impossible" } });
  });

  test("that the user may not do is refused in words, without the far side's own", async () => {
    vcenter.intercept = (method, response) => {
      if (method !== "SuspendVM_Task") return false;
      fault(response, "NoPermission");
      return true;
    };
    const refused = await opened.run("vsphere.suspend", "vm-1").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "vsphere.no-permission" });
    expect(String(refused)).not.toContain("secret words");
  });

  test("takes up a new session when the old one has ended meanwhile", async () => {
    vcenter.expire();
    vcenter.onCall = (method) => {
      if (method === "PowerOnVM_Task") vcenter.vm("vm-2");
    };
    expect(await opened.run("vsphere.power-on", "vm-2")).toMatchObject({ verification: { proven: true } });
    expect(count("PowerOnVM_Task")).toBe(1);
  });
});
