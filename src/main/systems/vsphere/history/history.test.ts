import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Happenings } from "../../../../shared/happenings.ts";
import type { RemoteTasks } from "../../../../shared/remote-tasks.ts";
import type { SnapshotTree } from "../../../../shared/snapshots.ts";
import { readXml } from "../../xml.ts";
import { FakeVcenter, fault } from "../testing/fake-vcenter.ts";
import { Following } from "../testing/following.ts";
import { taskInfo, taskInfoInside, vimEvent } from "../testing/history-xml.ts";
import { OpenedVsphere } from "../testing/opened.ts";
import { readEvent } from "./events.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;
let following: { end(): Promise<void> } | null;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1", { "runtime.host": "host-1" });
  vcenter.vm("vm-2");
  vcenter.objects.set("host-1", { type: "HostSystem", properties: { name: "esx-1" } });
  // Looks follow each other at once, since nothing waits for real.
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin }, { pause: 5 });
  await opened.observe();
  following = null;
});
afterEach(async () => {
  await following?.end();
  await opened.system.close();
  await vcenter.stop();
});

const count = (method: string) => vcenter.calls.filter((each) => each === method).length;

function tasksOf(resource: string): Following<RemoteTasks> {
  const made = new Following<RemoteTasks>((signal) => opened.system.remoteTasks?.(resource, signal));
  following = made;
  return made;
}

function eventsOf(resource: string): Following<Happenings> {
  const made = new Following<Happenings>((signal) => opened.system.happenings?.(resource, signal));
  following = made;
  return made;
}

describe("tasks", () => {
  beforeEach(() => {
    const label = (key: string, words: string) =>
      `<ElementDescription><label>${words}</label><summary>s</summary><key>${key}</key></ElementDescription>`;
    vcenter.objects.set("tm", {
      type: "TaskManager",
      properties: { "description.methodInfo": label("VirtualMachine.powerOn", "Power On virtual machine") },
    });
  });

  test("are the newest first, in vCenter's words, with who began them and how they ended", async () => {
    const reason = "<userName>VSPHERE.EXAMPLE\\jo</userName>";
    const error =
      '<fault xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="NoDiskSpace"/><localizedMessage>There is not enough space.</localizedMessage>';
    vcenter.history.TaskInfo.push(
      taskInfo("task-1", { reason, completeTime: "2026-01-01T00:00:09Z" }),
      taskInfo("task-2", {
        state: "error",
        error,
        queueTime: "2026-01-01T00:01:00Z",
        descriptionId: "odd.one",
      }),
    );
    const { last } = await told(tasksOf("vc/vms/vm-1"));
    expect(last).toMatchObject({ cut: false, error: null });
    expect(last?.tasks).toMatchObject([
      { id: "task-2", name: "odd.one", state: "failed", problem: "There is not enough space.", by: null },
      {
        id: "task-1",
        name: "Power On virtual machine",
        subject: "vm-1",
        resource: "vc/vms/vm-1",
        state: "done",
        by: "VSPHERE.EXAMPLE\\jo",
        endedAt: Date.UTC(2026, 0, 1, 0, 0, 9),
        hasLog: false,
      },
    ]);
    expect(vcenter.bodies.join()).toContain('<entity type="VirtualMachine">vm-1</entity><recursion>self<');
    await following?.end();
    expect(vcenter.calls.at(-1)).toBe("DestroyCollector");
  });

  test("that run are followed to their end, and one that disappears is told as not known", async () => {
    const running = { state: "running", progress: "40" };
    vcenter.history.TaskInfo.push(taskInfo("task-1", running), taskInfo("task-2", running));
    const inside = (more: object) =>
      taskInfoInside({ task: "task-1", entity: "vm-1", state: "running", ...more });
    vcenter.objects.set("task-1", { type: "Task", properties: { info: inside({ progress: "70" }) } });
    vcenter.task = null;
    const looked = await told(tasksOf("vc/hosts/host-1"));
    const stateOf = (id: string) => looked.last?.tasks.find((task) => task.id === id);
    expect(stateOf("task-1")).toMatchObject({ state: "running", fraction: 0.7 });
    expect(stateOf("task-2")).toMatchObject({ state: "unknown", fraction: null });
    vcenter.history.TaskInfo.splice(0, 2, taskInfo("task-1"));
    await opened.until(() => stateOf("task-1")?.state === "done");
    expect(stateOf("task-2")?.state).toBe("unknown");
  });

  test("of a server without collectors are its recent ones, of the object that is looked at", async () => {
    vcenter.intercept = (method, response) => {
      if (method !== "CreateCollectorForTasks") return false;
      fault(response, "MethodNotFound");
      return true;
    };
    const references = ["task-1", "task-2"].map(
      (id) => `<ManagedObjectReference type="Task">${id}</ManagedObjectReference>`,
    );
    vcenter.objects.set("tm", { type: "TaskManager", properties: { recentTask: references.join("") } });
    for (const [id, entity] of [
      ["task-1", "vm-1"],
      ["task-2", "vm-2"],
    ] as const) {
      const info = taskInfoInside({ task: id, entity, state: "success" });
      vcenter.objects.set(id, { type: "Task", properties: { info } });
    }
    const onHost = await told(tasksOf("vc/hosts/host-1"));
    expect(onHost.last?.tasks.map(({ id }) => id)).toEqual(["task-1"]);
    await onHost.end();
    const all = await told(tasksOf("vc/vcenter"));
    expect(all.last?.tasks).toHaveLength(2);
  });

  test("go on after the session has ended, and say what is wrong meanwhile", async () => {
    vcenter.history.TaskInfo.push(taskInfo("task-1"));
    const looked = await told(tasksOf("vc/vms/vm-1"));
    vcenter.expire();
    vcenter.history.TaskInfo.push(taskInfo("task-2"));
    await opened.until(() => looked.last?.tasks.length === 2);
    expect(looked.said.every(({ error }) => error === null)).toBe(true);
    vcenter.intercept = (method, response) => {
      if (method !== "RetrievePropertiesEx") return false;
      fault(response, "NoPermission");
      return true;
    };
    await opened.until(() => looked.last?.error?.code === "vsphere.no-permission");
    expect(looked.last?.tasks).toHaveLength(2);
    vcenter.intercept = null;
    await opened.until(() => looked.last?.error === null);
  });

  test("of an object that is deleted end in saying so", async () => {
    const looked = await told(tasksOf("vc/vms/vm-2"));
    vcenter.expire();
    vcenter.objects.delete("vm-2");
    vcenter.intercept = (method, response) => {
      if (method !== "CreateCollectorForTasks") return false;
      fault(response, "ManagedObjectNotFound");
      return true;
    };
    await opened.until(() => looked.last?.error?.code === "vsphere.object-gone");
  });
});

