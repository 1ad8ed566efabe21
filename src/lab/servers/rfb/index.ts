import { randomInt } from "node:crypto";
import { join } from "node:path";
import { furnishScreens } from "../../screen/furnishing.ts";
import { isExtraHost } from "../../world/site.ts";
import { MachineDoor } from "../machine-door.ts";
import { preparePrivateFolders, readOrMake } from "../private-files.ts";
import type { LabContext, LabServers } from "../server.ts";
import { credentialFiles } from "../ssh/credentials.ts";
import { serveClassicPort } from "./classic-port.ts";
import { serveRfb } from "./serve.ts";

const classicPort = 5900;
/** The VMs whose screens their tower's hypervisor shows, and the ports at the tower's address. */
const shownMachines = new Map([
  ["web-1", 5901],
  ["web-2", 5901],
]);
/** Name of the file in the lab's folder; the estate file points at it. */
const passwordFile = "secrets/vnc-password";
/** As much as VNC authentication takes. */
const passwordLength = 8;
const passwordCharacters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

function drawPassword(): string {
  return Array.from(
    { length: passwordLength },
    () => passwordCharacters[randomInt(passwordCharacters.length)],
  ).join("");
}

/**
 * Puts the screens of the lab's machines into its network: that of a VM as its hypervisor shows it, at the tower's
 * address, and that of a tower at the classic port of its management engine. Each is reached at a loopback port of
 * its own as well. What draws the screens is loaded when somebody first looks.
 */
export async function startRfb(
  context: LabContext,
  wished: ReadonlyMap<string, number>,
): Promise<LabServers> {
  const { world, network, folder, onFailure } = context;
  await preparePrivateFolders(folder);
  const password = await readOrMake(join(folder, passwordFile), drawPassword);
  furnishScreens(world, {
    password: await readOrMake(join(folder, credentialFiles.password), drawPassword),
    onFailure,
  });
  const doors = new Map<string, MachineDoor>();
  const undo: (() => void)[] = [];

  for (const [id, port] of shownMachines) {
    const machine = world.machine(id);
    const tower = machine.tower === null ? null : world.machine(machine.tower);
    if (!tower) continue;
    const isShown = () => tower.power === "on" && machine.power !== "off";
    const door = new MachineDoor(
      {
        world,
        machine: tower,
        port,
        state: () => (tower.power !== "on" ? "silent" : isShown() ? "open" : "refused"),
        serve: (stream) => {
          const name = `QEMU (${machine.id})`;
          serveRfb(stream, { world, machine, dialect: "standard", password, name, onFailure });
        },
        onFailure,
      },
      network,
    );
    // The hypervisor's process ends with the VM, and its connections with it.
    undo.push(
      world.onChange((change) => {
        if (change.machine === id && change.what === "power" && !isShown()) door.breakAll();
      }),
    );
    doors.set(`rfb ${id}`, door);
  }
  // Hosts that were asked for besides the site's own have no screens: there may be thousands.
  for (const machine of world.machines.values()) {
    if (!machine.management || isExtraHost(machine)) continue;
    const { state, serve } = serveClassicPort(world, machine, machine.management, onFailure);
    const door = new MachineDoor({ world, machine, port: classicPort, state, serve, onFailure }, network);
    doors.set(`rfb ${machine.id}`, door);
  }

  const close = async () => {
    for (const step of undo.splice(0)) step();
    await Promise.all([...doors.values()].map((door) => door.close()));
  };
  try {
    const listening = [...doors].map(
      async ([name, door]): Promise<[string, number]> => [name, await door.listen(wished.get(name) ?? 0)],
    );
    return { ports: new Map(await Promise.all(listening)), close };
  } catch (error) {
    await close();
    throw error;
  }
}
