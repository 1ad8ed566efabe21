import type { Captured } from "../kasten/capture.ts";
import type { KubeObject } from "../store/object.ts";

/** A backup as it lies at the location. */
export interface SavedBackup {
  /** The Backup with its status, as every cluster that looks there shows it. */
  backup: KubeObject;
  /** Epoch milliseconds, world time: the moment whose data it holds. */
  takenAt: number;
  applications: ReadonlyMap<string, readonly Captured[]>;
}

/** A bucket that the Velero of several clusters share: what one saves there, the others find. */
export class BackupLocation {
  readonly name: string;
  readonly bucket: string;
  readonly region: string;
  private readonly saved = new Map<string, SavedBackup>();

  constructor({ name, bucket, region }: { name: string; bucket: string; region: string }) {
    this.name = name;
    this.bucket = bucket;
    this.region = region;
  }

  put(saved: SavedBackup): void {
    this.saved.set(saved.backup.metadata.name, saved);
  }

  get(name: string): SavedBackup | null {
    return this.saved.get(name) ?? null;
  }

  remove(name: string): void {
    this.saved.delete(name);
  }

  all(): SavedBackup[] {
    return [...this.saved.values()];
  }

  /** Whether no backup has newer data of an application. */
  isNewest(name: string, application: string): boolean {
    const one = this.saved.get(name);
    return (
      one !== undefined &&
      this.all().every(
        ({ takenAt, applications }) => !applications.has(application) || takenAt <= one.takenAt,
      )
    );
  }
}
