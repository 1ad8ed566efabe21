import type { Captured } from "./capture.ts";

/** A restore point that was exported, as it lies at the location. */
export interface ExportedPoint {
  /** The name of its RestorePointContent, the same wherever it is imported. */
  name: string;
  application: string;
  /** What the policy that exported it says to whoever may import it. */
  receiveString: string;
  /** Epoch milliseconds, world time: the moment whose data it holds. */
  takenAt: number;
  bytes: number;
  objects: readonly Captured[];
}

/** A bucket that the Kasten of several clusters share: what one exports there, another can import. */
export class ExportLocation {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string;
  private readonly points = new Map<string, ExportedPoint>();

  constructor({ bucket, region, endpoint }: { bucket: string; region: string; endpoint: string }) {
    this.bucket = bucket;
    this.region = region;
    this.endpoint = endpoint;
  }

  put(point: ExportedPoint): void {
    this.points.set(point.name, point);
  }

  remove(name: string): void {
    this.points.delete(name);
  }

  get(name: string): ExportedPoint | null {
    return this.points.get(name) ?? null;
  }

  /** What was exported under a receive string, oldest first. */
  exportedAs(receiveString: string): ExportedPoint[] {
    return [...this.points.values()]
      .filter((point) => point.receiveString === receiveString)
      .sort((one, other) => one.takenAt - other.takenAt);
  }

  /** Whether a point is the newest of its application. */
  isNewest({ application, takenAt }: Pick<ExportedPoint, "application" | "takenAt">): boolean {
    return [...this.points.values()].every(
      (point) => point.application !== application || point.takenAt <= takenAt,
    );
  }
}
