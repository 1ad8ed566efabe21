import { type Resource, resource } from "../api/catalogue.ts";

const group = "velero.io";
const movers = "v2alpha1";
/** The namespace that Velero runs in, where all of its objects are. */
export const veleroNamespace = "velero";
export const api = { objects: `${group}/v1`, movers: `${group}/${movers}` } as const;

export const veleroNames = {
  schedules: `schedules.${group}`,
  locations: `backupstoragelocations.${group}`,
  backups: `backups.${group}`,
  restores: `restores.${group}`,
  uploads: `datauploads.${group}`,
  downloads: `datadownloads.${group}`,
} as const;

/** The custom resources of Velero that the lab serves. Source: velero.io/docs, "API types". */
export const veleroResources: readonly Resource[] = [
  resource(group, "schedules", "Schedule"),
  resource(group, "backupstoragelocations", "BackupStorageLocation", { short: ["bsl"] }),
  resource(group, "backups", "Backup"),
  resource(group, "restores", "Restore"),
  resource(group, "podvolumebackups", "PodVolumeBackup"),
  resource(group, "podvolumerestores", "PodVolumeRestore"),
  resource(group, "datauploads", "DataUpload", { version: movers }),
  resource(group, "datadownloads", "DataDownload", { version: movers }),
];
