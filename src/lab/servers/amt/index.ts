import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "../../world/machine.ts";
import { isExtraHost } from "../../world/site.ts";
import { MachineDoor } from "../machine-door.ts";
import type { LabContext, LabServers } from "../server.ts";
import { credentialFiles } from "../ssh/credentials.ts";
import { fingerprint, selfSigned } from "./certificate.ts";
import { prepareAmtCredentials } from "./credentials.ts";
import { AmtMachine } from "./machine.ts";

/** Ports of AMT: web and redirection, without TLS and with it. */
const ports = {
  plain: { web: 16_992, redirection: 16_994 },
  tls: { web: 16_993, redirection: 16_995 },
} as const;

/**
 * Starts the management engine of every tower: its ports at the tower's in-world address, and for the site's own towers
 * on loopback, named `amt tower-a` and `amt-redirection tower-a`. Engines live while their machines are off.
 */
export async function startAmt(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  const managed = [...world.machines.values()].filter((machine) => machine.management !== null);
  const secured = managed.filter((machine) => machine.management?.plainPorts === false);
  const credentials = await prepareAmtCredentials(folder, secured);
  const hostPassword = await readFile(join(folder, credentialFiles.password), "utf8").catch(() => null);
  const engines = new Map<string, AmtMachine>();
  const engineOf = (machine: Machine): AmtMachine | null => {
    const known = engines.get(machine.id);
    const { management } = machine;
    if (known || !management) return known ?? null;
    const made = new AmtMachine({
      world,
      machine,
      management,
      seed: world.seed,
      password: credentials.password,
      hostPassword,
      certificate: credentials.certificates.get(machine.id) ?? null,
      otherCertificate: () => selfSigned(`amt-${machine.id}`, new Date()),
      onFailure,
    });
    engines.set(machine.id, made);
    return made;
  };

  const doors: MachineDoor[] = [];
  const close = async () => {
    for (const engine of engines.values()) engine.close();
    await Promise.all(doors.map((door) => door.close()));
  };
  const listening = new Map<string, number>();
  try {
    for (const machine of managed) {
      const numbers = ports[machine.management?.plainPorts ? "plain" : "tls"];
      for (const kind of ["web", "redirection"] as const) {
        const door = new MachineDoor(
          {
            world,
            machine,
            address: machine.management?.address ?? machine.address,
            port: numbers[kind],
            state: () => engineOf(machine)?.state(kind) ?? "refused",
            serve: (stream) => engineOf(machine)?.connect(kind, stream),
            onFailure,
          },
          network,
        );
        doors.push(door);
        if (isExtraHost(machine)) continue;
        const name = `${kind === "web" ? "amt" : "amt-redirection"} ${machine.id}`;
        listening.set(name, await door.listen(wished.get(name) ?? 0));
      }
      const { management } = machine;
      if (management?.screenPort.enabled) management.screenPort.password ??= credentials.screenPassword;
    }
    const pins = new Map([...credentials.certificates].map(([id, { cert }]) => [id, fingerprint(cert)]));
    return { ports: listening, pins, close };
  } catch (error) {
    await close();
    throw error;
  }
}
