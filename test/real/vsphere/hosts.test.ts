import { afterAll, beforeAll, expect, test } from "vitest";
import { OpenedVsphere } from "../../../src/main/systems/vsphere/testing/opened.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findVcsim, Vcsim } from "./vcsim.ts";

const [home, other] = ["DC0_C0_H0", "DC0_C0_H1"];

describeCounterpart("hosts of vcsim", findVcsim(), () => {
  let simulator: Vcsim;
  let opened: OpenedVsphere;

  beforeAll(async () => {
    simulator = await Vcsim.start("-dc", "1", "-cluster", "1", "-host", "2", "-vm", "6");
    opened = new OpenedVsphere(simulator.port, { pin: simulator.pin }, { pause: 20 });
    await opened.observe();
  });
  afterAll(async () => {
    await opened?.system.close();
    await simulator?.stop();
  });

  /** The names of the VMs on a host, as VMware's client has them. */
  const guestsOn = async (host: string) => {
    const found = await simulator.govc(
      "find",
      "-type",
      "VirtualMachine",
      "/",
      "-runtime.host",
      await idOf(host),
    );
    return found
      .split("\n")
      .filter(Boolean)
      .map((path) => path.slice(path.lastIndexOf("/") + 1))
      .sort();
  };
  const idOf = async (host: string) =>
    (await simulator.govc("find", "-i", "-type", "HostSystem", "/", "-name", host)).trim();
  const modeOf = async (host: string) => {
    const { hostSystems, HostSystems } = JSON.parse(
      await simulator.govc("host.info", "-json", "-host", host),
    );
    const [one] = HostSystems ?? hostSystems;
    return one.Runtime.InMaintenanceMode;
  };
  const known = (host: string, id: string) => {
    const { id: resource } = opened.resource("host", host);
    expect(decodeURIComponent(resource.slice("vc/hosts/".length))).toBe(id.replace("HostSystem:", ""));
  };

  test("are the ones that govc names", async () => {
    for (const host of [home, other]) known(host, await idOf(host));
  });

  test("keep VMs with a drive of the host connected, until govc disconnects it", async () => {
    const wish = { leaveToDrs: false, withinLimits: false };
    const { probe, committed } = await opened.run("vsphere.evacuate", home, wish);
    expect([probe.state, committed]).toEqual(["impossible", 0]);
    expect(probe.text.en).toMatch(/cdrom-\d+ is connected to a device of its host/);
    for (const host of [home, other]) {
      for (const name of await guestsOn(host)) {
        const [drive = ""] = /cdrom-\d+/.exec(await simulator.govc("device.ls", "-vm", name)) ?? [];
        await simulator.govc("device.disconnect", "-vm", name, drive);
      }
    }
    expect((await opened.run("vsphere.enter-maintenance", home)).probe).toMatchObject({
      state: "impossible",
      text: { en: expect.stringContaining("Evacuate the host first") },
    });
  });

  test("are emptied by moving every VM, which govc sees on the other host", async () => {
    const before = [await guestsOn(home), await guestsOn(other)];
    const wish = { leaveToDrs: false, withinLimits: false };
    const { verification } = await opened.run("vsphere.evacuate", home, wish);
    expect(verification).toMatchObject({ proven: true, data: { moved: before[0]?.length, left: [] } });
    expect(await guestsOn(home)).toEqual([]);
    expect(await guestsOn(other)).toEqual(before.flat().sort());
  });

  test("go into maintenance mode and out of it, once each", async () => {
    expect(await opened.run("vsphere.enter-maintenance", home)).toMatchObject({
      verification: { proven: true },
      committed: 1,
    });
    expect(await modeOf(home)).toBe(true);
    expect(await opened.run("vsphere.enter-maintenance", home)).toMatchObject({ probe: { state: "done" } });
    expect(await opened.run("vsphere.leave-maintenance", home)).toMatchObject({
      verification: { proven: true },
    });
    expect(await modeOf(home)).toBe(false);
    expect(await opened.run("vsphere.leave-maintenance", home)).toMatchObject({ probe: { state: "done" } });
  });

  test("get a VM by migration and lose it by its undoing", async () => {
    const [name = ""] = await guestsOn(other);
    const id = (await idOf(home)).replace("HostSystem:", "");
    const { context, parsed, probe, verification } = await opened.run("vsphere.migrate", name, { host: id });
    expect(verification).toMatchObject({ proven: true, data: { host: id } });
    expect(await guestsOn(home)).toEqual([name]);
    expect(await opened.action("vsphere.migrate").undo?.(context, parsed, probe)).toMatchObject({
      proven: true,
    });
    expect(await guestsOn(home)).toEqual([]);
  });

  test("are not rebooted where the server cannot: that is said, and nothing was committed in vain", async () => {
    await opened.run("vsphere.enter-maintenance", home);
    const { probe } = await opened
      .run("vsphere.host-reboot", home)
      .catch((error: unknown) => ({ probe: error }));
    // The simulator tells no boot time, by which a reboot is proven, and knows no RebootHost_Task.
    expect(probe).toMatchObject(
      probe instanceof Error ? { code: "vsphere.not-offered" } : { state: "impossible" },
    );
    await opened.run("vsphere.leave-maintenance", home);
  });
});
