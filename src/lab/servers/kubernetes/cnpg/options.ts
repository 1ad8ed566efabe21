/** Faults of the lab's databases; asked each time that one would matter. */
export interface CnpgFaults {
  /** The object store refuses WAL and backups alike. */
  archiveFails(): boolean;
  /** A switchover that was asked for does not end. */
  switchoverHangs(): boolean;
}

/** The databases of one of the lab's clusters. */
export interface CnpgOptions {
  /** Whether the nodes that they run on have power. */
  runs(): boolean;
  databases: readonly {
    namespace: string;
    name: string;
    instances: number;
    /** The object store of its backups and WAL: `s3://BUCKET/FOLDER`. */
    store: string;
    /** As crontab(5) writes it with seconds before, UTC; null: it is backed up on demand alone. */
    schedule: string | null;
    /** The database that it replicates, and whether that can be reached from here. */
    replicates?: { source: string; reaches(): boolean };
  }[];
  faults?: Partial<CnpgFaults>;
}

/** World milliseconds that each work takes. */
export const durations = {
  reaction: 1_000,
  backup: 40_000,
  switchover: 15_000,
  promotion: 20_000,
  hibernation: 10_000,
} as const;
