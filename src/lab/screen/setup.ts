import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { CellGrid, type Style } from "./cell-grid.ts";
import { type FirmwareSettings, firmwareSettings, saveFirmwareSettings } from "./firmware-settings.ts";
import type { Key } from "./keyboard.ts";
import type { Picture } from "./picture.ts";
import { type Item, pagesOf } from "./setup-pages.ts";

const header: Style = { ink: 0xffffff, paper: 0x1f4e79, isBold: true };
const tab: Style = { ink: 0xc9d3de, paper: 0x1f4e79 };
const activeTab: Style = { ink: 0x10263c, paper: 0xd7dde3, isBold: true };
const plain: Style = { ink: 0x10263c, paper: 0xd7dde3 };
const faint: Style = { ink: 0x5c6b7a, paper: 0xd7dde3 };
const changeable: Style = { ink: 0x0b4fa0, paper: 0xd7dde3 };
const chosen: Style = { ink: 0xffffff, paper: 0x0b4fa0, isBold: true };

const helpColumn = 88;
const keysHelp = [
  "◄►   Choose a page",
  "▲▼   Choose a line",
  "+ -  Change a value",
  "F9   Usual values",
  "F10  Save and leave",
  "Esc  Leave unchanged",
];

/** The firmware's set-up: pages of settings, moved through with the arrow keys. */
export class Setup implements Picture {
  readonly grid = new CellGrid(1024, 768, plain);
  readonly marked = [];
  private readonly world: World;
  private readonly machine: Machine;
  private draft: FirmwareSettings;
  private page = 0;
  private line = 0;

  constructor(world: World, machine: Machine) {
    this.world = world;
    this.machine = machine;
    this.draft = firmwareSettings(machine);
  }

  refresh(): boolean {
    const { grid } = this;
    const pages = pagesOf(this.world, this.machine, this.draft);
    grid.clear();
    grid.put(0, 0, "Lab Firmware Set-up Utility".padStart(77).padEnd(grid.columns), header);
    grid.put(1, 0, " ".repeat(grid.columns), tab);
    let column = 2;
    for (const [index, { title }] of pages.entries()) {
      grid.put(1, column, `  ${title}  `, index === this.page ? activeTab : tab);
      column += title.length + 5;
    }
    grid.box(2, 0, grid.rows - 3, grid.columns, plain);
    grid.put(2, helpColumn - 1, "┬", plain);
    for (let row = 3; row < grid.rows - 2; row += 1) grid.put(row, helpColumn - 1, "│", plain);
    grid.put(grid.rows - 2, helpColumn - 1, "┴", plain);

    const items = pages[this.page]?.items ?? [];
    for (const [index, item] of items.entries()) this.showItem(4 + index, item, index === this.line);
    const help = items[this.line]?.help ?? "";
    for (const [index, words] of wrapped(help, grid.columns - helpColumn - 3).entries())
      grid.put(4 + index, helpColumn + 1, words, changeable);
    grid.put(grid.rows - 11, helpColumn - 1, `├${"─".repeat(grid.columns - helpColumn - 1)}┤`, plain);
    for (const [index, words] of keysHelp.entries())
      grid.put(grid.rows - 9 + index, helpColumn + 1, words, plain);
    grid.put(grid.rows - 1, 0, "Version 1.14  Lab Firmware".padStart(77).padEnd(grid.columns), header);
    return true;
  }

  press(key: Key): void {
    const pages = pagesOf(this.world, this.machine, this.draft);
    const items = pages[this.page]?.items ?? [];
    const item = items[this.line];
    const choose = (step: number) => {
      if (item?.change) this.draft = item.change(step);
    };
    if (key.name === "escape") this.world.leaveSetup(this.machine.id, "discard");
    else if (key.name === "f10") this.save();
    else if (key.name === "f9") this.draft = { bootOrder: ["disk", "network"], choices: new Map() };
    else if (key.name === "left" || key.name === "right") {
      const last = pages.length - 1;
      this.page = Math.max(0, Math.min(last, this.page + (key.name === "left" ? -1 : 1)));
      this.line = this.nextLine(pages[this.page]?.items ?? [], -1, 1);
    } else if (key.name === "up") this.line = this.nextLine(items, this.line, -1);
    else if (key.name === "down") this.line = this.nextLine(items, this.line, 1);
    else if (key.text === "+" || key.name === "page-up") choose(1);
    else if (key.text === "-" || key.name === "page-down") choose(-1);
    else if (key.name === "enter" && item?.leave === "save") this.save();
    else if (key.name === "enter" && item?.leave === "discard")
      this.world.leaveSetup(this.machine.id, "discard");
    else if (key.name === "enter") choose(1);
  }

  paste(): void {}
  close(): void {}

  private save(): void {
    saveFirmwareSettings(this.world, this.machine, this.draft);
    this.world.leaveSetup(this.machine.id, "save");
  }

  /** The next line that can be chosen in a direction, or the present one. */
  private nextLine(items: readonly Item[], from: number, step: number): number {
    for (let line = from + step; line >= 0 && line < items.length; line += step) {
      if (items[line]?.change || items[line]?.leave) return line;
    }
    return Math.max(0, from);
  }

  private showItem(row: number, item: Item, isLine: boolean): void {
    const canBeChosen = item.change !== undefined || item.leave !== undefined;
    const isChosen = isLine && canBeChosen;
    const style = isChosen ? chosen : canBeChosen ? changeable : item.value === "" ? plain : faint;
    this.grid.put(row, 3, item.label, item.value === "" && !canBeChosen ? { ...plain, isBold: true } : style);
    const shown = item.change ? `[${item.value}]` : item.value;
    this.grid.put(row, 36, shown, isChosen ? chosen : canBeChosen ? changeable : plain);
  }
}

/** Words in lines of at most so many characters. */
function wrapped(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
