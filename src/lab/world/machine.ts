import type { Management } from "./management.ts";

type MachineRole = "bounce" | "tower" | "vm";
type Power = "off" | "starting" | "on" | "stopping";
/**
 * Where the hardware stands: nothing runs, the firmware tests it, its setup is open, it looks for a start over the
 * network, the boot loader runs, the operating system runs (while the power is `starting`: only its kernel).
 */
export type Stage = "none" | "post" | "setup" | "network" | "loader" | "system";
/** Where the firmware goes after its tests, the next time only. */
export type NextBoot = "disk" | "setup" | "network";

export interface OperatingSystem {
  id: "debian" | "ubuntu";
  name: string;
  version: string;
  codename: string;
  architecture: "x86_64";
}

export interface Disk {
  /** The kernel's name, without /dev. */
  device: string;
  model: string;
  serial: string;
  bytes: number;
  rotational: boolean;
  powerOnHours: number;
  celsius: number;
  /** Sectors that wait to be reallocated; more than none is an early sign. */
  pendingSectors: number;
}

export interface FileSystem {
  source: string;
  type: "ext4" | "tmpfs" | "vfat" | "xfs";
  mountedOn: string;
  bytes: number;
  usedBytes: number;
}

/** A Linux software RAID array (md(4)). */
export interface RaidArray {
  device: string;
  level: "raid1" | "raid10";
  members: string[];
  blocks: number;
}

/** One run of a job, in world time; `endedAt` null: it goes on, or the machine went down in the middle. */
export interface JobRun {
  invocation: string;
  startedAt: number;
  endedAt: number | null;
  isGood: boolean;
}

export interface Unit {
  name: string;
  description: string;
  state: "running" | "exited" | "failed" | "dead";
  /** Whether it starts with the machine; it does where that is left out. */
  enabled?: boolean;
  /** Of a timer: the service that it starts, and how often, counted from midnight UTC; milliseconds. */
  timer?: { starts: string; every: number; lastTriggeredAt: number | null };
  /** Of a service that does its work and ends: how long that takes, and the last time. */
  job?: { takes: number; last: JobRun | null };
}

export interface Package {
  name: string;
  installed: string;
  /** The newer version that can be had, if there is one. */
  candidate: string | null;
  security: boolean;
}

/** One line of a machine's own log. */
interface LogLine {
  at: number;
  unit: string;
  text: string;
}

/** A machine of the World: hardware and what is installed on it, without the faults that are laid over it. */
export interface Machine {
  id: string;
  role: MachineRole;
  /** The tower that a VM lives on. */
  tower: string | null;
  /** The region that it stands in, of those that have a hypervisor of their own. */
  region: string | null;
  hostname: string;
  /** In-world address; nothing on the real network answers to it. */
  address: string;
  machineId: string;
  /** `on` only once the operating system takes log-ins. */
  power: Power;
  stage: Stage;
  /** Since when the hardware is in that stage; epoch milliseconds, world time. */
  stageSince: number;
  nextBoot: NextBoot;
  /** The management engine; towers only. */
  management: Management | null;
  /** Whether it starts by itself when its tower has started. */
  startsWithTower: boolean;
  bootId: string;
  boots: number;
  /** Epoch milliseconds, world time. */
  bootedAt: number;
  system: OperatingSystem;
  kernel: string;
  /** The newest kernel on its disk; runs from the next boot on. */
  installedKernel: string;
  processors: number;
  processorModel: string;
  memoryBytes: number;
  swapBytes: number;
  /** What the load swings around. */
  usualLoad: number;
  /** The share of memory that is in use on an ordinary day. */
  usualMemory: number;
  disks: Disk[];
  fileSystems: FileSystem[];
  arrays: RaidArray[];
  units: Unit[];
  packages: Package[];
  log: LogLine[];
  /** Log-in requests with a credential, and those that were accepted. */
  logIns: { tried: number; accepted: number };
}
