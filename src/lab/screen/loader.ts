import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { CellGrid, type Style } from "./cell-grid.ts";
import type { Key } from "./keyboard.ts";
import type { Picture } from "./picture.ts";

const plain: Style = { ink: 0xaaaaaa, paper: 0x000000 };
const chosen: Style = { ink: 0x000000, paper: 0xaaaaaa };
/** Seconds that the loader shows; the World's own time until the system starts is a little longer. */
const countdown = 2;

/** The boot loader's menu: counts down, unless a key stops it, and starts the entry that is chosen. */
export class Loader implements Picture {
  readonly grid = new CellGrid(800, 600, plain);
  readonly marked = [];
  private readonly world: World;
  private readonly machine: Machine;
  private readonly entries: { title: string; start: () => void }[];
  private index = 0;
  private isHeld = false;

  constructor(world: World, machine: Machine) {
    this.world = world;
    this.machine = machine;
    const name = machine.system.name;
    const start = () => {
      world.leaveLoader(machine.id);
    };
    this.entries = [
      { title: name, start },
      { title: `${name}, with Linux ${machine.installedKernel}`, start },
      {
        title: "UEFI firmware settings",
        start: () => {
          machine.nextBoot = "setup";
          world.reset(machine.id);
        },
      },
    ];
  }

  refresh(): boolean {
    const { grid, entries } = this;
    const title = "Boot loader  version 2.06";
    grid.put(1, Math.floor((grid.columns - title.length) / 2), title);
    grid.box(3, 1, 24, grid.columns - 2, plain);
    for (const [index, entry] of entries.entries()) {
      const isChosen = index === this.index;
      const words = `${isChosen ? "*" : " "}${entry.title}`.padEnd(grid.columns - 4);
      grid.put(4 + index, 2, words, isChosen ? chosen : plain);
    }
    grid.put(28, 4, "Use the ▲ and ▼ keys to select which entry is highlighted.");
    grid.put(29, 4, "Press enter to boot the selected entry.");
    const left = Math.max(
      0,
      countdown - Math.floor((this.world.clock.now() - this.machine.stageSince) / 1000),
    );
    const words = `The highlighted entry will be executed automatically in ${left}s.`;
    grid.put(31, 4, this.isHeld ? " ".repeat(words.length + 2) : words.padEnd(70));
    return !this.isHeld && left > 0;
  }

  press(key: Key): void {
    if (key.name === "enter") {
      this.entries[this.index]?.start();
      return;
    }
    this.isHeld = this.world.holdLoader(this.machine.id);
    const last = this.entries.length - 1;
    if (key.name === "up") this.index = Math.max(0, this.index - 1);
    if (key.name === "down") this.index = Math.min(last, this.index + 1);
  }

  paste(): void {}
  close(): void {}
}
