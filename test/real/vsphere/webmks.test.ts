import { afterAll, beforeAll, expect, test } from "vitest";
import { answer, FakeVcenter } from "../../../src/main/systems/vsphere/testing/fake-vcenter.ts";
import { OpenedVsphere } from "../../../src/main/systems/vsphere/testing/opened.ts";
import { TicketHost } from "../../../src/main/systems/vsphere/testing/ticket-host.ts";
import { describeCounterpart, findCounterpart } from "../counterpart.ts";
import { type QemuScreen, startQemuScreen } from "../qemu-screen.ts";
import { RawScreen } from "../raw-screen.ts";

describeCounterpart(
  "QEMU behind a ticket",
  findCounterpart(["qemu-system-x86_64"], ["--version"], /version (\S+)/),
  () => {
    let qemu: QemuScreen;
    let host: TicketHost;
    let vcenter: FakeVcenter;
    let opened: OpenedVsphere;

    beforeAll(async () => {
      qemu = await startQemuScreen(null);
      host = new TicketHost((stream) => qemu.join(stream));
      await host.start();
      vcenter = new FakeVcenter();
      await vcenter.start();
      vcenter.vm("vm-1");
      vcenter.intercept = (method, response) => {
        if (method !== "AcquireTicket") return false;
        const place = `<host>127.0.0.1</host><port>${host.port}</port>`;
        const ticket = `<ticket>${host.issue()}</ticket><sslThumbprint>${host.sha1}</sslThumbprint>`;
        answer(response, method, `<returnval>${ticket}${place}</returnval>`);
        return true;
      };
      opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin });
      await opened.observe();
    });
    afterAll(async () => {
      await opened?.system.close();
      await vcenter?.stop();
      await host?.stop();
      await qemu?.close();
    });

    const open = async () => {
      const source = await opened.system.openScreen?.("vc/vms/vm-1", AbortSignal.timeout(20_000));
      if (!source) throw new Error("no screen");
      return new RawScreen(source);
    };

    test("the screen of a machine is seen through it, by two who look at once", async () => {
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
      await qemu.end();
      await second?.until(() => second.end !== null);
      expect(second?.end?.error).toMatchObject({ code: "rfb.ended" });
    });
  },
);
