import { pause, type WorldClock } from "./clock.ts";
import type { CopiedMachine } from "./copied-machine.ts";
import { type Fault, type FaultName, isOfRegions, isVirtual, parseFault } from "./faults.ts";
import type { Machine, Stage } from "./machine.ts";
import { logEvent } from "./management.ts";
import { type Random, randomFor } from "./random.ts";
import { type RegionNames, Regions } from "./regions.ts";
import { drawCopiedSite, drawSite, type Sites } from "./site.ts";
import { drawVirtualSite } from "./virtual/regions.ts";
import type { VirtualSite } from "./virtual/virtual-state.ts";
import { VirtualWorld } from "./virtual/virtual-world.ts";

/** Something in the World that changed; servers and tests listen to it. */
export interface Change {
  at: number;
  machine: string;
  what: "power" | "stage" | "fault" | "packages" | "units" | "management";
}

export interface WorldOptions {
  seed: number;
  clock: WorldClock;
  /** Further hosts beside the site's own, for benchmarks. */
  extraHosts?: number;
  /** Which sites stand; Atelier alone when left out. */
  sites?: Sites;
  /** Further VMs on the hypervisors, for benchmarks. */
  extraGuests?: number;
  /** What stands of a copied estate, behind the bounce alone; `sites` is left out then. */
  copied?: CopiedSite;
}

/** The machines and hypervisors of a copied estate, and the names of its regions and of what is in them. */
export interface CopiedSite {
  machines: readonly CopiedMachine[];
  virtual: VirtualSite;
  regions: RegionNames;
}

/** World milliseconds that a machine takes to go down in order and to come up. */
const shutdownTime = { bounce: 2_000, tower: 4_000, vm: 2_000 } as const;
const bootTime = { bounce: 6_000, tower: 14_000, vm: 6_000 } as const;
/** The shares of it that the firmware's tests and the boot loader take; the kernel takes the rest. */
const postShare = 0.4;
const loaderShare = 0.2;
/** World milliseconds that the firmware looks for a start over the network before it gives up. */
const networkTime = 8_000;
/** World milliseconds that a power cycle leaves a machine without power. */
const cycleTime = 3_000;

/** World milliseconds from the kernel's first line to the log-in prompt, and from the farewell to the end. */
export function systemTimes(role: Machine["role"]): { start: number; stop: number } {
  return { start: bootTime[role] * (1 - postShare - loaderShare), stop: shutdownTime[role] };
}

/**
 * The state of everything that the lab shows, and how it changes. Faults are laid over the machines and not
 * written into them, so that lifting one brings back what was there before.
 */
