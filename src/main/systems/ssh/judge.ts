import { type Health, healthOrder, type Problem } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { RaidArray } from "./parse/mdstat.ts";
import type { MaintenanceReading, Reading } from "./reading.ts";

/** Percent of a file system in use. */
const diskWarning = 90;
const diskCritical = 97;
/** Share of the memory that should stay available. */
const memoryWarning = 0.05;

/** What is wrong with a host by what was read, in words, the worst first. */
export function judge(reading: Reading, maintenance: MaintenanceReading | null): Problem[] {
  const problems = [
    ...diskProblems(reading),
    ...(reading.raid ?? []).flatMap(raidProblem),
    ...(maintenance ? smartProblems(maintenance) : []),
    ...memoryProblems(reading),
    ...unitProblems(reading),
    ...(maintenance ? updateProblems(maintenance) : []),
  ];
  return problems.sort((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health));
}

/** The worst health among the problems; `ok` without any. */
export function healthOf(problems: readonly Problem[]): Health {
  return healthOrder.find((health) => problems.some((problem) => problem.health === health)) ?? "ok";
}

function problem(code: string, health: Health, words: LocalText): Problem {
  return { code, health, text: words };
}

function diskProblems(reading: Reading): Problem[] {
  return (reading.fileSystems ?? [])
    .filter((each) => each.usedPercent >= diskWarning)
    .map((each) =>
      problem(
        "disk.full",
        each.usedPercent >= diskCritical ? "critical" : "warning",
        text(
          `The file system ${each.place} is ${each.usedPercent} % full.`,
          `Le système de fichiers ${each.place} est plein à ${each.usedPercent} %.`,
        ),
      ),
    );
}

function raidProblem(array: RaidArray): Problem[] {
  const lost = array.failed.length > 0 ? ` (${array.failed.join(", ")})` : "";
  const members = array.wanted === null ? "" : ` ${array.working}/${array.wanted}`;
  if (array.state === "inactive") {
    return [
      problem(
        "raid.inactive",
        "critical",
        text(`The RAID array ${array.name} is not running.`, `La grappe RAID ${array.name} est à l'arrêt.`),
      ),
    ];
  }
  if (array.state === "degraded") {
    return [
      problem(
        "raid.degraded",
        "critical",
        text(
          `The RAID array ${array.name} is degraded${members}${lost}.`,
          `La grappe RAID ${array.name} est dégradée${members}${lost}.`,
        ),
      ),
    ];
  }
  if (array.state === "rebuilding") {
    const percent = array.activity?.percent ?? null;
    return [
      problem(
        "raid.rebuilding",
        "critical",
        percent === null
          ? text(
              `The RAID array ${array.name} is degraded${members} and waits to be rebuilt.`,
              `La grappe RAID ${array.name} est dégradée${members} et attend sa reconstruction.`,
            )
          : text(
              `The RAID array ${array.name} is degraded${members} and rebuilt to ${percent} %.`,
              `La grappe RAID ${array.name} est dégradée${members} et reconstruite à ${percent} %.`,
            ),
      ),
    ];
  }
  if (array.failed.length > 0) {
    return [
      problem(
        "raid.failed-member",
        "warning",
        text(
          `The RAID array ${array.name} still holds failed members: ${array.failed.join(", ")}.`,
          `La grappe RAID ${array.name} contient encore des membres défaillants : ${array.failed.join(", ")}.`,
        ),
      ),
    ];
  }
  return [];
}

function smartProblems(maintenance: MaintenanceReading): Problem[] {
  return (maintenance.disks ?? []).flatMap((disk) => {
    const name = disk.model === null ? disk.device : `${disk.device} (${disk.model})`;
    if (disk.state === "failing") {
      return [
        problem(
          "smart.failing",
          "critical",
          text(`The disk ${name} says that it is failing.`, `Le disque ${name} annonce sa défaillance.`),
        ),
      ];
    }
    if (disk.state === "worn") {
      return [
        problem(
          "smart.worn",
          "warning",
          text(
            `The disk ${name} has unreadable sectors or has used up its rated endurance.`,
            `Le disque ${name} a des secteurs illisibles ou a épuisé son endurance prévue.`,
          ),
        ),
      ];
    }
    return [];
  });
}

function memoryProblems(reading: Reading): Problem[] {
  const { total, available } = reading.memory ?? { total: null, available: null };
  if (total === null || available === null || available / total >= memoryWarning) return [];
  const percent = Math.floor((available * 100) / total);
  return [
    problem(
      "memory.short",
      "warning",
      text(
        `Only ${percent} % of the memory is available.`,
        `Il ne reste que ${percent} % de mémoire disponible.`,
      ),
    ),
  ];
}

function unitProblems(reading: Reading): Problem[] {
  const units = reading.failedUnits ?? [];
  if (units.length === 0) return [];
  const shown = units.slice(0, 5).join(", ") + (units.length > 5 ? ", …" : "");
  return [
    problem(
      "units.failed",
      "warning",
      units.length === 1
        ? text(`The unit ${shown} has failed.`, `L'unité ${shown} est en échec.`)
        : text(
            `${units.length} units have failed: ${shown}.`,
            `${units.length} unités sont en échec : ${shown}.`,
          ),
    ),
  ];
}

function updateProblems(maintenance: MaintenanceReading): Problem[] {
  const security = maintenance.updates?.security ?? 0;
  if (security === 0) return [];
  return [
    problem(
      "updates.security",
      "warning",
      security === 1
        ? text("One security update is pending.", "Une mise à jour de sécurité est en attente.")
        : text(
            `${security} security updates are pending.`,
            `${security} mises à jour de sécurité sont en attente.`,
          ),
    ),
  ];
}
