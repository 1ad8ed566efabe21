import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { CellGrid, type Style } from "./cell-grid.ts";
import type { Key } from "./keyboard.ts";
import type { Picture } from "./picture.ts";
import { diskSize } from "./splash.ts";

const backdrop: Style = { ink: 0x8a94a0, paper: 0x000000 };
const plain: Style = { ink: 0xffffff, paper: 0x1f4e79 };
const chosen: Style = { ink: 0x1f4e79, paper: 0xffffff, isBold: true };
const width = 60;

/** The firmware's boot menu, which the machine shows instead of its set-up: one device is chosen for this start. */
export class BootMenu implements Picture {
  readonly grid = new CellGrid(800, 600, backdrop);
  readonly marked = [];
  private readonly entries: { title: string; start: () => void }[];
  private index = 0;

  constructor(world: World, machine: Machine, openSetup: () => void) {
    const disk = machine.disks[0];
    const fromDisk = () => {
      world.leaveSetup(machine.id, "discard");
    };
    this.entries = [
      { title: disk ? `${disk.model}, ${diskSize(disk.bytes)}` : "Disk", start: fromDisk },
      {
        title: "Network (PXE over IPv4)",
        start: () => {
          machine.nextBoot = "network";
          world.leaveSetup(machine.id, "save");
        },
      },
      { title: "Enter set-up", start: openSetup },
    ];
  }

  refresh(): boolean {
    const { grid, entries } = this;
    const left = Math.floor((grid.columns - width) / 2);
    const top = 12;
    grid.box(top, left, entries.length + 6, width, plain, true);
    const title = "Please select a boot device";
    grid.put(top + 1, left + Math.floor((width - title.length) / 2), title, { ...plain, isBold: true });
    for (const [index, entry] of entries.entries()) {
      const words = ` ${entry.title}`.padEnd(width - 4);
      grid.put(top + 3 + index, left + 2, words, index === this.index ? chosen : plain);
    }
    grid.put(top + entries.length + 4, left + 3, "▲ ▼ choose   Enter start   Esc start as usual", plain);
    return false;
  }

  press(key: Key): void {
    if (key.name === "up") this.index = Math.max(0, this.index - 1);
    if (key.name === "down") this.index = Math.min(this.entries.length - 1, this.index + 1);
    if (key.name === "enter") this.entries[this.index]?.start();
    if (key.name === "escape") this.entries[0]?.start();
  }

  paste(): void {}
  close(): void {}
}
