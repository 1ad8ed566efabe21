import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findVcsim, Vcsim } from "../../test/real/vsphere/vcsim.ts";

/** A simulated vCenter, and an estate with it alone. */
export interface SimulatedVcenter {
  estate: string;
  stop(): Promise<void>;
}

/**
 * VMware's simulator with ten clusters of ten hosts and so many VMs; null where it is not built. The estate is written below
 * `folder`.
 */
export async function simulatedVcenter(folder: string, vms: number): Promise<SimulatedVcenter | null> {
  if ("absent" in findVcsim()) return null;
  const clusters = 10;
  const words = ["-cluster", String(clusters), "-host", "10", "-standalone-host", "0", "-ds", "4"];
  const simulator = await Vcsim.start(...words, "-vm", String(vms / clusters));
  const own = await mkdtemp(join(folder, "vcenter-"));
  const estate = join(own, "estate.yaml");
  await writeFile(join(own, "password"), "pass", { mode: 0o600 });
  await writeFile(
    estate,
    [
      "passerelle: 1",
      "name: Simulated",
      "sites: { atelier: { name: Atelier } }",
      "systems:",
      "  vcenter:",
      "    type: vsphere",
      "    address: 127.0.0.1",
      `    port: ${simulator.port}`,
      "    user: admin",
      "    password: file:password",
      `    pin: "${simulator.pin}"`,
      "    site: atelier",
    ].join("\n"),
  );
  return {
    estate,
    async stop() {
      await simulator.stop();
      await rm(own, { recursive: true, force: true });
    },
  };
}
