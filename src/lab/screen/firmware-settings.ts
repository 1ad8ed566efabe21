import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";

/** From where the firmware starts, in its order. */
export type BootDevice = "disk" | "network";

/** What is kept in a machine's flash from one start to the next. */
export interface FirmwareSettings {
  bootOrder: readonly BootDevice[];
  /** The index of the value that was chosen, by the name of the setting. */
  choices: ReadonlyMap<string, number>;
}

const kept = new WeakMap<Machine, FirmwareSettings>();

/** The settings of a machine's firmware: as it left the factory until somebody saved others. */
export function firmwareSettings(machine: Machine): FirmwareSettings {
  return kept.get(machine) ?? { bootOrder: ["disk", "network"], choices: new Map() };
}

/** Keeps the settings; from the next start on the machine follows their boot order. */
export function saveFirmwareSettings(world: World, machine: Machine, settings: FirmwareSettings): void {
  if (!kept.has(machine)) {
    // Only a machine whose settings were ever saved is followed, so that the others cost nothing.
    world.onChange((change) => {
      const isStart = change.machine === machine.id && change.what === "stage" && machine.stage === "post";
      if (isStart && machine.nextBoot === "disk" && firmwareSettings(machine).bootOrder[0] === "network") {
        machine.nextBoot = "network";
      }
    });
  }
  kept.set(machine, settings);
}
