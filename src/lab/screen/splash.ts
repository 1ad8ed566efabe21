import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { CellGrid, type Style } from "./cell-grid.ts";
import type { Framebuffer } from "./framebuffer.ts";
import type { Key } from "./keyboard.ts";
import type { Picture } from "./picture.ts";

const size = { width: 800, height: 600 };
const plain: Style = { ink: 0xb8bcc4, paper: 0x000000 };
const bright: Style = { ink: 0xffffff, paper: 0x000000 };
const accent: Style = { ink: 0x6fc3ff, paper: 0x000000 };
/** World milliseconds that the memory test takes, and between one disk and the next. */
const memoryTime = 1_400;
const diskTime = 450;
const mebibyte = 1024 ** 2;

/** An arch over water: the mark of the lab's firmware. */
function drawMark(framebuffer: Framebuffer, left: number, top: number): void {
  for (let x = 0; x < 96; x += 1) {
    const arch = Math.round(40 * Math.sqrt(Math.max(0, 1 - ((x - 48) / 40) ** 2)));
    framebuffer.fill({ x: left + x, y: top, width: 1, height: 8 }, 0x6fc3ff);
    framebuffer.fill({ x: left + x, y: top + 8, width: 1, height: Math.max(4, 44 - arch) }, 0x3a7fb8);
    const wave = Math.round(2 * Math.sin(x / 5));
    framebuffer.fill({ x: left + x, y: top + 58 + wave, width: 1, height: 3 }, 0x6fc3ff);
  }
}

/** What the firmware calls the board that it runs on. */
export function boardOf(machine: Machine): string {
  return machine.role === "vm"
    ? "Virtual machine"
    : `Tower board, AMT ${machine.management?.version ?? "none"}`;
}

/** Decimal gigabytes or terabytes, as makers of disks count. */
export function diskSize(bytes: number): string {
  return bytes >= 1e12 ? `${(bytes / 1e12).toFixed(1)} TB` : `${Math.round(bytes / 1e9)} GB`;
}

/** The firmware's tests at power on: memory counted, disks found one by one, and two keys that lead elsewhere. */
export class Splash implements Picture {
  readonly grid = new CellGrid(size.width, size.height, plain);
  readonly marked = [];
  private readonly world: World;
  private readonly machine: Machine;
  private readonly onBootMenu: () => void;

  /** `onBootMenu` is told when the menu was asked for that the firmware shows after its tests. */
  constructor(world: World, machine: Machine, onBootMenu: () => void) {
    this.world = world;
    this.machine = machine;
    this.onBootMenu = onBootMenu;
    drawMark(this.grid.framebuffer, 40, 36);
    this.grid.framebuffer.drawLarge(160, 42, "Lab Firmware", 0xffffff, 3);
    this.grid.put(6, 20, "UEFI 2.7, revision 1.14", plain);
  }

  refresh(): boolean {
    const { grid, machine } = this;
    const elapsed = this.world.clock.now() - machine.stageSince;
    grid.put(9, 5, `Board      ${boardOf(machine)}`);
    grid.put(10, 5, `Processor  ${machine.processorModel}, ${machine.processors} threads`);
    const memory = Math.round(machine.memoryBytes / mebibyte);
    const counted = Math.min(memory, Math.floor((memory * elapsed) / memoryTime / 256) * 256);
    const isCounted = elapsed >= memoryTime;
    grid.put(11, 5, `Memory     ${String(isCounted ? memory : counted).padStart(6)} MiB`);
    grid.put(11, 27, isCounted ? "OK" : "  ", accent);
    const found = Math.floor((elapsed - memoryTime) / diskTime);
    if (isCounted) grid.put(13, 5, "Looking for disks", bright);
    for (const [index, disk] of machine.disks.slice(0, Math.max(0, found)).entries()) {
      const bus = disk.device.startsWith("nvme")
        ? "NVMe  "
        : disk.device.startsWith("v")
          ? "VirtIO"
          : "SATA  ";
      grid.put(14 + index, 7, `${bus} ${index}  ${disk.model.padEnd(20)} ${disk.serial.padEnd(14)}`);
      grid.put(14 + index, 54, diskSize(disk.bytes).padStart(8), accent);
    }
    const isDone = found > machine.disks.length;
    if (isDone) grid.put(15 + machine.disks.length, 5, `${machine.disks.length} found, starting`, bright);
    grid.put(34, 5, "F2", accent);
    grid.put(34, 8, "Set-up");
    grid.put(34, 20, "F12", accent);
    grid.put(34, 24, "Boot menu");
    if (machine.nextBoot === "setup") grid.put(34, 60, "Entering set-up …", bright);
    if (machine.nextBoot === "network") grid.put(34, 60, "Starting from the network …", bright);
    return !isDone;
  }

  press(key: Key): void {
    if (key.name !== "f2" && key.name !== "delete" && key.name !== "f12") return;
    this.machine.nextBoot = "setup";
    if (key.name === "f12") this.onBootMenu();
  }

  paste(): void {}
  close(): void {}
}
