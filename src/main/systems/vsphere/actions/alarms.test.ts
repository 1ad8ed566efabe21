import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeVcenter, fault } from "../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;
const id = "vsphere.alarm-acknowledge";
const memory = "alarm-6.host-1";

/** One triggered alarm of an object, and how somebody has acknowledged it. */
function state(alarm: string, type: string, entity: string, acknowledged = ""): string {
  return `<AlarmState><key>${alarm}.${entity}</key><entity type="${type}">${entity}</entity><alarm type="Alarm">${alarm}</alarm><overallStatus>red</overallStatus>${acknowledged || "<acknowledged>false</acknowledged>"}</AlarmState>`;
}
const byOps =
  "<acknowledged>true</acknowledged><acknowledgedByUser>VSPHERE.EXAMPLE\\ops</acknowledgedByUser><acknowledgedTime>2026-01-05T08:00:30Z</acknowledgedTime>";
const set = (object: string, type: string, triggeredAlarmState: string) =>
  vcenter.change(object, { triggeredAlarmState }, type);
const problems = (kind: "host" | "service", name: string) =>
  opened.resource(kind, name).problems.map(({ text }) => text.en);
const choices = (name: string) => {
  const { resource } = opened.contextOf(name);
  return opened.action(id).fieldsFor?.(resource)[0]?.choices ?? [];
};
const greyed = (name: string) => opened.action(id).idle?.(opened.contextOf(name).resource)?.en ?? null;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.objects.set("alarm-6", { type: "Alarm", properties: { "info.name": "Host memory usage" } });
  vcenter.objects.set("alarm-9", { type: "Alarm", properties: { "info.name": "License expiry" } });
  vcenter.objects.set("group-d1", { type: "Folder", properties: { name: "Datacenters" } });
  vcenter.objects.set("datacenter-2", {
    type: "Datacenter",
    properties: { name: "East", parent: "@Folder group-d1" },
  });
  vcenter.objects.set("host-1", {
    type: "HostSystem",
    properties: {
      name: "esx-1",
      triggeredAlarmState: state("alarm-6", "HostSystem", "host-1"),
      overallStatus: "red",
    },
  });
  vcenter.vm("vm-1");
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin, name: "vCenter" }, { pause: 5 });
  await opened.observe();
  await opened.until(() => problems("host", "esx-1")[0] === "Alarm: Host memory usage.");
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
});