describe("events", () => {
  test("come in pages at first and then as they happen; repeats count as one", async () => {
    for (let key = 1; key <= 5; key++) vcenter.history.Event.push(vimEvent(key, "VmReconfiguredEvent"));
    vcenter.history.Event.push(vimEvent(6, "VmFailedToPowerOnEvent"));
    const looked = await told(eventsOf("vc/vms/vm-1"));
    expect(looked.last).toMatchObject({ cut: false, error: null });
    expect(looked.last?.happenings).toMatchObject([
      { reason: "VmFailedToPowerOnEvent", grave: true, count: 1, subject: "vm-1", resource: "vc/vms/vm-1" },
      { reason: "VmReconfiguredEvent", grave: false, count: 5, text: "VmReconfiguredEvent of vm-1" },
    ]);
    vcenter.history.Event.push(vimEvent(7, "VmPoweredOnEvent"));
    await opened.until(() => looked.last?.happenings[0]?.reason === "VmPoweredOnEvent");
    expect(looked.last?.happenings[2]?.count).toBe(5);
  });

  test("are as grave as vCenter's own description says", async () => {
    const detail = (key: string, category: string) =>
      `<EventDescriptionEventDetail><key>${key}</key><category>${category}</category></EventDescriptionEventDetail>`;
    vcenter.objects.set("em", {
      type: "EventManager",
      properties: { "description.eventInfo": detail("OddEvent", "warning") + detail("VmErrorEvent", "info") },
    });
    vcenter.history.Event.push(
      vimEvent(1, "OddEvent"),
      vimEvent(2, "VmErrorEvent"),
      vimEvent(3, "EventEx", { eventTypeId: "esx.problem.storage", severity: "error" }),
      vimEvent(4, "AlarmStatusChangedEvent", { from: "green", to: "red" }),
    );
    const { last } = await told(eventsOf("vc/hosts/host-1"));
    expect(last?.happenings.map(({ reason, grave }) => `${reason} ${grave}`)).toEqual([
      "AlarmStatusChangedEvent true",
      "esx.problem.storage true",
      "VmErrorEvent false",
      "OddEvent true",
    ]);
  });

  test("are read anew after a lost answer and after the end of the session, none twice", async () => {
    vcenter.history.Event.push(vimEvent(1, "VmPoweredOnEvent"));
    const looked = await told(eventsOf("vc/vms/vm-1"));
    vcenter.intercept = (method, response) => {
      if (method !== "ReadNextEvents") return false;
      response.socket?.destroy();
      vcenter.history.Event.push(vimEvent(2, "VmPoweredOffEvent"));
      vcenter.intercept = null;
      return true;
    };
    await opened.until(() => looked.last?.happenings.length === 2);
    vcenter.expire();
    vcenter.history.Event.push(vimEvent(3, "VmPoweredOnEvent"));
    await opened.until(() => looked.last?.happenings.some((each) => each.count === 2) === true);
    expect(looked.last?.happenings).toHaveLength(2);
    expect(count("CreateCollectorForEvents")).toBe(3);
  });

  test("of a storm are the newest, and say that there were more", async () => {
    for (let key = 1; key <= 1200; key++)
      vcenter.history.Event.push(
        vimEvent(key, "VmReconfiguredEvent", { fullFormattedMessage: `no. ${key}` }),
      );
    const looked = await told(eventsOf("vc/vcenter"));
    await opened.until(() => looked.last?.happenings.length === 500);
    expect(looked.last).toMatchObject({ cut: true });
    expect(looked.last?.happenings[0]?.text).toBe("no. 1200");
    expect(vcenter.bodies.join()).toContain('<entity type="Folder">group-d1</entity><recursion>all<');
  });

  test("whatever an event holds, it is read or passed over", () => {
    const field = fc.constantFrom(
      "key",
      "createdTime",
      "vm",
      "host",
      "severity",
      "to",
      "fullFormattedMessage",
    );
    const value = fc.constantFrom(
      "1",
      "red",
      "",
      "2026-01-01T00:00:00Z",
      "<name>n</name>",
      "<vm>x</vm>",
      "\u0085",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(field, value), { maxLength: 8 }), (fields) => {
        const inside = fields.map(([name, words]) => `<${name}>${words}</${name}>`).join("");
        const event = readEvent(readXml(`<Event>${inside}</Event>`), new Map());
        if (event)
          expect([event.reason, event.words, event.subject].every((words) => words !== "")).toBe(true);
      }),
    );
  });
});

