import { describe, expect, it } from "vitest";
import { ManualClock } from "../clock.ts";
import { World } from "../world.ts";
import type { VirtualHost } from "./model.ts";

const minute = 60_000;

function start(seed = 1, extraGuests = 0) {
  const clock = new ManualClock();
  const world = new World({ seed, clock, sites: "all", extraGuests });
  const { virtual } = world;
  const guest = (name: string) => {
    const found = [...virtual.guests.values()].find((each) => each.name === name);
    if (!found) throw new RangeError(name);
    return found;
  };
  return { clock, world, virtual, guest };
}

describe("the virtual World", () => {
  it("is the same for the same seed, and empty while only Atelier stands", () => {
    const shown = (seed: number) => JSON.stringify([...start(seed).virtual.guests.values()]);
    expect(shown(1)).toBe(shown(1));
    expect(shown(1)).not.toBe(shown(2));
    const alone = new World({ seed: 1, clock: new ManualClock() });
    expect([alone.virtual.guests.size, alone.virtual.hosts.size, alone.machines.has("forge-1")]).toEqual([
      0,
      0,
      false,
    ]);
  });

  it("begins with no host over its memory and no rule broken", () => {
    const { virtual } = start();
    for (const host of virtual.hosts.values()) {
      expect([host.id, virtual.memoryGiven(host.id) <= virtual.memoryOf(host.id)]).toEqual([host.id, true]);
    }
    for (const { rules } of virtual.clusters.values()) {
      for (const rule of rules) {
        const on = rule.guests.map((id) => virtual.guest(id).host);
        expect(new Set(on).size).toBe(rule.guests.length);
        if (rule.kind === "must-run-on") expect(rule.hosts).toEqual(expect.arrayContaining(on));
      }
    }
  });

  it("can lose a host everywhere but in the tests of the north", () => {
    const { virtual } = start();
    const spare = (cluster: string) => {
      const sizes = virtual.hostsOf(cluster).map((host) => host.memory);
      const given = virtual.hostsOf(cluster).reduce((sum, host) => sum + virtual.memoryGiven(host.id), 0);
      return sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes) - given;
    };
    const tight = [...virtual.clusters.keys()].filter((cluster) => spare(cluster) < 0);
    expect(tight).toEqual(["north-trials"]);
  });

  it("has regions with the same hosts, until one of them loses memory", () => {
    const { virtual, world } = start();
    const sizes = (region: string) =>
      [...virtual.hosts.values()]
        .filter((host) => virtual.cluster(host.cluster).region === region)
        .map((host) => [host.cores, virtual.memoryOf(host.id)]);
    expect(sizes("east")).toEqual(sizes("north"));
    world.inject(["memory-lost", "north-esx-2"]);
    expect(sizes("east")).not.toEqual(sizes("north"));
    world.clear();
    expect(sizes("east")).toEqual(sizes("north"));
  });

  it("takes world time for a task, lets no second one at the guest, and can be cancelled", () => {
    const { virtual, guest, clock } = start();
    const { id } = guest("east-app-1");
    const first = virtual.createSnapshot(id, "operator", { name: "before" });
    const second = virtual.createSnapshot(id, "operator", { name: "too soon" });
    expect([first.state, second.state, second.fault?.code]).toEqual(["running", "failed", "in-progress"]);
    clock.advance(2_000);
    expect(first.fraction).toBeCloseTo(0.5);
    clock.advance(minute);
    expect([first.state, virtual.guest(id).current]).toEqual(["done", first.made]);
    const elsewhere = virtual.hostsOf("east-production").find((host) => host.id !== virtual.guest(id).host);
    const move = virtual.migrate(id, "operator", { host: elsewhere?.id ?? "" });
    expect([virtual.cancel(move.id), move.fault?.code, virtual.guest(id).lockedBy]).toEqual([
      true,
      "cancelled",
      null,
    ]);
    expect(() => virtual.guest("nobody")).toThrow("no guest nobody");
  });

  it("keeps a tree of snapshots whole when one in its middle goes", () => {
    const { virtual, guest, clock } = start();
    const tree = guest("east-test-app-1");
    const [first, second, third] = tree.snapshots.map(({ id }) => id);
    virtual.deleteSnapshot(tree.id, "operator", second ?? "");
    clock.advance(minute);
    expect(tree.snapshots.map(({ id, parent }) => [id, parent])).toEqual([
      [first, null],
      [third, first],
    ]);
    virtual.revertSnapshot(tree.id, "operator", first ?? "");
    clock.advance(minute);
    expect([tree.current, tree.power]).toEqual([first, "off"]);
    virtual.deleteSnapshot(tree.id, "operator", first ?? "", true);
    clock.advance(minute);
    expect([tree.snapshots, tree.current]).toEqual([[], null]);
  });

  it.each([
    ["east-mail-1", "east-esx-1", "pinned"],
    ["east-monitoring-1", "east-esx-1", "storage-lost"],
    ["east-directory-1", "east-esx-2", "refused-by-rule"],
    ["east-app-6", "east-esx-1", "refused-by-rule"],
    ["east-web-1", "north-esx-1", "invalid"],
  ])("refuses to move %s to %s: %s", (name, host, code) => {
    const { virtual, guest } = start();
    expect(virtual.migrate(guest(name).id, "operator", { host }).fault?.code).toBe(code);
  });

  it("empties a host for maintenance, and fills it again afterwards", () => {
    const { virtual, clock } = start();
    const running = (host: string) => virtual.guestsOn(host).filter(({ power }) => power === "on").length;
    const before = running("east-esx-1");
    const task = virtual.enterMaintenance("east-esx-1", "operator");
    expect([before > 5, virtual.host("east-esx-1").maintenance]).toEqual([true, "entering"]);
    clock.advance(10 * minute);
    expect([task.state, running("east-esx-1"), virtual.host("east-esx-1").maintenance]).toEqual([
      "done",
      0,
      "in",
    ]);
    virtual.rebootHost("east-esx-1", "operator");
    clock.advance(minute);
    expect(virtual.host("east-esx-1").bootedAt).toBeGreaterThan(clock.now() - minute);
    virtual.leaveMaintenance("east-esx-1", "operator");
    clock.advance(10 * minute);
    expect(running("east-esx-1")).toBeGreaterThan(0);
  });

  it("waits in vain for what cannot leave a host, and says so when its time is over", () => {
    const { virtual, clock } = start();
    const task = virtual.enterMaintenance("east-esx-4", "operator", { timeout: 20 * minute });
    clock.advance(21 * minute);
    expect([task.fault?.code, virtual.host("east-esx-4").maintenance]).toEqual(["timed-out", "none"]);
    expect(task.fault?.words).toContain("east-mail-1");
  });

  it("restarts the guests of a host that dies elsewhere, as room allows", () => {
    const { virtual, world, clock } = start();
    const orphans = virtual.guestsOn("north-esx-5").filter(({ power }) => power === "on");
    world.inject(["host-dies", "north-esx-5"]);
    expect(orphans.every(({ power }) => power === "off")).toBe(true);
    clock.advance(2 * minute);
    const left = orphans.filter(({ power }) => power === "off");
    expect(left).not.toHaveLength(0);
    expect(left.length).toBeLessThan(orphans.length / 2);
    expect(
      virtual.events.filter(({ kind }) => kind === "guest-not-restarted").map(({ guest }) => guest),
    ).toEqual(left.map(({ id }) => id));
    world.clear();
    clock.advance(2 * minute);
    expect(virtual.host("north-esx-5").power).toBe("on");
  });

  it("loses the votes of a two-node cluster with one node, and follows the machine that a node is", () => {
    const { virtual, world, clock } = start();
    const power = (): VirtualHost["power"] => virtual.host("annexe-1").power;
    expect(virtual.isQuorate("annexe")).toBe(true);
    world.powerOff("annexe-1");
    expect([power(), virtual.isQuorate("annexe"), virtual.isQuorate("forge")]).toEqual(["off", false, true]);
    world.powerOn("annexe-1");
    clock.advance(minute);
    expect([power(), virtual.isQuorate("annexe")]).toEqual(["on", true]);
  });

  it("fails, or gets stuck, where a fault lies over the guest, its host or its cluster", () => {
    const { virtual, world, clock, guest } = start();
    const { id } = guest("east-app-1");
    world.inject(["task-fails", "east-production"]);
    const failing = virtual.powerOffGuest(id, "operator");
    clock.advance(minute);
    expect([failing.fault?.code, virtual.guest(id).power]).toEqual(["failed", "on"]);
    world.clear();
    world.inject(["task-stuck", "east-app-1"]);
    const stuck = virtual.powerOffGuest(id, "operator");
    clock.advance(10 * minute);
    expect([stuck.state, stuck.fraction]).toEqual(["running", 0.5]);
    world.clear();
    clock.advance(minute);
    expect([stuck.state, virtual.guest(id).power]).toEqual(["done", "off"]);
  });

  it("spreads further guests over the regions", () => {
    const { virtual } = start(1, 1_000);
    expect(virtual.guestsOf("east-scale")).toHaveLength(500);
    expect(virtual.hostsOf("north-scale")).toHaveLength(5);
  });
});
