import type { FactKey } from "../../../shared/facts.ts";
import type { FactValue } from "../../../shared/resource.ts";
import type { FileSystem } from "./parse/df.ts";
import type { RaidArray } from "./parse/mdstat.ts";
import type { Disk } from "./parse/smart.ts";
import type { MaintenanceReading, Reading } from "./reading.ts";

export type Facts = Partial<Record<FactKey, FactValue>>;

/** The facts of the quick part; `bootedAt` in epoch milliseconds. What the host did not say is left out. */
export function quickFacts(reading: Reading, bootedAt: number | null): Facts {
  const { kernel, load, memory, fileSystems, raid, failedUnits, reboot } = reading;
  return present({
    "os.name": reading.os,
    "os.kernel": kernel?.kernel,
    "os.architecture": kernel?.architecture,
    "os.hostname": kernel?.hostname,
    "os.bootId": reading.bootId,
    "os.bootedAt": bootedAt,
    "cpu.count": reading.processors,
    "load.one": load?.one,
    "load.five": load?.five,
    "load.fifteen": load?.fifteen,
    "memory.total": memory?.total,
    "memory.available": memory?.available,
    "memory.used": usedPercent(memory?.total, memory?.available),
    "swap.used": usedPercent(memory?.swapTotal, memory?.swapFree),
    "disk.fullest": fileSystems ? Math.max(...fileSystems.map((each) => each.usedPercent)) : null,
    "disk.fileSystems": fileSystems?.map(fileSystemWords),
    "raid.arrays": raid?.map(arrayWords),
    "raid.state": raid
      ? worst(
          raid.map((array) => array.state),
          raidOrder,
        )
      : null,
    "units.failed": failedUnits,
    "packages.manager": reading.packageManager,
    "reboot.needed": reboot?.needed,
    "reboot.reasons": reboot?.needed ? reboot.reasons : null,
  });
}

/** The facts of the maintenance part. */
export function maintenanceFacts(reading: MaintenanceReading): Facts {
  const { disks, updates } = reading;
  return present({
    "smart.disks": disks?.map(diskWords),
    "smart.state": disks
      ? worst(
          disks.map((disk) => disk.state),
          smartOrder,
        )
      : null,
    "updates.pending": updates?.pending,
    "updates.security": updates?.security,
  });
}

const raidOrder = ["inactive", "degraded", "rebuilding", "checking", "clean"] as const;
const smartOrder = ["failing", "worn", "passed"] as const;

/** The worst state; null when it would be a good one and somebody's is unknown, or when there is none. */
function worst<State extends string>(states: (State | null)[], order: readonly State[]): State | null {
  const found = order.find((state) => states.includes(state)) ?? null;
  return found === order.at(-1) && states.includes(null) ? null : found;
}

function usedPercent(total: number | null | undefined, free: number | null | undefined): number | null {
  if (typeof total !== "number" || typeof free !== "number" || total === 0) return null;
  return Math.round(((total - free) * 1000) / total) / 10;
}

const gibibyte = 1024 ** 3;

function fileSystemWords(each: FileSystem): string {
  const size = `${(each.used / gibibyte).toFixed(1)} / ${(each.total / gibibyte).toFixed(1)} GiB`;
  return [each.place, `${each.usedPercent} %`, size, each.type ?? each.source].join(" · ");
}

/** One line on an array in the words of /proc/mdstat. */
function arrayWords(array: RaidArray): string {
  const members = array.wanted === null ? null : `${array.working}/${array.wanted}`;
  const activity =
    array.activity === null
      ? null
      : `${array.activity.kind} ${array.activity.percent === null ? "…" : `${array.activity.percent} %`}`;
  const failed = array.failed.length > 0 ? `${array.failed.join(", ")} (F)` : null;
  return [array.name, array.level, array.state ?? "?", members, activity, failed]
    .filter((word) => word !== null)
    .join(" · ");
}

function diskWords(disk: Disk): string {
  const temperature = disk.temperature === null ? null : `${disk.temperature} °C`;
  return [disk.device, disk.state ?? "?", temperature, disk.model]
    .filter((word) => word !== null)
    .join(" · ");
}

function present(facts: Partial<Record<FactKey, FactValue | null | undefined>>): Facts {
  const kept: Facts = {};
  for (const [key, value] of Object.entries(facts)) {
    if (value !== null && value !== undefined) kept[key as FactKey] = value;
  }
  return kept;
}
