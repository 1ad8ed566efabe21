import { afterEach, describe, expect, it } from "vitest";
import { closeLabs, encodings, look, see, testLab } from "./testing/test-lab.ts";

afterEach(closeLabs);

const key = { right: 0xff53, f2: 0xffbf, f10: 0xffc7 };
const restart = [0xffe3, 0xffe9, 0xffff];

describe("a viewer of a machine", () => {
  it("follows a machine from off to its log-in, in the sizes of its stages", async () => {
    const { clock, world, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    const sizes: string[] = [];
    const next = async () => {
      for (;;) {
        viewer.request(true);
        const seen = await viewer.update();
        if (seen.some((rectangle) => rectangle.encoding === encodings.size))
          sizes.push(`${viewer.width}x${viewer.height}`);
        else return;
      }
    };
    world.powerOff("tower-a");
    await next();
    world.powerOn("tower-a");
    clock.advance(800);
    await next();
    expect(viewer.rows().join("\n")).toMatch(/Memory\s+\d+ MiB/);
    clock.advance(2_000);
    await next();
    expect(viewer.rows().join("\n")).toContain("SATA");
    clock.advance(3_000);
    await next();
    expect(viewer.rows().join("\n")).toContain("executed automatically in");
    clock.advance(5_000);
    await next();
    expect(viewer.rows().join("\n")).toContain("Linux version");
    clock.advance(5_000);
    await see(viewer, "tower-a login:");
    expect(sizes).toEqual(["640x400", "800x600", "1024x768"]);
  });

  it("is led into the set-up and out of it again by keys", async () => {
    const { clock, world, machine, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    world.reset("tower-a");
    viewer.press(key.f2);
    viewer.request(true);
    await viewer.update();
    clock.advance(6_000);
    await see(viewer, "Lab Firmware Set-up Utility");
    viewer.press(key.right);
    viewer.press(key.right);
    await see(viewer, "[Network (PXE over IPv4)]");
    viewer.type("+");
    viewer.press(key.f10);
    await see(viewer, "Starting from the network");
    expect(machine.stage).toBe("post");
    clock.advance(6_000);
    await see(viewer, "PXE over IPv4");
    clock.advance(7_500);
    await see(viewer, "no DHCP offer");
  });

  it("restarts in order by Ctrl-Alt-Del when the system runs, and at once before", async () => {
    const { clock, machine, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.press(...restart);
    await see(viewer, "Stopped");
    expect(machine.power).toBe("stopping");
    clock.advance(5_000);
    expect(machine.stage).toBe("post");
    const before = machine.stageSince;
    viewer.request(true);
    await viewer.update();
    viewer.press(...restart);
    viewer.request(true);
    await viewer.update();
    expect([machine.stage, machine.stageSince > before]).toEqual(["post", true]);
  });
});
