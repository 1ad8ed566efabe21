import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findVcsim, Vcsim } from "../../test/real/vsphere/vcsim.ts";

/** A vCenter to be measured at: an estate with it alone, and where it is for VMware's client, with user and password. */
export interface SimulatedVcenter {
  estate: string;
  url: string;
  stop(): Promise<void>;
}

/** VMware's simulator, whose VMs are powered by their names. */
export interface Simulator extends SimulatedVcenter {
  powerOff(vm: string): Promise<void>;
  powerOn(vm: string): Promise<void>;
}

/**
 * VMware's simulator with ten clusters of ten hosts and so many VMs; null where it is not built. The estate is written below
 * `folder`.
 */
export async function simulatedVcenter(folder: string, vms: number): Promise<Simulator | null> {
  if ("absent" in findVcsim()) return null;
  const clusters = 10;
  const words = ["-cluster", String(clusters), "-host", "10", "-standalone-host", "0", "-ds", "4"];
  const simulator = await Vcsim.start(...words, "-vm", String(vms / clusters));
  const { port, pin } = simulator;
  const { estate } = await vcenterEstate(folder, { port, pin, user: "admin", password: "pass" });
  const power = async (word: string, vm: string) => void (await simulator.govc("vm.power", word, vm));
  return {
    estate,
    url: `https://admin:pass@127.0.0.1:${port}/sdk`,
    powerOff: (vm) => power("-off", vm),
    powerOn: (vm) => power("-on", vm),
    stop: () => simulator.stop(),
  };
}

/** Writes an estate with one vCenter on loopback, and its password, into a new folder below `folder`. */
export async function vcenterEstate(
  folder: string,
  vcenter: { port: number; pin: string; user: string; password: string },
): Promise<{ estate: string }> {
  const own = await mkdtemp(join(folder, "vcenter-"));
  const estate = join(own, "estate.yaml");
  await writeFile(join(own, "password"), vcenter.password, { mode: 0o600 });
  await writeFile(
    estate,
    JSON.stringify({
      passerelle: 1,
      name: "Measurement",
      sites: { atelier: { name: "Atelier" } },
      systems: {
        vcenter: {
          type: "vsphere",
          address: "127.0.0.1",
          port: vcenter.port,
          user: vcenter.user,
          password: "file:password",
          pin: vcenter.pin,
          site: "atelier",
        },
      },
    }),
  );
  return { estate };
}
