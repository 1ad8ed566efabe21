import type { MachineView } from "../../../world/view.ts";

/** A line on the serial port: what share of a stage's time has gone when it appears, and its words. */
export interface SerialLine {
  at: number;
  words: string;
}

const clearScreen = "\u001b[2J\u001b[H";

function spread(words: readonly string[]): SerialLine[] {
  return words.map((line, index) => ({ at: index / words.length, words: line }));
}

/** What the firmware tells of its tests, as it does when its console goes over the serial line. */
export function postLines({ machine }: MachineView): SerialLine[] {
  return spread([
    `${clearScreen}Lab Tower, firmware 1.14`,
    "",
    `Processor  ${machine.processorModel}`,
    `Memory     ${Math.round(machine.memoryBytes / 1024 ** 2)} MB tested`,
    ...machine.disks.map((disk) => `Disk       ${disk.model}  ${disk.serial}`),
    "Console redirection over the serial line is active.",
    "",
  ]);
}

export function setupLines(): SerialLine[] {
  return spread(["Set-up is open.", "F10 saves and restarts, Esc leaves without saving."]);
}

export function networkLines({ machine }: MachineView): SerialLine[] {
  return spread([
    `Start over IPv4, ${machine.management?.macAddress ?? "no network card"}`,
    "Waiting for an address ...",
    "Waiting for an address ...",
    "No boot server has answered.",
  ]);
}

export function loaderLines({ machine }: MachineView): SerialLine[] {
  return spread([
    "GRUB loading.",
    `Loading Linux ${machine.installedKernel} ...`,
    "Loading initial ramdisk ...",
  ]);
}
