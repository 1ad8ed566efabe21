import { afterEach, describe, expect, it } from "vitest";
import { closeLabs, encodings, look, see, testLab } from "./testing/test-lab.ts";

afterEach(closeLabs);

describe("faults of a screen", () => {
  it.each(["standard", "amt"] as const)(
    "send what is no picture, half of one, or one that lies (%s)",
    async (dialect) => {
      for (const fault of ["screen-garbage", "screen-truncated", "screen-lies"] as const) {
        const { world, connect } = testLab();
        world.inject([fault, "tower-a"]);
        const viewer = connect({ dialect });
        expect(await viewer.logIn()).toBeNull();
        if (dialect === "amt") viewer.setFormat("highColour");
        viewer.setEncodings(encodings.zrle, encodings.raw);
        viewer.request(false);
        if (fault !== "screen-lies") {
          await expect(viewer.update()).rejects.toThrow();
          continue;
        }
        await viewer.take(4 + 12);
        expect((await viewer.take(4)).readUInt32BE()).toBe(0x7fffffff);
      }
    },
  );

  it("take another size each frame, as long as the fault lasts", async () => {
    const { clock, world, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    world.inject(["screen-resizes", "tower-a"]);
    const sizes = new Set<string>();
    for (let frame = 0; frame < 6; frame += 1) {
      viewer.request(true);
      await viewer.update();
      sizes.add(`${viewer.width}x${viewer.height}`);
      viewer.request(true);
      const picture = await viewer.update();
      expect(picture.every(({ encoding }) => encoding >= 0)).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(250);
    }
    expect(sizes.size).toBe(6);
    world.clear();
    await see(viewer, "login:");
    expect([viewer.width, viewer.height]).toEqual([1024, 768]);
  });

  it("show one pixel, or 16,384 in a row", async () => {
    const { world, connect } = testLab();
    world.inject(["screen-tiny", "tower-a"]);
    const tiny = connect();
    await look(tiny, [encodings.zrle]);
    expect([tiny.width, tiny.height, tiny.pixels.length]).toEqual([1, 1, 1]);
    world.clear();
    world.inject(["screen-huge", "tower-a"]);
    const huge = connect();
    await huge.logIn();
    huge.request(false, 16_300, 0, 84, 320);
    expect(await huge.update()).toHaveLength(5);
    expect([huge.width, huge.height]).toEqual([16_384, 320]);
  });
});
