import type { Machine } from "../world/machine.ts";
import type { World } from "../world/world.ts";
import { CellGrid } from "./cell-grid.ts";
import type { Picture } from "./picture.ts";
import { consoleStyle, TextConsole } from "./text-console.ts";

/** World milliseconds between two dots of a request that nobody answers. */
const dotTime = 500;

/** The hardware address that the firmware shows; a VM has one of QEMU's block. */
function hardwareAddress(machine: Machine): string {
  return (
    machine.management?.macAddress ?? `52:54:00:${machine.machineId.slice(0, 6).replace(/..(?=.)/g, "$&:")}`
  );
}

/** A start over the network that finds no DHCP server. */
export class NetworkBoot implements Picture {
  readonly grid = new CellGrid(800, 600, consoleStyle);
  private readonly console = new TextConsole(this.grid);
  private readonly world: World;
  private readonly machine: Machine;
  private dots = 0;

  constructor(world: World, machine: Machine) {
    this.world = world;
    this.machine = machine;
    this.console.print(
      [
        "",
        ">>Start PXE over IPv4.",
        "",
        "Network boot agent, revision 2.1",
        `Station address  ${hardwareAddress(machine).toUpperCase()}   link is up, 1000 Mb/s`,
        `System           ${machine.management?.platformGuid.toUpperCase() ?? machine.machineId}`,
        "",
        "Requesting an address by DHCP ",
      ].join("\r\n"),
    );
  }

  get marked() {
    return this.console.cursor ? [this.console.cursor] : [];
  }

  refresh(): boolean {
    const due = Math.floor((this.world.clock.now() - this.machine.stageSince) / dotTime);
    for (; this.dots < Math.min(due, 14); this.dots += 1) {
      if (this.dots < 13) this.console.print(".");
      else {
        this.console.print(
          "\r\n\r\nPXE-E18: no DHCP offer was received.\r\nPXE-M0F: leaving the network, trying the next device.\r\n",
        );
      }
    }
    return this.dots < 14;
  }

  press(): void {}
  paste(): void {}
  close(): void {}
}
