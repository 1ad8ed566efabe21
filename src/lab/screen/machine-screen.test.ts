import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../world/clock.ts";
import { World } from "../world/world.ts";
import { furnishScreens } from "./furnishing.ts";
import type { Key } from "./keyboard.ts";
import { screenOf } from "./screens.ts";

const failures: unknown[] = [];
const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.close();
  expect(failures.splice(0)).toEqual([]);
});

function newScreen(id = "tower-a") {
  const clock = new ManualClock();
  const world = new World({ seed: 3, clock });
  worlds.push(world);
  furnishScreens(world, { password: "pass", onFailure: (error) => failures.push(error) });
  const machine = world.machine(id);
  const screen = screenOf(world, machine);
  let changes = 0;
  const leave = screen.watch(() => {
    changes += 1;
  });
  const press = (name: string, text: string | null = null) => {
    const key: Key = { name, text, control: false, alt: false };
    screen.press(key);
  };
  const type = (words: string) => {
    for (const character of words)
      press(character === "\n" ? "enter" : "text", character === "\n" ? null : character);
  };
  const words = () => screen.rows.join("\n");
  const size = () => `${screen.framebuffer.width}x${screen.framebuffer.height}`;
  return { clock, world, machine, screen, leave, press, type, words, size, changes: () => changes };
}
/** Lets the shell, which runs in turns of its own, get on. */
async function settle(clock: ManualClock): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(5);
  }
}

describe("MachineScreen", () => {
  it("counts memory and finds disks one by one as it starts", () => {
    const { clock, world, machine, words, size } = newScreen();
    world.powerOff("tower-a");
    expect([size(), words().trim()]).toEqual(["640x400", ""]);
    world.powerOn("tower-a");
    const counted: number[] = [];
    const disks: number[] = [];
    for (let time = 0; time < 50; time += 1) {
      clock.advance(100);
      counted.push(Number(/(\d+) MiB/.exec(words())?.[1] ?? 0));
      disks.push(words().split("Lab ").length - 1);
    }
    expect(counted).toEqual(counted.toSorted((left, right) => left - right));
    expect(counted.at(-1)).toBe(machine.memoryBytes / 1024 ** 2);
    expect(new Set(disks).size).toBeGreaterThanOrEqual(machine.disks.length);
    expect(words()).toContain("3 found");
  });

  it("shows the clock of the set-up, keeps what was saved, and drops what was not", () => {
    const { clock, world, machine, press, words } = newScreen("web-1");
    const enter = () => {
      world.reset("web-1");
      press("f2");
      clock.advance(3_000);
      expect(machine.stage).toBe("setup");
    };
    enter();
    const at = () => /System time\s+(\S+)/.exec(words())?.[1];
    const before = at();
    clock.advance(2_000);
    expect(at()).not.toBe(before);
    press("right");
    press("text", "+");
    expect(words()).toMatch(/Virtualisation\s+\[Disabled\]/);
    press("escape");
    expect(machine.stage).toBe("loader");
    enter();
    press("right");
    expect(words()).toMatch(/Virtualisation\s+\[Enabled\]/);
    press("enter");
    press("f10");
    expect(machine.stage).toBe("post");
    enter();
    press("right");
    expect(words()).toMatch(/Virtualisation\s+\[Disabled\]/);
    press("f9");
    expect(words()).toMatch(/Virtualisation\s+\[Enabled\]/);
    // The last page leaves as the keys do.
    for (let page = 0; page < 3; page += 1) press("right");
    press("down");
    press("enter");
    expect(machine.stage).toBe("loader");
  });

  it("starts from the network first once that order was saved, even when nobody looks", () => {
    const { clock, world, machine, press, leave } = newScreen("web-1");
    world.reset("web-1");
    press("delete");
    clock.advance(3_000);
    press("right");
    press("right");
    press("text", "-");
    press("f10");
    leave();
    clock.advance(3_000);
    expect(machine.stage).toBe("network");
    clock.advance(60_000);
    world.reset("web-1");
    clock.advance(3_000);
    expect(machine.stage).toBe("network");
  });

  it("offers a boot menu, from the disk, the network and the set-up", () => {
    const { clock, world, machine, press, words } = newScreen();
    const open = () => {
      world.reset("tower-a");
      press("f12");
      clock.advance(6_000);
      expect(words()).toContain("Please select a boot device");
    };
    open();
    press("enter");
    expect(machine.stage).toBe("loader");
    open();
    press("down");
    press("enter");
    clock.advance(6_000);
    expect(machine.stage).toBe("network");
    open();
    press("down");
    press("down");
    press("enter");
    expect(words()).toContain("Set-up Utility");
    press("escape");
    open();
    press("escape");
    expect(machine.stage).toBe("loader");
  });

  it("lets a key stop the loader's countdown, and another one start an entry", () => {
    const { clock, world, machine, press, words } = newScreen("web-1");
    const toLoader = () => {
      world.reset("web-1");
      clock.advance(2_500);
      expect(machine.stage).toBe("loader");
    };
    toLoader();
    press("down");
    expect(words()).not.toContain("automatically");
    clock.advance(120_000);
    expect([machine.stage, words().includes("*Debian GNU/Linux, with Linux")]).toEqual(["loader", true]);
    press("enter");
    expect(machine.stage).toBe("system");
    clock.advance(10_000);
    expect(machine.power).toBe("on");
    toLoader();
    press("down");
    press("down");
    press("enter");
    clock.advance(3_000);
    expect(machine.stage).toBe("setup");
  });

  it("says on the console what failed to start", () => {
    const { clock, world, words } = newScreen("web-1");
    world.inject(["unit-failed", "web-1", "nginx"]);
    world.reset("web-1");
    clock.advance(20_000);
    expect(words()).toContain("[FAILED] Failed to start nginx.service");
    expect(words()).toContain("web-1 login:");
  });

  it("bounds what a program writes: to what is looked at, and to little when nobody looks", async () => {
    const { clock, type, words, leave, changes } = newScreen();
    type("ops\npass\n");
    await settle(clock);
    type("yes | head -n 100000\n");
    await settle(clock);
    expect(words()).toContain("y\ny\ny");
    expect(words()).not.toMatch(/\$$/);
    leave();
    const seen = changes();
    await settle(clock);
    expect(changes()).toBe(seen);
  });

  it("shows the mouse's cell for a while", () => {
    const { clock, screen, changes } = newScreen();
    const pixel = () => screen.framebuffer.pixels[8 * 16 * screen.framebuffer.width + 8 * 100];
    const before = pixel();
    screen.point(800, 128);
    expect(pixel()).not.toBe(before);
    clock.advance(5_000);
    expect(pixel()).toBe(before);
    const settled = changes();
    clock.advance(60_000);
    expect(changes()).toBe(settled);
  });
});
