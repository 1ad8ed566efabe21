import type { BackupLocation } from "./location.ts";

/** Faults of the lab's Velero; asked each time that one would matter. */
export interface VeleroFaults {
  /** Restores take twenty times as long. */
  slowRestore(): boolean;
  /** The data of this application's newest backup cannot be read. */
  isCorrupt(application: string): boolean;
  /** The location refuses the data of backups. */
  uploadFails(): boolean;
  /** A Restore calls itself complete as soon as its objects are there, whatever becomes of its data. */
  forgetsData(): boolean;
}

/** The Velero of one of the lab's clusters. */
export interface VeleroOptions {
  location: BackupLocation;
  /** Whether the location can be reached from here; what needs it waits while it cannot. */
  reachesLocation(): boolean;
  /** Whether Velero's own pods run; nothing gets on while they do not. */
  runs(): boolean;
  schedule: {
    name: string;
    /** The namespaces that it backs up. */
    applications: readonly string[];
    /** As crontab(5) writes it, UTC. */
    cron: string;
    /** Hours that a backup is kept. */
    keeps: number;
  };
  faults?: Partial<VeleroFaults>;
}

/** World milliseconds that each of its works takes, and after which it looks at what is new. */
export const durations = {
  reaction: 1_000,
  backup: 10_000,
  upload: 30_000,
  restore: 10_000,
  download: 60_000,
  sync: 60_000,
} as const;
/** What the pace of a restore is divided by while restores are slow. */
export const slowness = 20;
