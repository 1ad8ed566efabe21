import { afterEach, beforeEach, expect, test } from "vitest";
import { sameText } from "../../../../shared/text.ts";
import { FakeVcenter, fault } from "../testing/fake-vcenter.ts";
import { vimEvent } from "../testing/history-xml.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;

/** vCenter's clock is days behind ours. */
const began = Date.UTC(2026, 0, 1, 0, 0, 30);
const later = began + 300_000;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1");
  vcenter.clock = began;
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin });
  await opened.observe();
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
});

/** Does an action whose answer is lost, and settles it when vCenter's clock says `at`. */
async function settled(id: string, at: number, meanwhile: () => void) {
  let committed = false;
  vcenter.clock = began;
  vcenter.intercept = (method, response) => {
    if (
      !["ResetVM_Task", "RebootGuest", "ShutdownGuest", "SuspendVM_Task", "PowerOffVM_Task"].includes(method)
    )
      return false;
    committed = true;
    response.socket?.destroy();
    return true;
  };
  const action = opened.action(id);
  const context = opened.contextOf("vm-1");
  const probe = await action.probe(context, {});
  await expect(action.apply(context, {}, probe)).rejects.toMatchObject({ code: "vsphere.closed" });
  expect(committed).toBe(true);
  vcenter.intercept = null;
  vcenter.clock = at;
  meanwhile();
  return action.settle(context, {}, probe);
}

const record = (at: number, type: string, more: Record<string, string> = {}) =>
  vcenter.history.Event.push(
    vimEvent(vcenter.history.Event.length + 1, type, { createdTime: new Date(at).toISOString(), ...more }),
  );

const taskOf = (operation: string, state: string) =>
  vcenter.objects.set("t-1", {
    type: "Task",
    properties: { "info.descriptionId": operation, "info.state": state },
  });

test.each([
  ["vsphere.reset", "VmResettingEvent"],
  ["vsphere.guest-reboot", "VmGuestRebootEvent"],
])("%s happened when vCenter has recorded it since, by its own clock", async (id, type) => {
  const { effect, text, data } = await settled(id, later, () => record(began + 1000, type));
  expect(effect).toBe("happened");
  expect(text.fr).toContain(type);
  expect(data).toMatchObject({ event: type, powerState: "on" });
});

test("what was recorded before is another one", async () => {
  record(began - 5000, "VmResettingEvent");
  expect(await settled("vsphere.reset", later, () => undefined)).toMatchObject({ effect: "did-not-happen" });
});

test("a failure that was recorded settles it", async () => {
  const both = () => {
    record(began + 1000, "VmResettingEvent");
    record(began + 2000, "VmFailedToResetEvent");
  };
  expect(await settled("vsphere.reset", later, both)).toMatchObject({ effect: "did-not-happen" });
});

test("what another user did leaves it open", async () => {
  const other = () => record(began + 1000, "VmResettingEvent", { userName: "VSPHERE.EXAMPLE\\jo" });
  expect(await settled("vsphere.reset", later, other)).toMatchObject({ effect: "unknown" });
  const mine = () => record(began + 1000, "VmResettingEvent", { userName: "vsphere.example\\Console" });
  expect(await settled("vsphere.reset", later, mine)).toMatchObject({ effect: "happened" });
});

test("what is not recorded yet, or is queued, is open; what is not after two minutes did not happen", async () => {
  expect(await settled("vsphere.reset", began + 5000, () => undefined)).toMatchObject({ effect: "unknown" });
  const queued = () => {
    vcenter.change("vm-1", {
      recentTask: '<ManagedObjectReference type="Task">t-1</ManagedObjectReference>',
    });
    taskOf("VirtualMachine.reset", "queued");
  };
  expect(await settled("vsphere.reset", later, queued)).toMatchObject({ effect: "unknown" });
});

test("a guest that was asked to shut down and runs is open, one that was never asked is not", async () => {
  const asked = () => record(began + 1000, "VmGuestShutdownEvent");
  expect(await settled("vsphere.guest-shutdown", later, asked)).toMatchObject({ effect: "unknown" });
  vcenter.history.Event.length = 0;
  const { effect } = await settled("vsphere.guest-shutdown", later, () => undefined);
  expect(effect).toBe("did-not-happen");
});

test("where the records or the clock cannot be read, it stays open", async () => {
  const hidden = () => {
    vcenter.intercept = (method, response) => {
      if (method !== "QueryEvents") return false;
      fault(response, "NoPermission");
      return true;
    };
  };
  expect(await settled("vsphere.reset", later, hidden)).toMatchObject({ effect: "unknown" });
  vcenter.clock = null;
  const action = opened.action("vsphere.reset");
  const probe = await action.probe(opened.contextOf("vm-1"), {});
  expect(await action.settle(opened.contextOf("vm-1"), {}, probe)).toMatchObject({ effect: "unknown" });
});

test.each([
  ["vsphere.suspend", "VirtualMachine.suspend"],
  ["vsphere.power-off", "VirtualMachine.powerOff"],
])("%s whose task goes on is open until it has ended", async (id, operation) => {
  const recentTask = '<ManagedObjectReference type="Task">t-1</ManagedObjectReference>';
  const running = () => {
    vcenter.change("vm-1", { recentTask });
    taskOf(operation, "running");
  };
  expect(await settled(id, later, running)).toMatchObject({ effect: "unknown", data: { task: "t-1" } });
  taskOf(operation, "error");
  const { effect, data } = await opened
    .action(id)
    .settle(opened.contextOf("vm-1"), {}, { state: "needed", text: sameText(""), observed: {} });
  expect([effect, data]).toEqual(["did-not-happen", { powerState: "on" }]);
});

test("in a run, what was known of a VM a moment ago refuses nothing: its probe reads it", async () => {
  vcenter.vm("vm-1", { "runtime.powerState": "poweredOff" });
  const stale = opened.resource("vm", "vm-1");
  const action = opened.action("vsphere.power-on");
  expect(action.unavailable?.(stale)).toBeNull();
  expect(action.idle?.(stale)?.en).toBe("The VM is on.");
  expect((await action.probe(opened.contextOf("vm-1"), {})).state).toBe("needed");
  const revert = opened.action("vsphere.snapshot-revert");
  expect(
    revert.unavailable?.({ ...stale, facts: { "vm.snapshots": { value: 0, source: "vc", at: 0 } } }),
  ).toBeNull();
});
