import type { Section, Sections } from "../host-sections.ts";
import { type FileSystem, parseDf, parseMounts } from "./parse/df.ts";
import { parseMdstat, type RaidArray } from "./parse/mdstat.ts";
import { type Memory, parseMeminfo } from "./parse/meminfo.ts";
import { judgeReboot, type RebootNeed } from "./parse/reboot.ts";
import { type Disk, parseSmart } from "./parse/smart.ts";
import {
  type KernelNames,
  parseBootId,
  parseLoad,
  parseOsRelease,
  parseProcessors,
  parseUname,
  parseUptime,
} from "./parse/system.ts";
import { parseFailedUnits } from "./parse/units.ts";
import {
  countApk,
  countDnf,
  countPacman,
  type PackageManager,
  parseApt,
  parsePackageManager,
  type Updates,
} from "./parse/updates.ts";

/** What one run of the facts script told of a host. Null is "the host did not say", never a value. */
export interface Reading {
  os: string | null;
  kernel: KernelNames | null;
  bootId: string | null;
  /** Seconds since boot. */
  uptime: number | null;
  processors: number | null;
  load: { one: number; five: number; fifteen: number } | null;
  memory: Memory | null;
  fileSystems: FileSystem[] | null;
  raid: RaidArray[] | null;
  failedUnits: string[] | null;
  packageManager: PackageManager | null;
  reboot: RebootNeed | null;
}

/** The costly part, read seldom. */
export interface MaintenanceReading {
  updates: Updates | null;
  /** Null when no disk could be asked. */
  disks: Disk[] | null;
  needsRestarting: { body: string; status: number | null } | null;
  /** The host does not let this account use smartctl through sudo. */
  sudoRefused: boolean;
}

/** Reads the quick sections; a section that is missing, cut short or not understood leaves its values null. */
export function readQuick(sections: Sections, maintenance: MaintenanceReading | null): Reading {
  const body = (name: string) => sections.whole(name)?.body ?? null;
  const read = <Value>(name: string, parse: (words: string) => Value | null): Value | null => {
    const words = body(name);
    return words === null ? null : parse(words);
  };
  const kernel = read("uname", parseUname);
  return {
    os: read("os-release", parseOsRelease),
    kernel,
    bootId: read("boot-id", parseBootId),
    uptime: read("uptime", parseUptime),
    processors: read("nproc", parseProcessors),
    load: read("loadavg", parseLoad),
    memory: read("meminfo", parseMeminfo),
    fileSystems: readFileSystems(sections, read("mounts", parseMounts)),
    raid: read("mdstat", parseMdstat),
    failedUnits: sections.whole("units")?.status === 0 ? read("units", parseFailedUnits) : null,
    packageManager: read("packages", parsePackageManager),
    reboot: judgeReboot({
      flag: body("reboot-flag"),
      running: kernel?.kernel ?? null,
      boot: body("boot"),
      modules: body("modules"),
      needsRestarting: maintenance?.needsRestarting ?? null,
    }),
  };
}

/** Status 1 says that some file system could not be looked at; a killed df may have stopped in the middle of a line. */
function readFileSystems(sections: Sections, types: Map<string, string> | null): FileSystem[] | null {
  const df = sections.whole("df");
  if (!df || df.status === null || df.status > 1) return null;
  const found = parseDf(df.body, types);
  return found.length > 0 ? found : null;
}

/** Reads the maintenance sections in the same way. */
export function readMaintenance(sections: Sections): MaintenanceReading {
  const disks = sections.all
    .filter((section) => section.name === "smart" && section.status !== null)
    .flatMap((section) => parseSmart(section.detail, section.body) ?? []);
  const restarting = sections.whole("needs-restarting");
  return {
    updates: readUpdates((name) => sections.whole(name)),
    disks: disks.length > 0 ? disks : null,
    needsRestarting: restarting ? { body: restarting.body, status: restarting.status } : null,
    sudoRefused: sections.whole("sudo-refused") !== undefined,
  };
}

function readUpdates(whole: (name: string) => Section | undefined): Updates | null {
  const apt = whole("updates-apt");
  if (apt?.status === 0) return parseApt(apt.body);
  const dnf = whole("updates-dnf");
  if (dnf) {
    const pending = countDnf(dnf.body, dnf.status);
    const security = whole("updates-dnf-security");
    return pending === null
      ? null
      : { pending, security: security ? countDnf(security.body, security.status) : null };
  }
  const apk = whole("updates-apk");
  const pacman = whole("updates-pacman");
  const pending = apk
    ? countApk(apk.body, apk.status)
    : pacman
      ? countPacman(pacman.body, pacman.status)
      : null;
  return pending === null ? null : { pending, security: null };
}

/** Whether the script brought anything at all; a host that says nothing is not a host that is well. */
export function saysSomething(reading: Reading): boolean {
  return Object.values(reading).some((value) => value !== null);
}
