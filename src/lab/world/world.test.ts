import { describe, expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import { MachineView } from "./view.ts";
import { type Change, World } from "./world.ts";

function newWorld(seed = 1) {
  const clock = new ManualClock();
  const world = new World({ seed, clock });
  const changes: Change[] = [];
  world.onChange((change) => changes.push(change));
  return { clock, world, changes };
}
const powerOf = (world: World, ...ids: string[]) => ids.map((id) => world.machine(id).power);

describe("World", () => {
  it("is drawn the same from the same seed, and differently from another", () => {
    const all = (seed: number) => [...newWorld(seed).world.machines.values()];
    expect(all(5)).toEqual(all(5));
    expect(all(5).map((machine) => machine.bootId)).not.toEqual(all(6).map((machine) => machine.bootId));
  });

  it("uses documentation addresses only, each once, however many hosts there are", () => {
    const world = new World({ seed: 1, clock: new ManualClock(), extraHosts: 600 });
    const addresses = [...world.machines.values()].map((machine) => machine.address);
    expect(new Set(addresses).size).toBe(611);
    for (const address of addresses) {
      expect(address).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8::[0-9a-f]+$/);
    }
  });

  it("reboots with a new boot identifier and takes its VMs along", () => {
    const { world, clock } = newWorld();
    const before = world.machine("tower-a").bootId;
    const vmBefore = world.machine("web-1").bootId;
    world.shutDown("tower-a", "reboot");
    expect(powerOf(world, "tower-a", "web-1", "tower-b", "web-2")).toEqual([
      "stopping",
      "stopping",
      "on",
      "on",
    ]);
    clock.advance(5_000);
    expect(powerOf(world, "tower-a", "web-1")).toEqual(["starting", "off"]);
    clock.advance(30_000);
    expect(powerOf(world, "tower-a", "web-1")).toEqual(["on", "on"]);
    expect(world.machine("tower-a").bootId).not.toBe(before);
    expect(world.machine("web-1").bootId).not.toBe(vmBefore);
    expect(world.machine("tower-a").bootedAt).toBeGreaterThan(world.machine("tower-b").bootedAt);
  });

  it("does not start a VM while its tower is off", () => {
    const { world, clock } = newWorld();
    world.powerOff("tower-b");
    expect(powerOf(world, "tower-b", "web-2", "build-1")).toEqual(["off", "off", "off"]);
    expect(world.powerOn("web-2")).toBe(false);
    expect(world.powerOn("tower-b")).toBe(true);
    clock.advance(60_000);
    expect(powerOf(world, "tower-b", "web-2")).toEqual(["on", "on"]);
  });

  it("forgets a boot that was under way when the power goes", () => {
    const { world, clock } = newWorld();
    world.shutDown("web-1", "reboot");
    clock.advance(3_000);
    world.powerOff("web-1");
    clock.advance(60_000);
    expect(powerOf(world, "web-1")).toEqual(["off"]);
  });

  it("keeps a dead machine off until the fault is lifted", () => {
    const { world, clock } = newWorld();
    world.inject(["machine-dead", "tower-a"]);
    clock.advance(60_000);
    expect(powerOf(world, "tower-a", "db-1")).toEqual(["off", "off"]);
    expect(world.powerOn("tower-a")).toBe(false);
    world.clear();
    clock.advance(60_000);
    expect(powerOf(world, "tower-a", "db-1")).toEqual(["on", "on"]);
  });

  it("lays faults over the machine and brings back what was before", () => {
    const { world, changes } = newWorld();
    const view = new MachineView(world, world.machine("tower-a"));
    const before = [view.fileSystems(), view.disks(), view.units(), view.failedMembers()];
    for (const words of ["disk-full", "raid-degraded", "smart-failing"]) world.inject([words, "tower-a"]);
    world.inject(["unit-failed", "tower-a", "libvirtd"]);
    world.inject(["unit-failed", "tower-a", "other.timer"]);
    expect(view.fileSystems()[0]?.usedBytes).toBe(view.fileSystems()[0]?.bytes);
    expect(view.failedMembers()).toEqual(["sdb2"]);
    expect(view.disks().filter((disk) => disk.failing)).toHaveLength(1);
    expect(view.units().flatMap((unit) => (unit.state === "failed" ? [unit.name] : []))).toEqual([
      "libvirtd.service",
      "other.timer",
    ]);
    world.clear();
    expect([view.fileSystems(), view.disks(), view.units(), view.failedMembers()]).toEqual(before);
    expect(changes.filter((change) => change.what === "fault")).toHaveLength(10);
  });

  it("installs updates one after the other, and a new kernel asks for a reboot", async () => {
    const { world, clock } = newWorld();
    const machine = world.machine("tower-a");
    const view = new MachineView(world, machine);
    const installed: string[] = [];
    const done = world.upgrade("tower-a", new AbortController().signal, async (name) => {
      installed.push(name);
    });
    for (let turn = 0; turn < 40; turn += 1) {
      clock.advance(1_000);
      await Promise.resolve();
    }
    await done;
    expect(installed).toContain("linux-image-amd64");
    expect(machine.packages.filter((entry) => entry.candidate !== null)).toEqual([]);
    expect(view.rebootNeeded()).toBe(true);
    world.shutDown("tower-a", "reboot");
    clock.advance(60_000);
    expect(view.rebootNeeded()).toBe(false);
    expect(machine.kernel).toBe("6.1.0-28-amd64");
  });

  it("stops an upgrade when it is told to, and keeps what was installed so far", async () => {
    const { world, clock } = newWorld();
    const stop = new AbortController();
    const done = world.upgrade("tower-a", stop.signal, async () => stop.abort(new Error("stopped")));
    clock.advance(500);
    await expect(done).rejects.toThrow("stopped");
    const left = world.machine("tower-a").packages.filter((entry) => entry.candidate !== null);
    expect(left.length).toBe(4);
  });
});
