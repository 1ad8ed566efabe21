import { type ExportedPoint, ExportLocation } from "../kubernetes/kasten/location.ts";
import { type LabS3, startLabS3 } from "../s3/index.ts";
import { addresses } from "./addresses.ts";
import { objectFaults } from "./object-storage.ts";
import { type RegionParts, standAt } from "./region-parts.ts";

const port = 9000;
const accessKey = "DEPOTOPS";
const hour = 3_600_000;
/** Buckets of the depot: what Kasten exports, under lock, and what the file store keeps. */
const exportsBucket = "kasten-exports";
const filesBucket = "file-store";
const keptDays = 7;

/** Where both clusters' Kasten export to: what lies there is in the depot's bucket too. */
class DepotLocation extends ExportLocation {
  private readonly store: LabS3["store"];

  constructor(store: LabS3["store"]) {
    super({
      bucket: exportsBucket,
      region: "depot",
      endpoint: `https://${addresses.objectsDepot}:${port}`,
    });
    this.store = store;
  }

  override put(point: ExportedPoint): void {
    super.put(point);
    this.store.put(exportsBucket, keyOf(point), Math.max(point.bytes, 1_000_000), point.takenAt);
  }

  override remove(name: string): void {
    const point = this.get(name);
    if (point) this.store.bucket(exportsBucket).objects.delete(keyOf(point));
    super.remove(name);
  }
}

const keyOf = ({ application, name }: Pick<ExportedPoint, "application" | "name">) =>
  `k10/${application}/${name}`;

/** Puts one backup of the archive's files into its bucket, made at `at` (world time). */
export function keepFiles(store: LabS3["store"], at: number): void {
  const name = new Date(at).toISOString().slice(0, 16);
  store.put(filesBucket, `archive/${name}.tar`, 48_000_000 + (Math.floor(at / hour) % 24_000), at);
}

/** The object storage of the third region, and the place in it that Kasten exports to. */
export interface Depot {
  s3: LabS3;
  location: ExportLocation;
}

/** Starts the S3 service of the depot, on loopback as `objects depot`, with a day of what the file store has kept there. */
export async function startDepot(parts: Omit<RegionParts, "clusters">): Promise<Depot> {
  const { context, credentials, opened } = parts;
  const { regions, clock } = context.world;
  const s3 = startLabS3({
    clock,
    keys: [{ accessKey, secretKey: await credentials.secret("depot-secret-key") }],
    certificate: credentials.certificates.good,
    faults: () => objectFaults(regions, "depot"),
    onFailure: context.onFailure,
  });
  s3.store.bucket(exportsBucket, {
    versioning: "on",
    lock: { mode: "GOVERNANCE", days: keptDays },
  });
  s3.store.bucket(filesBucket, { versioning: "on" });
  const now = Math.floor(clock.now() / hour) * hour;
  for (let ago = 23; ago >= 0; ago -= 1) {
    const at = now - ago * hour;
    keepFiles(s3.store, at);
  }
  const state = () => (regions.isAlive("depot") ? "open" : "silent");
  await standAt(parts, { name: "objects depot", address: addresses.objectsDepot, port, state }, s3);
  opened.push(
    context.world.onChange(({ what }) => {
      if (what === "fault") s3.changed();
    }),
  );
  return { s3, location: new DepotLocation(s3.store) };
}