describe("a tree of snapshots", () => {
  const snapshot = (id: string, more: string) =>
    `<snapshot type="VirtualMachineSnapshot">${id}</snapshot><name>${id}</name><createTime>2026-01-01T00:00:00Z</createTime>${more}`;
  const tree = `<currentSnapshot type="VirtualMachineSnapshot">s-2</currentSnapshot><rootSnapshotList>${snapshot("s-1", `<description>before &amp; after</description><state>poweredOn</state><childSnapshotList>${snapshot("s-2", "<state>poweredOff</state>")}</childSnapshotList>`)}</rootSnapshotList>`;

  test("is told with its parents, what is in each and the current one, and anew when it changes", async () => {
    const looked = new Following<SnapshotTree>((signal) => opened.system.snapshots?.("vc/vms/vm-1", signal));
    following = looked;
    await opened.until(() => looked.said.length > 0);
    expect(looked.last).toMatchObject({ snapshots: [], current: null, error: null });
    vcenter.change("vm-1", { snapshot: tree });
    await opened.until(() => looked.last?.current === "s-2");
    expect(looked.last?.snapshots).toMatchObject([
      { id: "s-1", parent: null, description: "before & after", withMemory: true },
      { id: "s-2", parent: "s-1", description: "", withMemory: false },
    ]);
    expect(looked.last?.readAt).not.toBeNull();
  });

  test("of a VM that is deleted stays as it was, and says so", async () => {
    vcenter.change("vm-1", { snapshot: tree });
    const looked = new Following<SnapshotTree>((signal) => opened.system.snapshots?.("vc/vms/vm-1", signal));
    following = looked;
    await opened.until(() => looked.last?.snapshots.length === 2);
    vcenter.remove("vm-1");
    await opened.until(() => looked.last?.error?.code === "vsphere.object-gone");
    expect(looked.last?.snapshots).toHaveLength(2);
  });

  test("says why it cannot be read now", async () => {
    const looked = new Following<SnapshotTree>((signal) => opened.system.snapshots?.("vc/vms/vm-1", signal));
    following = looked;
    vcenter.intercept = (_method, response) => {
      response.writeHead(503).end("starting");
      return true;
    };
    vcenter.change("vm-1", { name: "changed" });
    await opened.until(() => looked.last?.error?.code === "vsphere.not-vsphere");
  });
});

test("what is not of this vCenter has none of them", () => {
  for (const open of ["snapshots", "happenings", "remoteTasks"] as const) {
    expect(opened.system[open]?.("other/vms/vm-1", AbortSignal.abort())).toBeNull();
  }
  expect(opened.system.snapshots?.("vc/hosts/host-1", AbortSignal.abort())).toBeNull();
});

async function told<Said>(looked: Following<Said>): Promise<Following<Said>> {
  await opened.until(() => looked.said.length > 0);
  return looked;
}
