import type { Machine } from "../world/machine.ts";
import { MachineView } from "../world/view.ts";
import type { World } from "../world/world.ts";
import { MachineShell } from "./machine-shell.ts";

const known = new WeakMap<World, Map<string, MachineShell>>();

/**
 * The operating system of a machine: one for all that lead into it, SSH and screen alike, made when somebody first
 * gets there, for most machines of a large lab are never seen. It loses what ran whenever the machine does.
 */
export function shellOf(world: World, machine: Machine, onFailure: (error: unknown) => void): MachineShell {
  const shells = known.get(world) ?? new Map<string, MachineShell>();
  known.set(world, shells);
  const before = shells.get(machine.id);
  if (before) return before;
  const shell = new MachineShell(new MachineView(world, machine), onFailure);
  shells.set(machine.id, shell);
  world.onChange((change) => {
    if (change.machine !== machine.id || change.what !== "power") return;
    if (machine.power === "off" || machine.power === "starting") shell.lostPower();
  });
  return shell;
}
