import { duplexPair } from "node:stream";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { furnishScreens } from "../../screen/furnishing.ts";
import { screenOf } from "../../screen/screens.ts";
import { ManualClock } from "../../world/clock.ts";
import { World } from "../../world/world.ts";
import { decodeFormat, pixelWriter } from "./pixel-format.ts";
import { type RfbOptions, serveRfb } from "./serve.ts";
import { type ClientFormat, formatBytesOf, layoutOf, TestViewer } from "./testing.ts";

const key = {
  enter: 0xff0d,
  escape: 0xff1b,
  up: 0xff52,
  down: 0xff54,
  right: 0xff53,
  f2: 0xffbf,
  f10: 0xffc7,
  f12: 0xffc9,
};
const all = { raw: 0, copy: 1, hextile: 5, zrle: 16, size: -223, extendedSize: -308 };
const restart = [0xffe3, 0xffe9, 0xffff];

const opened: (() => void)[] = [];
const failures: unknown[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
  expect(failures.splice(0)).toEqual([]);
});

function lab(id = "tower-a") {
  const clock = new ManualClock();
  const world = new World({ seed: 7, clock });
  furnishScreens(world, { password: "lab-password", onFailure: (error) => failures.push(error) });
  opened.push(() => world.close());
  const machine = world.machine(id);
  const connect = (options: Partial<RfbOptions> = {}): TestViewer => {
    const [near, far] = duplexPair();
    const served = serveRfb(far, {
      world,
      machine,
      dialect: "standard",
      password: null,
      name: id,
      onFailure: (error) => failures.push(error),
      ...options,
    });
    const viewer = new TestViewer(near, options.dialect === "amt");
    opened.push(() => {
      viewer.close();
      served.close();
    });
    return viewer;
  };
  return { clock, world, machine, connect };
}

/** Asks for pictures until the words are on the screen. */
async function see(viewer: TestViewer, words: string): Promise<void> {
  while (!viewer.rows().join("\n").includes(words)) {
    viewer.request(true);
    await viewer.update();
  }
}

/** Asks for pictures until the client has the machine's own, to the pixel, as far as its format can show it. */
async function seeAll(
  viewer: TestViewer,
  framebuffer: { pixels: Uint32Array },
  name: ClientFormat = "trueColour",
): Promise<void> {
  const format = decodeFormat(formatBytesOf(name));
  if (!format) throw new Error("no format");
  const writer = pixelWriter(format);
  const layout = layoutOf(formatBytesOf(name));
  // What the shell still has to write comes in turns of its own.
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const shown = new Map<number, number>();
  for (const colour of new Set(framebuffer.pixels)) shown.set(colour, layout.rgb(writer.value(colour)));
  const wanted = Buffer.from(framebuffer.pixels.map((colour) => shown.get(colour) ?? 0).buffer);
  while (!Buffer.from(viewer.pixels.buffer).equals(wanted)) {
    viewer.request(true);
    await viewer.update();
  }
}

/** Logs in and asks for the whole picture; the far side's own must be the same. */
async function look(viewer: TestViewer, encodings: number[] = [all.zrle, all.copy, all.size]): Promise<void> {
  await viewer.logIn();
  viewer.setEncodings(...encodings);
  viewer.request(false);
  await viewer.update();
}