describe("acknowledging an alarm", () => {
  test("is sent once for that object, proven by reading it, and shown with who did it and when", async () => {
    expect(choices("esx-1")).toEqual([
      { value: memory, label: { en: "Host memory usage", fr: "Host memory usage" } },
    ]);
    vcenter.onCall = (method) => {
      const host = vcenter.objects.get("host-1");
      // Nothing is told of it by WaitForUpdatesEx, which may happen.
      if (method === "AcknowledgeAlarm" && host)
        host.properties.triggeredAlarmState = state("alarm-6", "HostSystem", "host-1", byOps);
    };
    const { committed, verification } = await opened.run(id, "esx-1", { alarm: memory });
    expect(committed).toBe(1);
    expect(verification).toMatchObject({
      proven: true,
      text: { en: "It is acknowledged by VSPHERE.EXAMPLE\\ops on 2026-01-05 08:00 UTC." },
      data: { acknowledged: true, by: "VSPHERE.EXAMPLE\\ops" },
    });
    const sent = vcenter.bodies.find((body) => body.includes("<AcknowledgeAlarm "));
    expect(sent).toContain(
      '<_this type="AlarmManager">am</_this><alarm type="Alarm">alarm-6</alarm><entity type="HostSystem">host-1</entity>',
    );
    await opened.until(() => opened.resource("host", "esx-1").health === "warning");
    expect(problems("host", "esx-1")).toEqual([
      "Alarm: Host memory usage (acknowledged by VSPHERE.EXAMPLE\\ops on 2026-01-05 08:00 UTC).",
    ]);
    expect(greyed("esx-1")).toBe("Its alarms are all acknowledged.");
    expect(choices("esx-1")[0]?.unavailable?.fr).toBe(
      "acquittée par VSPHERE.EXAMPLE\\ops le 2026-01-05 08:00 UTC",
    );
    expect(await opened.run(id, "esx-1", { alarm: memory })).toMatchObject({
      committed: 0,
      probe: { state: "done" },
    });
  });

  test("that vCenter takes and does not do is not proven", async () => {
    const { committed, verification } = await opened.run(id, "esx-1", { alarm: memory });
    expect(committed).toBe(1);
    expect(verification).toMatchObject({
      proven: false,
      text: { en: "Nobody has acknowledged the alarm." },
    });
  });

  test("of an alarm that has ended is not possible, and of one that ends meanwhile not needed any more", async () => {
    expect(await opened.run(id, "esx-1", { alarm: "alarm-7.host-1" })).toMatchObject({
      committed: 0,
      probe: { state: "impossible", text: { fr: "L'alarme n'est plus déclenchée." } },
    });
    vcenter.onCall = (method) => {
      if (method === "AcknowledgeAlarm") set("host-1", "HostSystem", "");
    };
    const { verification } = await opened.run(id, "esx-1", { alarm: memory });
    expect(verification).toMatchObject({ text: { en: "The alarm is not triggered any more." } });
    await opened.until(() => greyed("esx-1") === "No alarm of it is triggered.");
  });

  test("whose answer is lost is settled by reading", async () => {
    vcenter.intercept = (method, response) => {
      if (method !== "AcknowledgeAlarm") return false;
      response.socket?.destroy();
      return true;
    };
    const acknowledge = opened.action(id);
    const input = { alarm: memory };
    await expect(opened.run(id, "esx-1", input)).rejects.toMatchObject({ code: "vsphere.closed" });
    vcenter.intercept = null;
    const context = opened.contextOf("esx-1");
    const probe = await acknowledge.probe(context, input);
    expect(await acknowledge.settle(context, input, probe)).toMatchObject({ effect: "did-not-happen" });
    const host = vcenter.objects.get("host-1");
    if (host) host.properties.triggeredAlarmState = state("alarm-6", "HostSystem", "host-1", byOps);
    expect(await acknowledge.settle(context, input, probe)).toMatchObject({ effect: "happened" });
  });

  test("that the user may not do says so, and an object without alarms has none to offer", async () => {
    vcenter.intercept = (method, response) => {
      if (method !== "AcknowledgeAlarm") return false;
      fault(response, "NoPermission");
      return true;
    };
    await expect(opened.run(id, "esx-1", { alarm: memory })).rejects.toMatchObject({
      code: "vsphere.no-permission",
    });
    const offered = (name: string) => opened.action(id).appliesTo(opened.contextOf(name).resource);
    expect([offered("esx-1"), offered("vm-1")]).toEqual([true, false]);
  });

  test("works for the alarms of vCenter's own folders and datacenters, which are shown on vCenter", async () => {
    set(
      "group-d1",
      "Folder",
      state("alarm-9", "Folder", "group-d1") + state("alarm-6", "HostSystem", "host-1"),
    );
    set("datacenter-2", "Datacenter", state("alarm-9", "Datacenter", "datacenter-2"));
    await opened.until(
      () => problems("service", "vCenter").join() === "Alarm: License expiry.,Alarm of East: License expiry.",
    );
    expect(opened.resource("service", "vCenter").health).toBe("critical");
    vcenter.onCall = (method) => {
      if (method === "AcknowledgeAlarm")
        set("datacenter-2", "Datacenter", state("alarm-9", "Datacenter", "datacenter-2", byOps));
    };
    const { verification } = await opened.run(id, "vCenter", { alarm: "alarm-9.datacenter-2" });
    expect(verification).toMatchObject({ proven: true });
    expect(choices("vCenter").map(({ label, unavailable }) => [label.en, unavailable !== undefined])).toEqual(
      [
        ["License expiry", false],
        ["License expiry (East)", true],
      ],
    );
  });
});
