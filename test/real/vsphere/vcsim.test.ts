import { afterAll, beforeAll, expect, test } from "vitest";
import { Following } from "../../../src/main/systems/vsphere/testing/following.ts";
import { OpenedVsphere } from "../../../src/main/systems/vsphere/testing/opened.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findVcsim, Vcsim } from "./vcsim.ts";

const vm = "DC0_H0_VM0";

describeCounterpart("vcsim against our client", findVcsim(), () => {
  let simulator: Vcsim;
  let opened: OpenedVsphere;

  beforeAll(async () => {
    // Two datacenters of one standalone host and one cluster each, with 50 VMs on each of them.
    simulator = await Vcsim.start("-dc", "2", "-cluster", "1", "-host", "2", "-vm", "50");
    opened = new OpenedVsphere(simulator.port, { pin: simulator.pin, datacenters: { DC1: "annexe" } });
    await opened.observe();
  });
  afterAll(async () => {
    await opened?.system.close();
    await simulator?.stop();
  });

  const of = (kind: string) => [...opened.declared.values()].filter((each) => each.kind === kind);

  test("shows what govc shows", async () => {
    for (const [kind, type] of [
      ["vm", "VirtualMachine"],
      ["host", "HostSystem"],
      ["cluster", "ClusterComputeResource"],
      ["volume", "Datastore"],
    ] as const) {
      const listed = (await simulator.govc("find", "-type", type, "/")).trim().split("\n");
      const names = listed.map((path) => path.slice(path.lastIndexOf("/") + 1));
      expect(
        of(kind)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(names.sort());
    }
    expect(of("vm")).toHaveLength(200);
    expect(opened.resource("service", "vc")).toMatchObject({ health: "ok" });
    expect(opened.errors).toBe(0);
  });

  test("hangs each below what it is in, at the site of its datacenter", () => {
    const cluster = opened.resource("cluster", "DC1_C0");
    expect(cluster).toMatchObject({ parent: "annexe", site: "annexe" });
    const host = opened.resource("host", "DC1_C0_H0");
    expect(host.parent).toBe(cluster.id);
    const guests = of("vm").filter(({ parent }) => parent === host.id);
    expect(guests.length).toBe(opened.fact("host", "DC1_C0_H0", "hypervisor.vms"));
    expect(opened.fact("cluster", "DC1_C0", "hypervisor.vms")).toBe(50);
    expect(opened.resource("host", "DC0_H0")).toMatchObject({ parent: "atelier", site: "atelier" });
    expect(opened.resource("vm", vm).facts).toMatchObject({
      "power.state": { value: "on" },
      "vm.host": { value: "DC0_H0" },
      "vsphere.datacenter": { value: "DC0" },
      "memory.total": { value: 32 * 1024 * 1024 },
    });
  });

  test("shows the disks, networks and load of a VM that is looked at", async () => {
    const name = "DC0_C0_RP0_VM0";
    await opened.observe([opened.resource("vm", name).id]);
    expect(opened.fact("vm", name, "vm.diskList")).toEqual([expect.stringContaining(", thin, LocalDS_0")]);
    expect(opened.fact("vm", name, "vm.networks")).toEqual(["DC0_DVPG0"]);
    expect(opened.fact("vm", name, "vm.storages")).toEqual(["LocalDS_0"]);
    expect(opened.fact("host", "DC0_H0", "memory.used")).toEqual(expect.any(Number));
  });

  test("hears what somebody else does", async () => {
    await simulator.govc("vm.power", "-off", "DC0_H0_VM1");
    await opened.until(() => opened.fact("vm", "DC0_H0_VM1", "power.state") === "off");
    expect(opened.fact("host", "DC0_H0", "hypervisor.vmsOn")).toBe(49);
    await simulator.govc(
      "vm.clone",
      "-vm",
      "DC0_H0_VM1",
      "-on=false",
      "-pool",
      "DC0_H0/Resources",
      "-ds",
      "LocalDS_0",
      "born-later",
    );
    await opened.until(() => of("vm").some(({ name }) => name === "born-later"));
    await simulator.govc("vm.destroy", "born-later");
    await opened.until(() => of("vm").every(({ name }) => name !== "born-later"));
  });

  test("powers a VM off and on, proven by reading it", async () => {
    const off = await opened.run("vsphere.power-off", vm);
    expect(off).toMatchObject({ committed: 1, verification: { proven: true } });
    expect(await simulator.govc("vm.info", vm)).toContain("poweredOff");
    await opened.until(() => opened.fact("vm", vm, "power.state") === "off");
    const again = await opened.run("vsphere.power-off", vm);
    expect(again).toMatchObject({ committed: 0, probe: { state: "done" } });
    const settled = await opened.action("vsphere.power-off").settle(again.context, {}, again.probe);
    expect(settled.effect).toBe("happened");
    expect(await opened.run("vsphere.power-on", vm)).toMatchObject({ verification: { proven: true } });
    await opened.until(() => opened.fact("vm", vm, "power.state") === "on");
    expect(await opened.run("vsphere.reset", vm)).toMatchObject({ verification: { proven: true } });
    expect(await opened.run("vsphere.suspend", vm)).toMatchObject({ verification: { proven: true } });
    await opened.until(() => opened.fact("vm", vm, "power.state") === "suspended");
    await simulator.govc("vm.power", "-on", vm);
  });

  test("takes, reverts to and deletes snapshots", async () => {
    const name = "before <the> upgrade & after";
    const taken = await opened.run("vsphere.snapshot-create", vm, { name });
    expect(taken.verification).toMatchObject({ proven: true });
    await opened.until(() => opened.fact("vm", vm, "vm.snapshots") === 1);
    expect(await simulator.govc("snapshot.tree", "-vm", vm)).toContain(name);
    const [field] = opened.action("vsphere.snapshot-delete").fieldsFor?.(taken.context.resource) ?? [];
    const snapshot = field?.choices[0]?.value;
    expect(await opened.run("vsphere.snapshot-revert", vm, { snapshot })).toMatchObject({
      verification: { proven: true },
    });
    expect(await opened.run("vsphere.snapshot-delete", vm, { snapshot })).toMatchObject({
      verification: { proven: true },
    });
    await opened.until(() => opened.fact("vm", vm, "vm.snapshots") === 0);
    const second = await opened.run("vsphere.snapshot-create", vm, { name: "second" });
    const undone = await opened
      .action("vsphere.snapshot-create")
      .undo?.(second.context, second.parsed, second.probe);
    expect(undone).toMatchObject({ proven: true });
  });

  test("tells tasks and events of a VM, those of others too, and how its snapshots hang together", async () => {
    const id = opened.resource("vm", "DC0_H0_VM2").id;
    const tasks = new Following((signal) => opened.system.remoteTasks?.(id, signal));
    const events = new Following((signal) => opened.system.happenings?.(id, signal));
    const trees = new Following((signal) => opened.system.snapshots?.(id, signal));
    try {
      await opened.until(() => tasks.said.length > 0 && events.said.length > 0);
      expect([tasks.last?.error, events.last?.error, trees.last?.error]).toEqual([null, null, null]);
      await simulator.govc("vm.power", "-off", "DC0_H0_VM2");
      for (const name of ["base", "patched"])
        await simulator.govc("snapshot.create", "-vm", "DC0_H0_VM2", name);
      await opened.until(() => trees.last?.snapshots.length === 2);
      expect(trees.last?.snapshots[1]).toMatchObject({
        name: "patched",
        parent: trees.last?.snapshots[0]?.id,
      });
      expect(trees.last?.current).toBe(trees.last?.snapshots[1]?.id);
      await opened.until(
        () => events.last?.happenings.some(({ reason }) => reason === "VmPoweredOffEvent") === true,
      );
      expect(events.last?.happenings[0]).toMatchObject({ subject: "DC0_H0_VM2", resource: id });
      await opened.until(
        () => tasks.last?.tasks.some(({ name }) => name === "Power Off virtual machine") === true,
      );
      const task = tasks.last?.tasks.find(({ name }) => name === "Power Off virtual machine");
      expect(task).toMatchObject({ state: "done", resource: id, problem: null });
    } finally {
      await Promise.all([tasks.end(), events.end(), trees.end()]);
    }
    // The simulator has no screens, and says so.
    const opening = opened.system.openScreen?.(opened.resource("vm", vm).id, AbortSignal.timeout(10_000));
    await expect(opening).rejects.toMatchObject({ code: "vsphere.not-offered" });
  });

  test("a VM that is gone says so", async () => {
    await simulator.govc(
      "vm.clone",
      "-vm",
      "DC0_H0_VM1",
      "-on=false",
      "-pool",
      "DC0_H0/Resources",
      "-ds",
      "LocalDS_0",
      "short-lived",
    );
    await opened.until(() => of("vm").some(({ name }) => name === "short-lived"));
    const { context } = await opened.run("vsphere.power-off", "short-lived");
    await simulator.govc("vm.destroy", "short-lived");
    const probing = opened.action("vsphere.power-on").probe(context, {});
    await expect(probing).rejects.toMatchObject({ code: "vsphere.object-gone" });
  });

  test("a wrong password is told, and not tried again by itself", async () => {
    const other = new OpenedVsphere(simulator.port, { pin: simulator.pin });
    other.password = "wrong";
    await other.observe();
    expect(other.observed.get("vc/vcenter")).toMatchObject({ error: { code: "vsphere.login-refused" } });
    other.password = "pass";
    await other.observe();
    expect(other.observed.get("vc/vcenter")).toMatchObject({ error: { code: "vsphere.login-refused" } });
    const [trial] = other.system.trials?.("keychain:vcenter") ?? [];
    await expect(trial?.tryLogin("wrong", AbortSignal.timeout(10_000))).rejects.toMatchObject({
      code: "vsphere.login-refused",
    });
    await trial?.tryLogin(null, AbortSignal.timeout(10_000));
    await other.observe();
    await other.until(() => other.declared.size > 200);
    await other.system.close();
  });

  test("another certificate than the pinned one is refused before anything is sent", async () => {
    const other = new OpenedVsphere(simulator.port, { pin: "00".repeat(32) });
    await other.observe();
    expect(other.observed.get("vc/vcenter")).toMatchObject({
      error: { code: "vsphere.certificate-changed" },
    });
    await other.system.close();
  });
});
