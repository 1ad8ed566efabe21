import { describe, expect, it } from "vitest";
import { ManualClock } from "./clock.ts";
import { World } from "./world.ts";

function newWorld() {
  const clock = new ManualClock();
  const world = new World({ seed: 1, clock });
  const tower = world.machine("tower-a");
  const stages: string[] = [];
  world.onChange((change) => {
    if (change.machine === "tower-a" && change.what === "stage") stages.push(`${tower.stage} ${tower.power}`);
  });
  return { clock, world, tower, stages };
}
const ordinary = ["post starting", "loader starting", "system starting", "system on"];

describe("a machine's hardware", () => {
  it("goes from its tests over the loader and the kernel to the system, and tells of each", () => {
    const { clock, world, tower, stages } = newWorld();
    expect([tower.stage, tower.power]).toEqual(["system", "on"]);
    world.powerOff("tower-a");
    expect(world.powerOn("tower-a")).toBe(true);
    clock.advance(60_000);
    expect([...stages, `${tower.stage} ${tower.power}`]).toEqual(["none off", ...ordinary]);
  });

  it("stays in its setup until that is left, once only", () => {
    const { clock, world, tower, stages } = newWorld();
    tower.nextBoot = "setup";
    expect(world.reset("tower-a")).toBe(true);
    clock.advance(600_000);
    expect([tower.stage, tower.nextBoot]).toEqual(["setup", "disk"]);
    expect(world.leaveSetup("tower-b", "save")).toBe(false);
    expect(world.leaveSetup("tower-a", "save")).toBe(true);
    clock.advance(60_000);
    expect(stages).toEqual(["post starting", "setup starting", "post starting", ...ordinary.slice(1, 3)]);
    expect(tower.power).toBe("on");
  });

  it("goes on to the disk when its setup is left without saving", () => {
    const { clock, world, tower, stages } = newWorld();
    tower.nextBoot = "setup";
    world.reset("tower-a");
    clock.advance(60_000);
    world.leaveSetup("tower-a", "discard");
    expect(tower.stage).toBe("loader");
    clock.advance(60_000);
    expect(stages.filter((stage) => stage.startsWith("post"))).toHaveLength(1);
    expect(tower.power).toBe("on");
  });

  it("finds nothing in the network and falls back to the disk", () => {
    const { clock, world, tower, stages } = newWorld();
    tower.nextBoot = "network";
    world.reset("tower-a");
    clock.advance(60_000);
    expect(stages).toEqual(["post starting", "network starting", "loader starting", "system starting"]);
    expect(tower.management?.events.map((event) => event.sensorType).slice(-3)).toEqual([37, 30, 15]);
    expect(tower.power).toBe("on");
  });

  it("is reset without losing power, and takes its VMs down", () => {
    const { clock, world, tower } = newWorld();
    const before = tower.bootId;
    world.reset("tower-a");
    expect([tower.power, tower.stage, world.machine("web-1").power]).toEqual(["starting", "post", "off"]);
    clock.advance(1_000);
    world.reset("tower-a");
    clock.advance(60_000);
    expect([tower.power, tower.bootId === before, world.machine("web-1").power]).toEqual(["on", false, "on"]);
    expect(tower.boots).toBe(2);
  });

  it("is without power for a few seconds in a cycle, and takes none of it while it is off", () => {
    const { clock, world, tower } = newWorld();
    expect(world.cycle("tower-a")).toBe(true);
    expect(tower.power).toBe("off");
    clock.advance(5_000);
    expect(tower.power).toBe("starting");
    world.powerOff("tower-a");
    expect([world.cycle("tower-a"), world.reset("tower-a")]).toEqual([false, false]);
    clock.advance(60_000);
    expect(tower.power).toBe("off");
  });

  it("has an engine in towers only, which writes down each start", () => {
    const { clock, world, tower } = newWorld();
    const engines = [...world.machines.values()].filter((machine) => machine.management !== null);
    expect(engines.map((machine) => machine.id)).toEqual(["tower-a", "tower-b"]);
    const before = tower.management?.events.length ?? 0;
    world.reset("tower-a");
    clock.advance(60_000);
    const events = tower.management?.events.slice(before) ?? [];
    expect(events.map((event) => event.sensorType)).toEqual([37, 15]);
    expect(events.every((event) => event.data.length === 8 && event.at > tower.bootedAt - 20_000)).toBe(true);
  });
});
