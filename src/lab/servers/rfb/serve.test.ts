import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { screenOf } from "../../screen/screens.ts";
import type { ClientFormat } from "./testing/decoding.ts";
import { closeLabs, encodings, look, see, seeAll, testLab } from "./testing/test-lab.ts";

afterEach(closeLabs);

const enter = 0xff0d;

describe("serveRfb", () => {
  it("shows the log-in of a machine that runs, and what is typed there", async () => {
    const { world, machine, connect } = testLab();
    const viewer = connect({ name: "The tower" });
    await look(viewer);
    expect([viewer.banner, viewer.name]).toEqual(["RFB 003.008\n", "The tower"]);
    expect([viewer.width, viewer.height]).toEqual([1024, 768]);
    expect(viewer.rows().at(-1)).toBe("tower-a login:");
    viewer.type("ops\nlab-password\n");
    await see(viewer, "ops@tower-a:~$");
    viewer.type("echo é$((40+2)); exit\n");
    await see(viewer, "é42");
    await seeAll(viewer, screenOf(world, machine).framebuffer);
    expect(viewer.rows().at(-1)).toBe("tower-a login:");
    expect(machine.logIns).toEqual({ tried: 1, accepted: 1 });
  });

  it("refuses a wrong password at the log-in, after a while, and shows none of it", async () => {
    const { clock, machine, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.type("ops\nwrong-word\n");
    await see(viewer, "Password:");
    clock.advance(2_100);
    await see(viewer, "Login incorrect");
    expect(viewer.rows().join("\n")).not.toContain("wrong-word");
    expect(machine.logIns).toEqual({ tried: 1, accepted: 0 });
  });

  it.each(["003.003", "003.007", "003.008"])(
    "lets a client of %s in with the password only",
    async (version) => {
      const { connect } = testLab("web-1");
      const good = connect({ password: "s3cret.." });
      expect(await good.logIn("s3cret..", version)).toBeNull();
      good.request(false);
      await good.update();
      expect(good.rows().join("\n")).toContain("web-1 login:");
      const open = connect();
      expect(await open.logIn(null, version)).toBeNull();
      const wrong = connect({ password: "s3cret.." });
      expect(await wrong.logIn("other", version)).toBe(
        version === "003.008" ? "Authentication failed" : "refused",
      );
      await expect(wrong.take(1)).rejects.toThrow();
      const refused = connect({ refusal: "Not today" });
      expect(await refused.logIn(null, version)).toBe("Not today");
      await expect(refused.take(1)).rejects.toThrow();
    },
  );

  it.each([
    ["raw", [encodings.raw], "trueColour"],
    ["raw, moved rows", [encodings.raw, encodings.copy], "trueColourBigEndian"],
    ["hextile", [encodings.hextile, encodings.copy], "highInWord"],
    ["zrle", [encodings.zrle, encodings.copy], "trueColour"],
    ["zrle in 16 bits", [encodings.zrle], "highColour"],
    ["zrle in 16 bits, big-endian", [encodings.zrle, encodings.copy], "highColourBigEndian"],
    ["hextile in 8 bits", [encodings.hextile], "eightBits"],
  ] as [string, number[], ClientFormat][])(
    "keeps the client's picture right: %s",
    async (_, known, format) => {
      const { world, machine, connect } = testLab();
      const viewer = connect();
      await viewer.logIn();
      viewer.setFormat(format);
      viewer.setEncodings(...known);
      viewer.request(false);
      await viewer.update();
      viewer.type("ops\nlab-password\n");
      await see(viewer, "$");
      viewer.type("ls -l --color /; for n in 1 2 3 4 5 6 7 8 9; do echo line $n; done; echo en''d\n");
      await seeAll(viewer, screenOf(world, machine).framebuffer, format);
      expect(viewer.rows()).toContain("end");
    },
  );

  it("moves rows instead of sending them again, to a client that can", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.type("ops\nlab-password\n");
    await see(viewer, "$");
    viewer.press(enter);
    viewer.request(true);
    const rectangles = await viewer.update();
    expect(rectangles[0]).toEqual({ x: 0, y: 0, width: 1024, height: 752, encoding: 1 });
    expect(rectangles.slice(1).every((rectangle) => rectangle.y >= 640)).toBe(true);
  });

  it("sends nothing while nothing changes, and then only what does", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.request(true);
    viewer.press(0x6f);
    const [rectangle, ...more] = await viewer.update();
    expect(more).toEqual([]);
    expect(rectangle).toMatchObject({ x: 64, y: 704, height: 64 });
    expect(rectangle?.width).toBeLessThanOrEqual(128);
  });

  it("sends the part of the screen that was asked for, and that part again when it was asked for again", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await viewer.logIn();
    viewer.setEncodings(encodings.raw);
    viewer.request(false, 10, 20, 30, 40);
    const part = [{ x: 10, y: 20, width: 30, height: 40, encoding: 0 }];
    expect(await viewer.update()).toEqual(part);
    viewer.request(false, 10, 20, 30, 40);
    expect(await viewer.update()).toEqual(part);
  });

  it("sends a whole picture to a client that asks again in the middle of it", async () => {
    const { world, machine, connect } = testLab();
    const viewer = connect();
    await viewer.logIn();
    viewer.setEncodings(encodings.raw);
    viewer.request(false);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    for (let times = 0; times < 40; times += 1) viewer.request(false);
    await viewer.update();
    const bytes = (pixels: Uint32Array) => Buffer.from(pixels.buffer);
    const { framebuffer } = screenOf(world, machine);
    expect(bytes(viewer.pixels).equals(bytes(framebuffer.pixels))).toBe(true);
    expect(await viewer.update()).toHaveLength(12);
    expect(bytes(viewer.pixels).equals(bytes(framebuffer.pixels))).toBe(true);
  });

  it("pastes the client's clipboard with the middle button, line by line", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.type("ops\nlab-password\n");
    await see(viewer, "$");
    const words = Buffer.from("echo first\necho sec''ond\n");
    viewer.send("06 000000 000000", Buffer.from([words.length]), words, "05 02 0010 0010", "05 00 0010 0010");
    await see(viewer, "second");
    expect(viewer.rows()).toContain("first");
  });

  it("refuses another size that a client asks for, and says so", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await look(viewer, [encodings.raw, encodings.extendedSize]);
    viewer.send("fb 00 0320 0258 01 00 00000000 0000 0000 0320 0258 00000000");
    viewer.request(true);
    expect(await viewer.update()).toEqual([
      { x: 1, y: 1, width: 1024, height: 768, encoding: encodings.extendedSize },
    ]);
  });

  it("shows a part of the picture to a client that knows no other size", async () => {
    const { clock, world, connect } = testLab();
    world.powerOff("tower-a");
    const viewer = connect();
    await look(viewer, [encodings.raw]);
    expect([viewer.width, viewer.height]).toEqual([640, 400]);
    world.powerOn("tower-a");
    clock.advance(1_000);
    await see(viewer, "Memory");
    expect([viewer.width, viewer.height]).toEqual([640, 400]);
  });

  it("gives a client without true colour a map and indices", async () => {
    const { connect } = testLab();
    const viewer = connect();
    await viewer.logIn();
    viewer.send("00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000");
    viewer.request(false, 0, 0, 1, 1);
    expect((await viewer.take(6)).toString("hex")).toBe("010000000100");
    await viewer.take(256 * 6);
    expect((await viewer.take(4)).toString("hex")).toBe("00000001");
  });

  it("draws nothing while nobody looks, and keeps a session on the console", async () => {
    const { clock, world, machine, connect } = testLab();
    const viewer = connect();
    await look(viewer);
    viewer.type("ops\nlab-password\n");
    await see(viewer, "$");
    viewer.close();
    await new Promise((resolve) => setImmediate(resolve));
    const before = screenOf(world, machine).framebuffer;
    world.reset("tower-b");
    clock.advance(60_000);
    expect(screenOf(world, machine).framebuffer).toBe(before);
    const again = connect();
    await look(again);
    expect(again.rows().at(-1)).toBe("ops@tower-a:~$");
    world.powerOff("tower-a");
    world.powerOn("tower-a");
    clock.advance(60_000);
    await see(again, "tower-a login:");
  });

  it("outlives whatever a client sends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isLoggedIn) => {
        const { connect } = testLab();
        const viewer = connect();
        if (isLoggedIn) await viewer.logIn();
        viewer.send(bytes);
        viewer.close();
        await new Promise((resolve) => setImmediate(resolve));
      }),
      { numRuns: 40 },
    );
  });
});
