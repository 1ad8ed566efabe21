import { placeIn } from "../objects.ts";

/** API group, labels and identifiers of Velero. Source: velero.io/docs, "API types" and "CSI Snapshot Data Movement". */
export const group = "velero.io";

/** The path of its resources before the namespace; data movers have a version of their own. */
export const prefix = `/apis/${group}/v1`;
export const moverPrefix = `/apis/${group}/v2alpha1`;
/** `apiVersion` of the objects that are created. */
export const version = `${group}/v1`;

export const labels = {
  schedule: "velero.io/schedule-name",
  backup: "velero.io/backup-name",
  restore: "velero.io/restore-name",
} as const;

export const folders = {
  schedules: "velero-schedules",
  locations: "velero-locations",
  points: "velero-restore-points",
} as const;

/** What stands for all namespaces where a backup names none. */
export const everything = "*";

/** Identifiers of its resources, below that of the system in the estate file. `namespace` is the one that Velero runs in. */
export const veleroIds = {
  schedule: (system: string, namespace: string, name: string) =>
    `${system}/${folders.schedules}/${namespace}/${name}`,
  location: (system: string, namespace: string, name: string) =>
    `${system}/${folders.locations}/${namespace}/${name}`,
  point: (system: string, backup: { namespace: string; name: string }, application: string) =>
    `${system}/${folders.points}/${backup.namespace}/${backup.name}/${application}`,
};

/** Namespace and name of a schedule's resource; null for what is none of this system. */
export function schedulePlace(system: string, id: string): { namespace: string; name: string } | null {
  return placeIn(folders.schedules, system, id);
}

/** Backup and application of a restore point's resource; null for what is none of this system. */
export function pointPlace(
  system: string,
  id: string,
): { namespace: string; name: string; application: string } | null {
  const prefix = `${system}/${folders.points}/`;
  const parts = id.startsWith(prefix) ? id.slice(prefix.length).split("/") : [];
  const [namespace, name, application] = parts;
  return namespace && name && application && parts.length === 3 ? { namespace, name, application } : null;
}