describe("serveRfb", () => {
  it("shows the log-in of a machine that runs, and what is typed there", async () => {
    const { world, machine, connect } = lab();
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
    const { clock, machine, connect } = lab();
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
      const { connect } = lab("web-1");
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
    ["raw", [all.raw], "trueColour"],
    ["raw, moved rows", [all.raw, all.copy], "trueColourBigEndian"],
    ["hextile", [all.hextile, all.copy], "highInWord"],
    ["zrle", [all.zrle, all.copy], "trueColour"],
    ["zrle in 16 bits", [all.zrle], "highColour"],
    ["zrle in 16 bits, big-endian", [all.zrle, all.copy], "highColourBigEndian"],
    ["hextile in 8 bits", [all.hextile], "eightBits"],
  ] as [string, number[], ClientFormat][])(
    "keeps the client's picture right: %s",
    async (_, encodings, format) => {
      const { world, machine, connect } = lab();
      const viewer = connect();
      await viewer.logIn();
      viewer.setFormat(format);
      viewer.setEncodings(...encodings);
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
    const { connect } = lab();
    const viewer = connect();
    await look(viewer);
    viewer.type("ops\nlab-password\n");
    await see(viewer, "$");
    viewer.press(key.enter);
    viewer.request(true);
    const rectangles = await viewer.update();
    expect(rectangles[0]).toEqual({ x: 0, y: 0, width: 1024, height: 752, encoding: 1 });
    expect(rectangles.slice(1).every((rectangle) => rectangle.y >= 640)).toBe(true);
  });

  it("sends nothing while nothing changes, and then only what does", async () => {
    const { connect } = lab();
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
    const { connect } = lab();
    const viewer = connect();
    await viewer.logIn();
    viewer.setEncodings(all.raw);
    viewer.request(false, 10, 20, 30, 40);
    const part = [{ x: 10, y: 20, width: 30, height: 40, encoding: 0 }];
    expect(await viewer.update()).toEqual(part);
    viewer.request(false, 10, 20, 30, 40);
    expect(await viewer.update()).toEqual(part);
  });

  it("follows a machine from off to its log-in, in the sizes of its stages", async () => {
    const { clock, world, connect } = lab();
    const viewer = connect();
    await look(viewer);
    const sizes: string[] = [];
    const next = async () => {
      for (;;) {
        viewer.request(true);
        const seen = await viewer.update();
        if (seen.some((rectangle) => rectangle.encoding === all.size))
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
    const { clock, world, machine, connect } = lab();
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
    const { clock, machine, connect } = lab();
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

  it("pastes the client's clipboard with the middle button, line by line", async () => {
    const { connect } = lab();
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
    const { connect } = lab();
    const viewer = connect();
    await look(viewer, [all.raw, all.extendedSize]);
    viewer.send("fb 00 0320 0258 01 00 00000000 0000 0000 0320 0258 00000000");
    viewer.request(true);
    expect(await viewer.update()).toEqual([
      { x: 1, y: 1, width: 1024, height: 768, encoding: all.extendedSize },
    ]);
  });

  it("shows a part of the picture to a client that knows no other size", async () => {
    const { clock, world, connect } = lab();
    world.powerOff("tower-a");
    const viewer = connect();
    await look(viewer, [all.raw]);
    expect([viewer.width, viewer.height]).toEqual([640, 400]);
    world.powerOn("tower-a");
    clock.advance(1_000);
    await see(viewer, "Memory");
    expect([viewer.width, viewer.height]).toEqual([640, 400]);
  });

  it("gives a client without true colour a map and indices", async () => {
    const { connect } = lab();
    const viewer = connect();
    await viewer.logIn();
    viewer.send("00 000000 08 08 00 00 0000 0000 0000 00 00 00 000000");
    viewer.request(false, 0, 0, 1, 1);
    expect((await viewer.take(6)).toString("hex")).toBe("010000000100");
    await viewer.take(256 * 6);
    expect((await viewer.take(4)).toString("hex")).toBe("00000001");
  });

  it("draws nothing while nobody looks, and keeps a session on the console", async () => {
    const { clock, world, machine, connect } = lab();
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
        const { connect } = lab();
        const viewer = connect();
        if (isLoggedIn) await viewer.logIn();
        viewer.send(bytes);
        viewer.close();
        await new Promise((resolve) => setImmediate(resolve));
      }),
      { numRuns: 40 },
    );
    expect(failures).toEqual([]);
  });
});

describe("serveRfb as Intel AMT speaks it", () => {
  const amt = { dialect: "amt", name: "Intel(r) AMT KVM" } as const;

  it("offers sixteen bits and sends tiles of its own", async () => {
    const { connect } = lab();
    const viewer = connect(amt);
    await viewer.logIn();
    expect([viewer.banner, viewer.name]).toEqual(["RFB 003.008\n", "Intel(r) AMT KVM"]);
    viewer.setFormat("highColour");
    viewer.setEncodings(all.zrle, all.raw, all.size);
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
    const { machine, connect } = lab();
    if (machine.management) machine.management.version = "11.8.50";
    const viewer = connect(amt);
    expect(await viewer.logIn()).toBeNull();
    expect(viewer.banner).toBe("RFB 004.000\n");
  });

  it("presses keys by their place, as a US keyboard has them", async () => {
    const { connect } = lab();
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
    const { connect } = lab();
    const viewer = connect(amt);
    await viewer.logIn();
    viewer.setFormat("trueColour");
    await expect(viewer.take(1)).rejects.toThrow();
  });

  it("hangs up when a picture does not go into its buffer, which one of eight bits does", async () => {
    const { world, connect } = lab();
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
    small.setEncodings(all.zrle);
    small.request(false);
    expect(await small.update()).toHaveLength(256 * 5);
  });
});

describe("faults of a screen", () => {
  it.each(["standard", "amt"] as const)(
    "send what is no picture, half of one, or one that lies (%s)",
    async (dialect) => {
      for (const fault of ["screen-garbage", "screen-truncated", "screen-lies"] as const) {
        const { world, connect } = lab();
        world.inject([fault, "tower-a"]);
        const viewer = connect({ dialect });
        expect(await viewer.logIn()).toBeNull();
        if (dialect === "amt") viewer.setFormat("highColour");
        viewer.setEncodings(all.zrle, all.raw);
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
    const { clock, world, connect } = lab();
    const viewer = connect();
    await look(viewer);
    world.inject(["screen-resizes", "tower-a"]);
    const sizes = new Set<string>();
    for (let frame = 0; frame < 6; frame += 1) {
      clock.advance(200);
      viewer.request(true);
      await viewer.update();
      sizes.add(`${viewer.width}x${viewer.height}`);
    }
    expect(sizes.size).toBe(6);
    world.clear();
    await see(viewer, "login:");
    expect([viewer.width, viewer.height]).toEqual([1024, 768]);
  });

  it("show one pixel, or 16,384 in a row", async () => {
    const { world, connect } = lab();
    world.inject(["screen-tiny", "tower-a"]);
    const tiny = connect();
    await look(tiny, [all.zrle]);
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