export class World {
  readonly seed: number;
  readonly clock: WorldClock;
  readonly machines: ReadonlyMap<string, Machine>;
  /** The hypervisors and what runs on them; nothing while only Atelier stands. */
  readonly virtual: VirtualWorld;
  readonly regions: Regions;
  private readonly guestMachines = new Map<string, Machine>();
  private readonly random: Random;
  private readonly listeners = new Set<(change: Change) => void>();
  private readonly planned = new Map<string, () => void>();
  private active: Fault[] = [];

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.clock = options.clock;
    this.random = randomFor(options.seed, "world");
    const { seed, clock, sites = "atelier" } = options;
    const { copied } = options;
    const drawn = copied
      ? drawCopiedSite(seed, copied.machines, clock.now())
      : drawSite(seed, { extra: options.extraHosts ?? 0, sites, now: clock.now() });
    this.machines = new Map(drawn.map((machine) => [machine.id, machine]));
    this.regions = new Regions(sites, () => this.active, copied?.regions);
    this.virtual = new VirtualWorld({
      seed,
      clock,
      hardware: this,
      faults: () => this.active,
      site:
        copied?.virtual ??
        drawVirtualSite(seed, { sites, extra: options.extraGuests ?? 0, now: clock.now() }),
    });
  }

  /**
   * Takes a machine in that belongs to no site, such as one that shows what a guest's screen shows: it can be started and
   * stopped like the others, and is in no list.
   */
  takeIn(machine: Machine): void {
    this.guestMachines.set(machine.id, machine);
  }

  /** Whether something has that identifier already. */
  isMachine(id: string): boolean {
    return this.machines.has(id) || this.guestMachines.has(id);
  }

  /** The machine of that identifier; throws when there is none, which is a mistake of the caller. */
  machine(id: string): Machine {
    const machine = this.machines.get(id) ?? this.guestMachines.get(id);
    if (!machine) throw new RangeError(`no machine ${id}`);
    return machine;
  }

  /** The machine at an in-world address, or of that name. */
  find(addressOrName: string): Machine | null {
    for (const machine of this.machines.values()) {
      if ([machine.address, machine.hostname, machine.id].includes(addressOrName)) return machine;
    }
    return null;
  }

  /** Calls `listener` at every change until the function that is returned is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get faults(): readonly Fault[] {
    return this.active;
  }

  /** The fault of that name on that machine, if it is in force. */
  fault(name: FaultName, machine: string): Fault | null {
    return this.active.find((fault) => fault.name === name && fault.target === machine) ?? null;
  }

  /** Lays a fault over the World, given in words; see `parseFault` for the errors. */
  inject(words: readonly string[]): Fault {
    const fault = parseFault(words, this.machines, this.virtual, this.regions);
    this.active = [
      ...this.active.filter(
        (other) =>
          other.name !== fault.name ||
          other.target !== fault.target ||
          (fault.name === "unit-failed" && other.detail !== fault.detail),
      ),
      fault,
    ];
    if (isOfRegions(fault.name)) {
      this.regionChanged(fault, true);
      return fault;
    }
    const machine = isVirtual(fault.name) ? undefined : this.machines.get(fault.target);
    if (!machine) {
      this.virtual.faultChanged(fault, true);
      return fault;
    }
    if (fault.name === "machine-dead") this.powerOff(machine.id);
    if (fault.name === "unit-failed" && fault.detail)
      this.write(machine, "systemd", `${fault.detail}: Failed with result 'exit-code'.`);
    if (fault.name === "raid-degraded")
      this.write(machine, "kernel", "md/raid1:md1: Disk failure on sdb2, disabling device.");
    if (fault.name === "smart-failing")
      this.write(machine, "smartd", "Device: /dev/sdb, FAILED SMART self-check. BACK UP DATA NOW!");
    if (fault.name === "disk-full") this.write(machine, "kernel", "EXT4-fs: No space left on device");
    this.announce(machine, "fault");
    return fault;
  }

  /** Lifts every fault; machines that died by one are started again. */
  clear(): void {
    const lifted = this.active;
    this.active = [];
    for (const fault of lifted) {
      if (isOfRegions(fault.name)) {
        this.regionChanged(fault, false);
        continue;
      }
      const machine = isVirtual(fault.name) ? undefined : this.machines.get(fault.target);
      if (!machine) {
        this.virtual.faultChanged(fault, false);
        continue;
      }
      this.announce(machine, "fault");
      if (fault.name === "machine-dead") this.powerOn(machine.id);
    }
  }

  /** Starts a machine that is off; a VM only when its tower runs. Says whether it starts. */
  powerOn(id: string): boolean {
    const machine = this.machine(id);
    const tower = machine.tower ? this.machine(machine.tower) : null;
    if (machine.power !== "off" || this.fault("machine-dead", id) || (tower && tower.power !== "on"))
      return false;
    if (machine.region !== null && !this.regions.hasPower(machine.region)) return false;
    this.startFirmware(machine);
    return true;
  }

  /** Takes the power away at once, as a pulled plug does; a tower takes its VMs with it. */
  powerOff(id: string): void {
    const machine = this.machine(id);
    this.forget(machine);
    for (const vm of this.guestsOf(machine)) this.powerOff(vm.id);
    if (machine.power !== "off") this.turn(machine, "off", "none");
  }

  /** Starts the machine again at once, as the reset button does: no farewell, and power stays. Not when it is off. */
  reset(id: string): boolean {
    const machine = this.machine(id);
    if (machine.power === "off") return false;
    this.forget(machine);
    for (const vm of this.guestsOf(machine)) this.powerOff(vm.id);
    this.startFirmware(machine);
    return true;
  }

  /** Takes the power away for a few seconds. Not when it is off. */
  cycle(id: string): boolean {
    const machine = this.machine(id);
    if (machine.power === "off") return false;
    this.powerOff(id);
    this.plan(machine, cycleTime, () => this.powerOn(id));
    return true;
  }

  /** Leaves the firmware's setup: what was saved takes a restart, what was not goes on to the disk. */
  leaveSetup(id: string, how: "save" | "discard"): boolean {
    const machine = this.machine(id);
    if (machine.stage !== "setup") return false;
    if (how === "save") this.startFirmware(machine);
    else this.loadSystem(machine);
    return true;
  }

  /** Stops the boot loader's countdown, as a key does: it waits for `leaveLoader` then. Says whether it does. */
  holdLoader(id: string): boolean {
    const machine = this.machine(id);
    if (machine.stage !== "loader") return false;
    this.forget(machine);
    return true;
  }

  /** Lets the boot loader start the system now. */
  leaveLoader(id: string): boolean {
    const machine = this.machine(id);
    if (machine.stage !== "loader") return false;
    this.startSystem(machine);
    return true;
  }

  /** Goes down in order and, for a reboot, comes up again with a new boot identifier. */
  shutDown(id: string, then: "off" | "reboot"): void {
    const machine = this.machine(id);
    if (machine.power !== "on") return;
    this.write(machine, "systemd", then === "reboot" ? "System is rebooting." : "System is powering down.");
    for (const vm of this.guestsOf(machine)) if (vm.power === "on") this.shutDown(vm.id, "off");
    this.turn(machine, "stopping", machine.stage);
    this.plan(machine, shutdownTime[machine.role], () => {
      this.turn(machine, "off", "none");
      if (then === "reboot") this.powerOn(id);
    });
  }

  /** Installs every newer version, taking world time for each; resolves to the names. */
  async upgrade(id: string, signal: AbortSignal, onPackage: (name: string) => Promise<void>): Promise<void> {
    const machine = this.machine(id);
    for (const entry of machine.packages) {
      if (entry.candidate === null) continue;
      await pause(this.clock, 400, signal);
      if (entry.name.startsWith("linux-image")) machine.installedKernel = entry.candidate;
      entry.installed = entry.candidate;
      entry.candidate = null;
      this.write(machine, "dpkg", `upgraded ${entry.name} to ${entry.installed}`);
      this.announce(machine, "packages");
      await onPackage(entry.name);
    }
  }

  /** Adds a line to a machine's own log. */
  write(machine: Machine, unit: string, words: string): void {
    machine.log.push({ at: this.clock.now(), unit, text: words });
    if (machine.log.length > 500) machine.log.splice(0, machine.log.length - 500);
  }

  /** Tells the listeners of a change that was made on a machine's own record. */
  announce(machine: Machine, what: Change["what"]): void {
    for (const listener of [...this.listeners]) listener({ at: this.clock.now(), machine: machine.id, what });
  }

  /** Calls off everything that is planned; the World stands still from then on. */
  close(): void {
    for (const cancel of this.planned.values()) cancel();
    this.planned.clear();
    this.listeners.clear();
    this.virtual.close();
  }

  /** A fault was laid over a region or what it has, or lifted: power comes and goes with it. */
  private regionChanged(fault: Fault, isLaid: boolean): void {
    if (fault.name === "region-dead" || fault.name === "region-half-dead") {
      for (const machine of this.machines.values()) {
        if (machine.region !== fault.target) continue;
        if (isLaid) this.powerOff(machine.id);
        else this.powerOn(machine.id);
      }
    }
    this.virtual.regionChanged(fault.target);
    // Servers that stand on no machine of the World look again by what is told of the bounce.
    this.announce(this.machine("bounce"), "fault");
  }

  private boot(machine: Machine): void {
    machine.bootId = this.random.uuid();
    machine.boots += 1;
    machine.bootedAt = this.clock.now();
    machine.kernel = machine.installedKernel;
    this.write(machine, "kernel", `Linux version ${machine.kernel}`);
    this.turn(machine, "on", "system");
    for (const vm of this.guestsOf(machine)) if (vm.startsWithTower) this.powerOn(vm.id);
  }

  private guestsOf(tower: Machine): Machine[] {
    return [...this.machines.values()].filter((machine) => machine.tower === tower.id);
  }

  private startFirmware(machine: Machine): void {
    this.logEvent(machine, "started");
    this.turn(machine, "starting", "post");
    this.plan(machine, bootTime[machine.role] * postShare, () => {
      const { nextBoot } = machine;
      machine.nextBoot = "disk";
      if (nextBoot === "setup") {
        this.logEvent(machine, "setup");
        this.turn(machine, "starting", "setup");
      } else if (nextBoot === "network") {
        this.turn(machine, "starting", "network");
        this.plan(machine, networkTime, () => {
          this.logEvent(machine, "noMedia");
          this.loadSystem(machine);
        });
      } else this.loadSystem(machine);
    });
  }

  private loadSystem(machine: Machine): void {
    this.logEvent(machine, "loading");
    this.turn(machine, "starting", "loader");
    this.plan(machine, bootTime[machine.role] * loaderShare, () => this.startSystem(machine));
  }

  private startSystem(machine: Machine): void {
    this.turn(machine, "starting", "system");
    this.plan(machine, systemTimes(machine.role).start, () => this.boot(machine));
  }

  private logEvent(machine: Machine, name: Parameters<typeof logEvent>[1]): void {
    if (machine.management) logEvent(machine.management, name, this.clock.now());
  }

  private turn(machine: Machine, power: Machine["power"], stage: Stage): void {
    const isOtherPower = machine.power !== power;
    const isOtherStage = machine.stage !== stage || stage === "post";
    machine.power = power;
    machine.stage = stage;
    if (isOtherStage) machine.stageSince = this.clock.now();
    if (isOtherPower) {
      this.announce(machine, "power");
      this.virtual.hardwareTurned(machine.id, power);
    }
    if (isOtherStage) this.announce(machine, "stage");
  }

  private plan(machine: Machine, milliseconds: number, work: () => void): void {
    this.forget(machine);
    this.planned.set(
      machine.id,
      this.clock.after(milliseconds, () => {
        this.planned.delete(machine.id);
        work();
      }),
    );
  }

  private forget(machine: Machine): void {
    this.planned.get(machine.id)?.();
    this.planned.delete(machine.id);
  }
}
