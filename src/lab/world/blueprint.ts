import type { Disk, FileSystem, Machine, OperatingSystem, Package, RaidArray, Unit } from "./machine.ts";
import { drawManagement } from "./management.ts";
import { type Random, randomFor } from "./random.ts";

const gibibyte = 1024 ** 3;

const debian: OperatingSystem = {
  id: "debian",
  name: "Debian GNU/Linux",
  version: "12",
  codename: "bookworm",
  architecture: "x86_64",
};
const ubuntu: OperatingSystem = {
  id: "ubuntu",
  name: "Ubuntu",
  version: "24.04",
  codename: "noble",
  architecture: "x86_64",
};
const kernels = {
  debian: { running: "6.1.0-27-amd64", newest: "6.1.0-28-amd64" },
  ubuntu: { running: "6.8.0-49-generic", newest: "6.8.0-50-generic" },
} as const;

/** What tells one machine from another when it is drawn; the rest follows from role and seed. */
export interface Blueprint {
  id: string;
  role: Machine["role"];
  address: string;
  domain: string;
  tower?: string;
  region?: string;
  system?: "debian" | "ubuntu";
  /** The generation of a tower's management engine, if it has one; the usual one is old enough to answer without TLS. */
  firmware?: "usual" | "recent" | "none";
  services?: string[];
  /** How many of the packages have a newer version. */
  pending?: number;
}

const sizes = {
  bounce: { processors: 2, memory: 2, swap: 1, root: 20 },
  tower: { processors: 16, memory: 64, swap: 8, root: 60 },
  vm: { processors: 4, memory: 8, swap: 2, root: 40 },
} as const;

const commonServices = ["ssh", "cron", "systemd-journald", "systemd-timesyncd", "systemd-logind", "dbus"];
const descriptions: Record<string, string> = {
  ssh: "OpenBSD Secure Shell server",
  cron: "Regular background program processing daemon",
  "systemd-journald": "Journal Service",
  "systemd-timesyncd": "Network Time Synchronization",
  "systemd-logind": "User Login Management",
  dbus: "D-Bus System Message Bus",
  nginx: "A high performance web server and a reverse proxy server",
  postgresql: "PostgreSQL RDBMS",
  postfix: "Postfix Mail Transport Agent",
  restic: "Nightly backup to the other tower",
  "gitlab-runner": "Build runner",
  libvirtd: "Virtualization daemon",
  smartmontools: "Self Monitoring and Reporting Technology (SMART) Daemon",
  mdmonitor: "MD array monitor",
};

/** The description that `systemctl` prints for a service. */
export function describeUnit(name: string): string {
  return descriptions[name.replace(/\.service$/, "")] ?? `${name.replace(/\.service$/, "")} service`;
}

function units(services: readonly string[]): Unit[] {
  return services.map((name) => ({
    name: `${name}.service`,
    description: describeUnit(name),
    state: name === "restic" ? "exited" : "running",
  }));
}

function towerDisks(random: Random): Disk[] {
  return ["sda", "sdb", "nvme0n1"].map((device) => ({
    device,
    model: device.startsWith("nvme") ? "Lab NVMe 960G" : "Lab Archive 4T",
    serial: `LAB${random.hexadecimal(8).toUpperCase()}`,
    bytes: device.startsWith("nvme") ? 960_197_124_096 : 4_000_787_030_016,
    rotational: !device.startsWith("nvme"),
    powerOnHours: random.between(4_000, 32_000),
    celsius: random.between(31, 41),
    pendingSectors: 0,
  }));
}

function virtualDisk(random: Random, root: number): Disk[] {
  return [
    {
      device: "vda",
      model: "Virtual disk",
      serial: random.hexadecimal(12),
      bytes: (root + 2) * gibibyte,
      rotational: false,
      powerOnHours: 0,
      celsius: 0,
      pendingSectors: 0,
    },
  ];
}

const towerArrays: RaidArray[] = [
  { device: "md0", level: "raid1", members: ["sda1", "sdb1"], blocks: 1_046_528 },
  { device: "md1", level: "raid1", members: ["sda2", "sdb2"], blocks: 3_905_834_176 },
];

