import type { Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import { printable } from "./client/exchange.ts";
import { type Fields, fieldsOf, flagAt, listOf, momentAt, wordsAt } from "./client/values.ts";
import type { GuestRow } from "./records.ts";
import { problem, type Seen } from "./seen.ts";

/** A job of the cluster that backs up guests by schedule. */
export interface BackupJob {
  id: string;
  /** A calendar event. */
  schedule: string | null;
  enabled: boolean;
  storage: string | null;
  /** Which guests: those with these numbers, those of a pool, or all but some. */
  takes: { numbers: readonly number[] } | { pool: string } | { allBut: readonly number[] };
  /** The only node whose guests it backs up; null: all. */
  node: string | null;
  /** Such as `keep-daily=7`; null: as the storage says. */
  keep: string | null;
  nextAt: number | null;
  comment: string | null;
}

/** The jobs, and the time zone of a node, by which each reads its schedule; null where it is not told. */
export interface BackupPlan {
  jobs: readonly BackupJob[];
  zone: string | null;
}

/** Reads `GET /cluster/backup`; jobs of before version 7.1 have a time of day and weekdays instead of a schedule. */
export function readBackupJobs(data: unknown): BackupJob[] {
  return listOf(data).flatMap((job) => {
    const id = wordsAt(job, "id");
    if (id === null || (wordsAt(job, "type") ?? "vzdump") !== "vzdump") return [];
    const pool = wordsAt(job, "pool");
    const enabled = flagAt(job, "enabled") !== false;
    return [
      {
        id: printable(id),
        schedule: scheduleOf(job),
        enabled,
        storage: wordsAt(job, "storage"),
        takes: flagAt(job, "all")
          ? { allBut: numbersIn(wordsAt(job, "exclude")) }
          : pool !== null
            ? { pool }
            : { numbers: numbersIn(wordsAt(job, "vmid")) },
        node: wordsAt(job, "node"),
        keep: keepOf(job),
        nextAt: enabled ? momentAt(job, "next-run") : null,
        comment: printable(wordsAt(job, "comment") ?? "") || null,
      },
    ];
  });
}

/** Reads the time zone of `GET /nodes/{node}/time`. */
export function readZone(data: unknown): string | null {
  const zone = wordsAt(fieldsOf(data), "timezone");
  return zone !== null && /^[A-Za-z0-9_+/-]{1,60}$/.test(zone) ? zone : null;
}

/** The guests that a job backs up. Templates never change and are left out. */
export function takenBy({ takes, node }: BackupJob, guests: readonly GuestRow[]): GuestRow[] {
  return guests.filter((guest) => {
    if (guest.template || (node !== null && guest.node !== node)) return false;
    if ("numbers" in takes) return takes.numbers.includes(guest.id);
    // Pools may lie in one another: `prod/web` is part of `prod`.
    if ("pool" in takes)
      return guest.pool === takes.pool || guest.pool?.startsWith(`${takes.pool}/`) === true;
    return !takes.allBut.includes(guest.id);
  });
}

/** A backup job; `protects` are the resources of its guests. */
export function backupJobSeen(
  job: BackupJob,
  { protects, zone, readAt }: { protects: readonly string[]; zone: string | null; readAt: number },
): Seen {
  const facts = {
    "backup.schedule": job.schedule,
    "backup.zone": zone,
    "backup.protects": [...protects],
    "backup.next": job.nextAt,
    "backup.paused": !job.enabled,
    "backup.keep": job.keep,
    "backup.keepFor": keptSeconds(job.keep),
    "backup.location": job.storage,
    "backup.notes": job.comment,
  };
  const problems: Problem[] = [];
  if (!job.enabled) {
    const words = text("It is switched off.", "Elle est désactivée.");
    problems.push(problem("backup-job-off", "warning", words));
  } else if (protects.length === 0) {
    const words = text("It backs up no guest.", "Elle ne sauvegarde aucun invité.");
    problems.push(problem("backup-job-empty", "warning", words));
  }
  return {
    facts,
    problems,
    readAt: Object.fromEntries(Object.keys(facts).map((key) => [key, readAt])),
  };
}

function scheduleOf(job: Fields): string | null {
  const schedule = wordsAt(job, "schedule");
  if (schedule !== null) return schedule;
  const time = wordsAt(job, "starttime");
  const days = wordsAt(job, "dow");
  return time === null ? null : days === null ? time : `${days} ${time}`;
}

/** What is kept comes as `keep-daily=7,keep-weekly=4` or as an object of the same. */
function keepOf(job: Fields): string | null {
  const pruning = fieldsOf(job["prune-backups"]);
  if (!pruning) return wordsAt(job, "prune-backups");
  const parts = Object.keys(pruning)
    .sort()
    .flatMap((key) => {
      const value = wordsAt(pruning, key);
      return value === null ? [] : [`${key}=${value}`];
    });
  return parts.length > 0 ? parts.join(",") : null;
}

const hour = 3600;
const keptUnits: Readonly<Record<string, number>> = {
  "keep-hourly": hour,
  "keep-daily": 24 * hour,
  "keep-weekly": 7 * 24 * hour,
  "keep-monthly": 30 * 24 * hour,
  "keep-yearly": 365 * 24 * hour,
};

/** How far back the longest of these goes, in seconds; null where only a number of backups is said. */
function keptSeconds(keep: string | null): number | null {
  const times = (keep ?? "").split(",").flatMap((part) => {
    const [, key = "", count] = /^([a-z-]+)=(\d{1,6})$/.exec(part.trim()) ?? [];
    const unit = Object.hasOwn(keptUnits, key) ? keptUnits[key] : undefined;
    return unit === undefined || Number(count) === 0 ? [] : [unit * Number(count)];
  });
  return times.length > 0 ? Math.max(...times) : null;
}

function numbersIn(words: string | null): number[] {
  return (words ?? "")
    .split(/[\s,;]+/)
    .map(Number)
    .filter((number) => Number.isInteger(number) && number > 0);
}
