import { afterAll, beforeAll, expect, test } from "vitest";
import { createWebSocketStream } from "ws";
import { FakeConsoles } from "../../../src/main/systems/proxmox/consoles/testing/fake-consoles.ts";
import { FakePve } from "../../../src/main/systems/proxmox/testing/fake-pve.ts";
import { OpenedProxmox } from "../../../src/main/systems/proxmox/testing/opened.ts";
import { laySample } from "../../../src/main/systems/proxmox/testing/sample-cluster.ts";
import { describeCounterpart, findCounterpart } from "../counterpart.ts";
import { type QemuScreen, startQemuScreen } from "../qemu-screen.ts";
import { RawScreen } from "../raw-screen.ts";

/** As `generate-password` makes one: eight characters, which is all that VNC authentication takes. */
const password = "secret12";

describeCounterpart(
  "QEMU behind vncwebsocket",
  findCounterpart(["qemu-system-x86_64"], ["--version"], /version (\S+)/),
  () => {
    let qemu: QemuScreen;
    let pve: FakePve;
    let consoles: FakeConsoles;
    let opened: OpenedProxmox;

    beforeAll(async () => {
      qemu = await startQemuScreen(password);
      pve = laySample(await new FakePve().start());
      consoles = new FakeConsoles(pve);
      consoles.serve = (socket) => qemu.join(createWebSocketStream(socket, { allowHalfOpen: false }));
      opened = new OpenedProxmox([pve.port], { pins: [pve.pin] });
      await opened.observe();
    });
    afterAll(async () => {
      await opened?.close();
      consoles?.stop();
      await pve?.stop();
      await qemu?.close();
    });

    const open = async () => {
      const source = await opened.system.openScreen?.("forge/vms/100", AbortSignal.timeout(20_000));
      if (!source) throw new Error("no screen");
      return new RawScreen(source);
    };

    test("QEMU takes the password that was made for the ticket, and refuses another", async () => {
      consoles.said = { password: "another1" };
      await expect(open()).rejects.toMatchObject({ code: "proxmox.ticket-refused" });
      consoles.said = { password };
      (await open()).source.close();
    });

    test("the screen of a machine is seen through it, by two who look at once, and ends with it", async () => {
      consoles.said = { password };
      const screens = [await open(), await open()];
      for (const screen of screens) {
        // The BIOS writes white on black, and more than a cursor of it.
        await screen.until(() => screen.pixels.filter((pixel) => pixel !== 0).length > 1000);
        expect(screen.firstPixels).toBe(true);
        // It may have been opened before the BIOS chose the size of its text.
        expect([screen.width, screen.height]).toEqual([720, 400]);
      }
      const [first, second] = screens;
      first?.source.close();
      await second?.until(() => second.colours() > 1);
      pve.on("GET /nodes/{node}/{kind}/{vmid}/status/current", { status: "stopped" });
      await qemu.end();
      await second?.until(() => second.end !== null);
      expect(second?.end?.error).toMatchObject({ code: "proxmox.guest-stopped" });
    });
  },
);
