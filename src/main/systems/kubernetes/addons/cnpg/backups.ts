import type { FactValue } from "../../../../../shared/resource.ts";
import { at, resourceIds, type Seen, timeAt, timeOf, wordAt } from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { cnpgIds, labels } from "./names.ts";

/** How a Backup stands. `archive-failing`: its data is there, the WAL that it needs is not, and it is waited for. */
export type BackupPhase = "running" | "archive-failing" | "good" | "failed";

/** The state of a Backup by `status.phase`; one that is not known goes on. Source: postgresql.cnpg.io/v1 BackupPhase. */
export function backupPhase(object: Item["object"]): BackupPhase {
  switch (wordAt(object, "status", "phase")) {
    case "completed":
      return "good";
    case "failed":
      return "failed";
    case "walArchivingFailing":
      return "archive-failing";
    default:
      return "running";
  }
}

/** A Backup. Source: postgresql.cnpg.io/v1 Backup. */
export function seenBackup(system: string, { metadata, object }: Item): Seen | null {
  const database = wordAt(object, "spec", "cluster", "name");
  if (metadata.namespace === null || object === null || database === null) return null;
  const phase = backupPhase(object);
  const schedule = metadata.labels[labels.schedule];
  const isSnapshot = wordAt(object, "spec", "method") === "volumeSnapshot";
  const facts: Record<string, FactValue> = {
    "kubernetes.type": "Backup (CloudNativePG)",
    "kubernetes.namespace": metadata.namespace,
    "backup.of": cnpgIds.database(system, metadata.namespace, database),
    // A restore from it begins at the moment when it was whole.
    "backup.madeAt":
      timeAt(object, "status", "stoppedAt") ??
      timeAt(object, "status", "startedAt") ??
      timeOf(metadata.creationTimestamp),
    "backup.state": phase === "archive-failing" ? "running" : phase,
    "backup.location": wordAt(object, "status", "destinationPath"),
    "backup.offSite": !isSnapshot,
    "backup.policy": schedule === undefined ? null : cnpgIds.schedule(system, metadata.namespace, schedule),
  };
  return {
    id: cnpgIds.point(system, metadata.namespace, metadata.name),
    kind: "restore-point",
    name: metadata.name,
    parent: resourceIds.namespace(system, metadata.namespace),
    facts,
    problems: [],
  };
}

/** A ScheduledBackup. Its schedule has six fields, seconds first. Source: postgresql.cnpg.io/v1 ScheduledBackup. */
export function seenSchedule(system: string, { metadata, object }: Item): Seen | null {
  const database = wordAt(object, "spec", "cluster", "name");
  if (metadata.namespace === null || object === null || database === null) return null;
  const fields = (wordAt(object, "spec", "schedule") ?? "").trim().split(/\s+/);
  const facts: Record<string, FactValue> = {
    "kubernetes.type": "ScheduledBackup",
    "kubernetes.namespace": metadata.namespace,
    "backup.schedule": (fields.length === 6 ? fields.slice(1) : fields).join(" "),
    "backup.zone": "UTC",
    "backup.paused": at(object, "spec", "suspend") === true,
    "backup.protects": [cnpgIds.database(system, metadata.namespace, database)],
    "backup.lastRun": timeAt(object, "status", "lastScheduleTime"),
    "backup.next": timeAt(object, "status", "nextScheduleTime"),
  };
  return {
    id: cnpgIds.schedule(system, metadata.namespace, metadata.name),
    kind: "backup-policy",
    name: metadata.name,
    parent: resourceIds.namespace(system, metadata.namespace),
    facts,
    problems: [],
  };
}
