import { afterEach, describe, expect, it } from "vitest";
import { closeLabs, encodings, see, testLab } from "./testing/test-lab.ts";

afterEach(closeLabs);

describe("serveRfb as Intel AMT speaks it", () => {
  const amt = { dialect: "amt", name: "Intel(r) AMT KVM" } as const;

  it("offers sixteen bits and sends tiles of its own", async () => {
    const { connect } = testLab();
    const viewer = connect(amt);
    await viewer.logIn();
    expect([viewer.banner, viewer.name]).toEqual(["RFB 003.008\n", "Intel(r) AMT KVM"]);
    viewer.setFormat("highColour");
    viewer.setEncodings(encodings.zrle, encodings.raw, encodings.size);
    viewer.request(false);
    const tiles = await viewer.update();
    expect(tiles).toHaveLength(16 * 12);
    expect(tiles.every(({ width, height, encoding }) => width <= 64 && height <= 64 && encoding === 16)).toBe(
      true,
    );
    expect(viewer.rows().at(-1)).toBe("tower-a login:");
    viewer.setFormat("eightBits");
    viewer.request(false);
    await viewer.update();
    expect(viewer.rows().at(-1)).toBe("tower-a login:");
  });

  it("calls its version 4.0 before generation 12", async () => {
    const { machine, connect } = testLab();
    if (machine.management) machine.management.version = "11.8.50";
    const viewer = connect(amt);
    expect(await viewer.logIn()).toBeNull();
    expect(viewer.banner).toBe("RFB 004.000\n");
  });

  it("presses keys by their place, as a US keyboard has them", async () => {
    const { connect } = testLab();
    const viewer = connect(amt);
    await viewer.logIn();
    viewer.setFormat("highColour");
    viewer.request(false);
    await viewer.update();
    viewer.press(0xffe1, 0x31);
    viewer.press(0xffe1, 0x61);
    await see(viewer, "login: !A");
  });

  it("hangs up on a client that wants more than sixteen bits", async () => {
    const { connect } = testLab();
    const viewer = connect(amt);
    await viewer.logIn();
    viewer.setFormat("trueColour");
    await expect(viewer.take(1)).rejects.toThrow();
  });

  it("hangs up when a picture does not go into its buffer, which one of eight bits does", async () => {
    const { world, connect } = testLab();
    world.inject(["screen-huge", "tower-a"]);
    const wide = connect(amt);
    await wide.logIn();
    expect([wide.width, wide.height]).toEqual([16_384, 320]);
    wide.setFormat("highColour");
    wide.request(false);
    await expect(wide.take(1)).rejects.toThrow();
    const small = connect(amt);
    await small.logIn();
    small.setFormat("eightBits");
    small.setEncodings(encodings.zrle);
    small.request(false);
    expect(await small.update()).toHaveLength(256 * 5);
  });
});
