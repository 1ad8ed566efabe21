import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { furnishingOf } from "./furnishing.ts";
import { MachineScreen } from "./machine-screen.ts";

const screens = new WeakMap<World, Map<string, MachineScreen>>();

/** The screen of a machine: one, however many look at it and over which protocol. Made when somebody first looks. */
export function screenOf(world: World, machine: Machine): MachineScreen {
  const ofWorld = screens.get(world) ?? new Map<string, MachineScreen>();
  screens.set(world, ofWorld);
  const known = ofWorld.get(machine.id);
  if (known) return known;
  const screen = new MachineScreen({
    world,
    machine,
    password: () => furnishingOf(world).password,
    onFailure: (error) => furnishingOf(world).onFailure(error),
  });
  ofWorld.set(machine.id, screen);
  return screen;
}
