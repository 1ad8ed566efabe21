import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { furnishScreens } from "../../screen/furnishing.ts";
import { MachineDoor } from "../machine-door.ts";
import { serveRfb } from "../rfb/serve.ts";
import { credentialFiles } from "../ssh/credentials.ts";
import { systemsOf } from "./copied-site.ts";
import type { CopyParts } from "./parts.ts";

/** The secret of the lab's folder that the screens of a copy take: as much as VNC authentication does. */
export const screenSecret = "copy-screens";
const passwordLength = 8;

const drawPassword = () => String(randomInt(10 ** passwordLength)).padStart(passwordLength, "0");

/** Puts the screens of machines where the estate has them; of two at one place the first is shown. */
export async function startCopiedScreens(parts: CopyParts): Promise<void> {
  const { context, credentials, copy, machines, opened, ports, wished } = parts;
  const { world, network, folder, onFailure } = context;
  furnishScreens(world, {
    password: await readFile(join(folder, credentialFiles.password), "utf8"),
    onFailure,
  });
  const shown = systemsOf(copy, "vnc").flatMap(([, { screens }]) => Object.entries(screens));
  if (shown.length === 0) return;
  const password = await credentials.kept(screenSecret, drawPassword);
  for (const [id, { address, port }] of shown) {
    if (network.find(address, port) !== null) continue;
    const machine = world.machine(machines.host(id).id);
    const door = new MachineDoor(
      {
        world,
        machine,
        address,
        port,
        state: () => (machine.power === "off" ? "refused" : "open"),
        serve: (stream) => {
          const name = `QEMU (${machine.id})`;
          serveRfb(stream, { world, machine, dialect: "standard", password, name, onFailure });
        },
        onFailure,
      },
      network,
    );
    opened.push(() => door.close());
    const name = `screen ${id}`;
    ports.set(name, await door.listen(wished.get(name) ?? 0));
  }
}
