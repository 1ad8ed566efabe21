import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { MachineScreen } from "./machine-screen.ts";

/** What the screens of a World have in common. */
interface Shared {
  password: string | null;
  onFailure: (error: unknown) => void;
  screens: Map<string, MachineScreen>;
}

const shared = new WeakMap<World, Shared>();

function sharedOf(world: World): Shared {
  const known = shared.get(world) ?? {
    password: null,
    onFailure: (error: unknown) => {
      throw error;
    },
    screens: new Map<string, MachineScreen>(),
  };
  shared.set(world, known);
  return known;
}

/** Says which password the log-in on the screens of a World takes, and who is told of a failure of the lab itself. */
export function furnishScreens(
  world: World,
  parts: { password: string | null; onFailure(error: unknown): void },
): void {
  Object.assign(sharedOf(world), parts);
}

/** The screen of a machine: one, however many look at it and over which protocol. Made when somebody first looks. */
export function screenOf(world: World, machine: Machine): MachineScreen {
  const common = sharedOf(world);
  const known = common.screens.get(machine.id);
  if (known) return known;
  const screen = new MachineScreen({
    world,
    machine,
    password: () => common.password,
    onFailure: (error) => common.onFailure(error),
  });
  common.screens.set(machine.id, screen);
  return screen;
}
