import { describeUnit } from "./blueprint.ts";
import type { Disk, FileSystem, Machine, Unit } from "./machine.ts";
import type { World } from "./world.ts";

/** A machine as it shows itself: its own record with the faults in force laid over it. */
export class MachineView {
  readonly world: World;
  readonly machine: Machine;

  constructor(world: World, machine: Machine) {
    this.world = world;
    this.machine = machine;
  }

  /** Epoch milliseconds, world time. */
  now(): number {
    return this.world.clock.now();
  }

  uptimeSeconds(): number {
    return Math.max(0, (this.now() - this.machine.bootedAt) / 1000);
  }

  /** Load averages over 1, 5 and 15 minutes: a slow swing, so that a curve has something to show. */
  load(): [number, number, number] {
    const swing = (period: number, depth: number) =>
      Math.sin((this.now() / 1000 + this.machine.memoryBytes / 1e9) / period) * depth;
    const usual = this.machine.usualLoad;
    return [
      Math.max(0.01, usual * (1 + swing(97, 0.5) + swing(17, 0.2))),
      Math.max(0.01, usual * (1 + swing(97, 0.3))),
      Math.max(0.01, usual * (1 + swing(397, 0.15))),
    ];
  }

  /** Bytes of memory that programs may still take. */
  memoryAvailable(): number {
    const swing = Math.sin(this.now() / 1000 / 211) * 0.03;
    return Math.round(this.machine.memoryBytes * (1 - this.machine.usualMemory - swing));
  }

  swapUsed(): number {
    return Math.round(this.machine.swapBytes * 0.02);
  }

  diskIsFull(): boolean {
    return this.world.fault("disk-full", this.machine.id) !== null;
  }

  fileSystems(): FileSystem[] {
    const full = this.diskIsFull();
    return this.machine.fileSystems.map((entry) =>
      full && entry.mountedOn === "/" ? { ...entry, usedBytes: entry.bytes } : entry,
    );
  }

  /** The member partitions that have dropped out of their array. */
  failedMembers(): string[] {
    return this.world.fault("raid-degraded", this.machine.id) ? ["sdb2"] : [];
  }

  disks(): (Disk & { failing: boolean })[] {
    const failing = this.world.fault("smart-failing", this.machine.id) !== null;
    return this.machine.disks.map((disk) => {
      const bad = failing && disk.device === "sdb";
      return { ...disk, failing: bad, pendingSectors: bad ? 184 : disk.pendingSectors };
    });
  }

  units(): Unit[] {
    const failed = this.world.faults
      .filter((fault) => fault.name === "unit-failed" && fault.target === this.machine.id)
      .map((fault) => (fault.detail?.includes(".") ? fault.detail : `${fault.detail}.service`));
    const known = this.machine.units.map((unit) =>
      failed.includes(unit.name) ? { ...unit, state: "failed" as const } : unit,
    );
    const further = failed.filter((name) => !known.some((unit) => unit.name === name));
    return [
      ...known,
      ...further.map((name) => ({ name, description: describeUnit(name), state: "failed" as const })),
    ];
  }

  rebootNeeded(): boolean {
    return this.machine.installedKernel !== this.machine.kernel;
  }
}
