import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeVcenter } from "../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;
const tree =
  '<currentSnapshot type="VirtualMachineSnapshot">snapshot-1</currentSnapshot><rootSnapshotList><snapshot type="VirtualMachineSnapshot">snapshot-1</snapshot><name>base</name><createTime>2026-01-05T08:00:00Z</createTime><state>poweredOff</state></rootSnapshotList>';

beforeEach(async () => {
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1", { snapshot: tree });
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin }, { pause: 5 });
  await opened.observe();
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
});

test.each([
  ["vsphere.snapshot-create", { name: "before" }, "CreateSnapshot_Task"],
  ["vsphere.snapshot-revert", { snapshot: "snapshot-1" }, "RevertToSnapshot_Task"],
  ["vsphere.snapshot-delete", { snapshot: "snapshot-1" }, "RemoveSnapshot_Task"],
])(
  "%s of a VM that is deleted under it says that it is gone, and claims nothing",
  async (id, input, method) => {
    vcenter.task = null;
    vcenter.onCall = (called) => {
      if (called === method) vcenter.remove("vm-1");
    };
    const action = opened.action(id);
    const context = opened.contextOf("vm-1");
    const parsed = action.input.parse(input);
    const probe = await action.probe(context, parsed);
    expect(probe.state).toBe("needed");
    const applied = await action.apply(context, parsed, probe);
    const gone = { code: "vsphere.object-gone" };
    await expect(action.verify(context, parsed, probe, applied)).rejects.toMatchObject(gone);
    await expect(action.settle(context, parsed, probe)).rejects.toMatchObject(gone);
    expect(vcenter.calls.filter((each) => each === method)).toHaveLength(1);
  },
);

test("a tree that may not be read is not taken for one without snapshots", async () => {
  vcenter.objects.set("vm-1", {
    type: "VirtualMachine",
    properties: { name: "vm-1" },
    missing: { snapshot: "NoPermission" },
  });
  await expect(
    opened.run("vsphere.snapshot-delete", "vm-1", { snapshot: "snapshot-1" }),
  ).rejects.toMatchObject({ code: "vsphere.no-permission" });
});