function fileSystems(blueprint: Blueprint, random: Random, rootGibibytes: number): FileSystem[] {
  const fill = (bytes: number) => Math.round(bytes * (0.25 + random.next() * 0.35));
  const root = rootGibibytes * gibibyte;
  const shown: FileSystem[] = [
    {
      source: blueprint.role === "tower" ? "/dev/nvme0n1p2" : "/dev/vda1",
      type: "ext4",
      mountedOn: "/",
      bytes: root,
      usedBytes: fill(root),
    },
  ];
  if (blueprint.role === "tower") {
    shown.push(
      {
        source: "/dev/md0",
        type: "ext4",
        mountedOn: "/boot",
        bytes: gibibyte,
        usedBytes: Math.round(gibibyte * 0.21),
      },
      {
        source: "/dev/md1",
        type: "xfs",
        mountedOn: "/srv",
        bytes: 3725 * gibibyte,
        usedBytes: fill(3725 * gibibyte),
      },
    );
  }
  return shown;
}

const packageNames: [string, ...string[]] = [
  "libssl3",
  "openssl",
  "curl",
  "libcurl4",
  "bash",
  "tzdata",
  "libc6",
  "vim-common",
  "sudo",
  "systemd",
  "libsystemd0",
  "base-files",
  "openssh-server",
  "ca-certificates",
];

function packages(blueprint: Blueprint, system: OperatingSystem, random: Random): Package[] {
  const pending = blueprint.pending ?? 0;
  const listed = packageNames.map((name, index): Package => {
    const version = `${random.between(1, 9)}.${random.between(0, 20)}-${random.between(1, 5)}`;
    const security = random.next() < 0.4;
    return {
      name,
      installed: version,
      candidate: index < pending ? `${version}+deb${system.version.replace(".", "")}u1` : null,
      security,
    };
  });
  const kernel = kernels[system.id];
  listed.push({
    name: system.id === "debian" ? "linux-image-amd64" : "linux-image-generic",
    installed: kernel.running,
    candidate: pending > 0 ? kernel.newest : null,
    security: true,
  });
  return listed;
}

/** Draws a machine: the same for the same seed and blueprint. It has been up for some days at `now`. */
export function drawMachine(blueprint: Blueprint, seed: number, now: number): Machine {
  const random = randomFor(seed, `machine ${blueprint.id}`);
  const size = sizes[blueprint.role];
  const system = blueprint.system === "ubuntu" ? ubuntu : debian;
  const services = [...commonServices, ...(blueprint.services ?? [])];
  if (blueprint.role === "tower") services.push("libvirtd", "smartmontools", "mdmonitor");
  const bootedAt = now - random.between(2 * 86_400, 60 * 86_400) * 1000;
  return {
    id: blueprint.id,
    role: blueprint.role,
    tower: blueprint.tower ?? null,
    region: blueprint.region ?? null,
    hostname: `${blueprint.id}.${blueprint.domain}`,
    address: blueprint.address,
    machineId: random.hexadecimal(32),
    power: "on",
    stage: "system",
    stageSince: bootedAt,
    nextBoot: "disk",
    management:
      blueprint.role === "tower" && blueprint.firmware !== "none"
        ? drawManagement(
            blueprint.firmware === "recent",
            randomFor(seed, `management ${blueprint.id}`),
            bootedAt,
          )
        : null,
    startsWithTower: true,
    bootId: random.uuid(),
    boots: 1,
    bootedAt,
    system,
    kernel: kernels[system.id].running,
    installedKernel: kernels[system.id].running,
    processors: size.processors,
    processorModel: blueprint.role === "tower" ? "Lab Processor 16-Core" : "Virtual Processor",
    memoryBytes: size.memory * gibibyte,
    swapBytes: size.swap * gibibyte,
    usualLoad: size.processors * (0.05 + random.next() * 0.3),
    usualMemory: 0.25 + random.next() * 0.4,
    disks: blueprint.role === "tower" ? towerDisks(random) : virtualDisk(random, size.root),
    fileSystems: fileSystems(blueprint, random, size.root),
    arrays: blueprint.role === "tower" ? structuredClone(towerArrays) : [],
    units: units(services),
    packages: packages(blueprint, system, random),
    logIns: { tried: 0, accepted: 0 },
    log: [{ at: bootedAt, unit: "kernel", text: `Linux version ${kernels[system.id].running}` }],
  };
}
