import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import type { BootDevice, FirmwareSettings } from "./firmware-settings.ts";
import { boardOf, diskSize } from "./splash.ts";

/** A line of a page: a heading, a fact, a setting with `change`, or a way out with `leave`. */
export interface Item {
  label: string;
  value: string;
  help?: string;
  /** The settings with the value after, or before, the present one. */
  change?(step: number): FirmwareSettings;
  leave?: "save" | "discard";
}

export interface Page {
  title: string;
  items: Item[];
}

const mebibyte = 1024 ** 2;
const blank: Item = { label: "", value: "" };

/** Settings that have a few values to choose from; the first one is the usual one. */
const choices = {
  virtualisation: {
    label: "Virtualisation",
    values: ["Enabled", "Disabled"],
    help: "Lets a system run virtual machines.",
  },
  threads: { label: "Threads per core", values: ["2", "1"], help: "How many threads a core shows." },
  sata: { label: "SATA mode", values: ["AHCI", "Disabled"], help: "How the SATA disks are shown." },
  power: {
    label: "After a power loss",
    values: ["Last state", "Stay off", "Power on"],
    help: "What the machine does when power comes back.",
  },
  secure: {
    label: "Secure boot",
    values: ["Disabled", "Enabled"],
    help: "Starts signed loaders only.",
  },
  wake: { label: "Wake on LAN", values: ["Enabled", "Disabled"], help: "Lets a packet switch it on." },
  fast: { label: "Fast boot", values: ["Disabled", "Enabled"], help: "Leaves out most of the tests." },
} as const;

const deviceNames: Record<BootDevice, string> = { disk: "Disk", network: "Network (PXE over IPv4)" };

/** The pages of the set-up, with the values of `draft`. */
export function pagesOf(world: World, machine: Machine, draft: FirmwareSettings): Page[] {
  const fact = (label: string, value: string): Item => ({ label, value });
  const heading = (label: string): Item => ({ label, value: "" });
  const choice = (name: keyof typeof choices): Item => {
    const { label, values, help } = choices[name];
    const index = draft.choices.get(name) ?? 0;
    return {
      label,
      value: values[index] ?? "",
      help,
      change: (step) => {
        const next = (index + step + values.length) % values.length;
        return { ...draft, choices: new Map([...draft.choices, [name, next]]) };
      },
    };
  };
  const clock = new Date(world.clock.now()).toISOString();
  return [
    {
      title: "Main",
      items: [
        heading("System"),
        fact("Board", boardOf(machine)),
        fact("Firmware", "1.14, UEFI 2.7"),
        fact("Processor", machine.processorModel),
        fact("Threads", String(machine.processors)),
        fact("Memory", `${Math.round(machine.memoryBytes / mebibyte)} MiB`),
        blank,
        heading("Clock (UTC)"),
        fact("System date", clock.slice(0, 10)),
        fact("System time", clock.slice(11, 19)),
      ],
    },
    {
      title: "Advanced",
      items: [
        heading("Processor"),
        choice("virtualisation"),
        choice("threads"),
        blank,
        heading("Storage"),
        choice("sata"),
        ...machine.disks.map((disk, index) =>
          fact(`Disk ${index}`, `${disk.model}, ${disk.serial}, ${diskSize(disk.bytes)}`),
        ),
        blank,
        heading("Power"),
        choice("power"),
        choice("wake"),
      ],
    },
    {
      title: "Boot",
      items: [
        heading("Boot order"),
        ...draft.bootOrder.map(
          (device, index): Item => ({
            label: `Boot option ${index + 1}`,
            value: deviceNames[device],
            help: "The device that is tried at this place. + and - exchange the two.",
            change: () => ({ ...draft, bootOrder: [...draft.bootOrder].reverse() }),
          }),
        ),
        blank,
        heading("Start"),
        choice("fast"),
      ],
    },
    { title: "Security", items: [heading("Start"), choice("secure")] },
    {
      title: "Save & Exit",
      items: [
        { label: "Save changes and restart", value: "", help: "The same as F10.", leave: "save" },
        { label: "Discard changes and start", value: "", help: "The same as Esc.", leave: "discard" },
      ],
    },
  ];
}
