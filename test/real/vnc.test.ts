import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Reach } from "../../src/main/reach/reach.ts";
import { nobodyToAsk } from "../../src/main/reach/testing/nobody-to-ask.ts";
import type { System } from "../../src/main/systems/system.ts";
import { vncSystem } from "../../src/main/systems/vnc/index.ts";
import { vncSystemSchema } from "../../src/shared/systems/vnc.ts";
import { describeCounterpart, findCounterpart } from "./counterpart.ts";
import { RawScreen } from "./raw-screen.ts";
import { VncServers } from "./vnc-servers.ts";

const password = "secret12";
/** Pixels of a text cursor in a cell of 9 × 16. */
const largestCursor = 144;
const systems: System[] = [];

/** Opens the screen of a server by the code that the console uses, with the estate's entry for it. */
async function open(port: number, more: object = {}, secret = password): Promise<RawScreen> {
  const config = vncSystemSchema.parse({
    type: "vnc",
    password: "keychain:vnc",
    screens: { vm: { address: "127.0.0.1", port, ...more } },
  });
  const dial: Reach["dial"] = (place) =>
    new Promise((resolve, reject) => {
      const socket = connect(place.port, place.address, () => resolve(socket));
      socket.once("error", reject);
    });
  const system = vncSystem.create(config, {
    id: "screens",
    reach: { dial } as Partial<Reach> as Reach,
    secrets: { resolve: async () => ({ reveal: () => secret }) },
    questions: nobodyToAsk,
    now: Date.now,
  });
  systems.push(system);
  const source = await system.openScreen?.("vm", AbortSignal.timeout(30_000));
  if (!source) throw new Error("no screen");
  return new RawScreen(source);
}

let servers: VncServers;
beforeAll(() => {
  servers = new VncServers(password);
});
afterAll(async () => {
  for (const system of systems) await system.close();
  await servers.close();
});

describeCounterpart(
  "TigerVNC",
  findCounterpart(["Xvnc", "vncpasswd"], ["-version"], /TigerVNC (\S+)/),
  () => {
    test.each([
      ["VncAuth", {}],
      ["None", {}],
      ["TLSVnc", {}],
      ["TLSVnc", { tls: "anonymous" }],
      ["X509Vnc", "pinned"],
      ["X509None", "pinned"],
    ])("%s: its root window is seen (%j)", async (securityTypes, more) => {
      const server = await servers.xvnc(securityTypes);
      const screen = await open(
        server.port,
        more === "pinned" ? { tls: { pin: servers.pin } } : (more as object),
      );
      expect(screen.source.width).toBe(800);
      await screen.until(() => screen.updates > 0);
      expect(screen.firstPixels).toBe(true);
      expect([screen.width, screen.height]).toEqual([800, 600]);
      // The classic root window is a weave of black and white.
      expect([...new Set(screen.pixels)].toSorted((one, other) => one - other)).toEqual([0, 0xffffff]);
      await server.end();
      await screen.until(() => screen.end !== null);
      expect(screen.end?.error).toMatchObject({ code: "rfb.ended" });
    });

    test("a wrong password is refused in its words, and too many in a row lock us out", async () => {
      const server = await servers.xvnc("VncAuth");
      await expect(open(server.port, {}, "wrong")).rejects.toMatchObject({ code: "rfb.log-in-refused" });
      const codes: unknown[] = [];
      for (let count = 0; count < 7; count++) {
        codes.push(await open(server.port, {}, "wrong").catch((error: { code: string }) => error.code));
      }
      expect(codes.at(-1)).toBe("rfb.too-many-failures");
      await server.end();
    });

    test("a certificate that is another than the pinned one stops us before the password", async () => {
      const server = await servers.xvnc("X509Vnc");
      const other = { tls: { pin: "00".repeat(32) } };
      await expect(open(server.port, other)).rejects.toMatchObject({ code: "rfb.certificate-changed" });
      await expect(open(server.port, { tls: true })).rejects.toMatchObject({
        code: "rfb.certificate-untrusted",
      });
      await server.end();
    });

    test("a demand for TLS is held against a server that has none", async () => {
      const server = await servers.xvnc("VncAuth");
      await expect(open(server.port, { tls: true })).rejects.toMatchObject({ code: "rfb.tls-missing" });
      await server.end();
    });
  },
);

describeCounterpart(
  "QEMU's VNC server",
  findCounterpart(["qemu-system-x86_64"], ["--version"], /version (\S+)/),
  () => {
    describe("a machine without a disk", () => {
      test("shows its BIOS, and shows it anew after a reset", async () => {
        const machine = await servers.qemu("none");
        const screen = await open(machine.port);
        await screen.until(() => screen.updates > 0 && screen.colours() > 1);
        await settled(screen);
        const before = { updates: screen.updates, pixels: screen.pixels.slice() };
        const letters = lit(screen);
        expect(letters).toBeGreaterThan(200);
        await machine.monitor.execute("system_reset");
        await screen.until(() => screen.updates > before.updates && differs(screen.pixels, before.pixels));
        await screen.until(() => lit(screen) > 200 && screen.updates > before.updates + 1);
        machine.monitor.close();
        await machine.end();
        await screen.until(() => screen.end !== null);
      });

      test.each([
        ["anonymous", { tls: "anonymous" }],
        ["certificate", "pinned"],
      ] as const)("shows its BIOS over VeNCrypt, %s", async (tls, more) => {
        const machine = await servers.qemu(tls);
        const screen = await open(machine.port, more === "pinned" ? { tls: { pin: servers.pin } } : more);
        await screen.until(() => screen.updates > 0 && screen.colours() > 1);
        expect(lit(screen)).toBeGreaterThan(0);
        machine.monitor.close();
        await machine.end();
      });

      test("refuses a wrong password", async () => {
        const machine = await servers.qemu("none");
        await expect(open(machine.port, {}, "wrong")).rejects.toMatchObject({ code: "rfb.log-in-refused" });
        machine.monitor.close();
        await machine.end();
      });
    });
  },
);

/** Pixels that are not black. */
function lit(screen: RawScreen): number {
  return screen.pixels.reduce((count, pixel) => count + (pixel === 0 ? 0 : 1), 0);
}

function differs(one: Uint32Array, other: Uint32Array): boolean {
  return one.length !== other.length || one.some((pixel, index) => pixel !== other[index]);
}

/** Waits until the screen shows text and stands still for a second, but for the cursor's blinking. */
async function settled(screen: RawScreen): Promise<void> {
  await screen.until(() => lit(screen) > 200);
  let before: number;
  do {
    before = lit(screen);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  } while (Math.abs(before - lit(screen)) > largestCursor);
}
