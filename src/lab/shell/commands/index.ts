import type { Machine } from "../../world/machine.ts";
import type { ProgramTable } from "../process.ts";
import { awkPrograms } from "./awk/program.ts";
import { digestPrograms } from "./digests.ts";
import { exprPrograms } from "./expr.ts";
import { fileChanges } from "./file-changes.ts";
import { findPrograms } from "./find.ts";
import { grepPrograms } from "./grep.ts";
import { listingPrograms } from "./ls.ts";
import { packagePrograms } from "./packages.ts";
import { pathPrograms } from "./paths.ts";
import { powerPrograms } from "./power.ts";
import { processPrograms } from "./processes.ts";
import { sedPrograms } from "./sed.ts";
import { servicePrograms } from "./services.ts";
import { smartPrograms } from "./smart.ts";
import { sortingPrograms } from "./sorting.ts";
import { storagePrograms } from "./storage.ts";
import { systemPrograms } from "./system.ts";
import { testPrograms } from "./test.ts";
import { textFilters } from "./text-filters.ts";
import { wordPrograms } from "./words.ts";

/** Every program that a machine of the lab may have. */
export const allPrograms: ProgramTable = {
  ...awkPrograms,
  ...digestPrograms,
  ...exprPrograms,
  ...fileChanges,
  ...findPrograms,
  ...grepPrograms,
  ...listingPrograms,
  ...packagePrograms,
  ...pathPrograms,
  ...powerPrograms,
  ...processPrograms,
  ...sedPrograms,
  ...servicePrograms,
  ...smartPrograms,
  ...sortingPrograms,
  ...storagePrograms,
  ...systemPrograms,
  ...testPrograms,
  ...textFilters,
  ...wordPrograms,
};

const administration = new Set(["mdadm", "smartctl", "reboot", "shutdown", "poweroff", "halt"]);
const hardwareOnly = new Set(["mdadm", "smartctl"]);

/** Where the programs of one machine stand: only towers have tools for disks, only Ubuntu has apt-check. */
export function programPaths(machine: Machine): Map<string, string> {
  const paths = new Map<string, string>();
  for (const name of Object.keys(allPrograms)) {
    if (hardwareOnly.has(name) && machine.arrays.length === 0) continue;
    if (name === "apt-check") {
      if (machine.system.id === "ubuntu") paths.set(name, `/usr/lib/update-notifier/${name}`);
    } else paths.set(name, `/usr/${administration.has(name) ? "sbin" : "bin"}/${name}`);
  }
  return paths;
}
