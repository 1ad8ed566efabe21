import type { ClusterAddon, RunningAddon } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { bytesIn, type Captured, capture } from "../kasten/capture.ts";
import { type KubeObject, stamp } from "../store/object.ts";
import { Backups, backupBy, copyOf } from "./backups.ts";
import type { VeleroOptions } from "./options.ts";
import { api, veleroNames, veleroNamespace, veleroResources } from "./resources.ts";
import { Restores } from "./restores.ts";
import { moverOf, VeleroWork } from "./work.ts";

const day = 86_400_000;

/** Velero in one of the lab's clusters: its schedule runs by the World's clock, and what clients ask for is done. */
export function veleroAddon(options: VeleroOptions): ClusterAddon {
  return { resources: veleroResources, start: (cluster) => startVelero(cluster, options) };
}

function startVelero(cluster: Cluster, options: VeleroOptions): RunningAddon {
  const work = new VeleroWork(cluster);
  const parts = { cluster, work, options };
  placeNamespace(cluster, veleroNamespace);
  const schedule = placeSettings(cluster, options);
  placeEarlier(cluster, schedule, options);
  new Backups(parts).start();
  new Restores(parts).start();
  return { close: () => work.close() };
}

function placeSettings(cluster: Cluster, { location, schedule }: VeleroOptions): KubeObject {
  cluster.collection(veleroNames.locations).put({
    apiVersion: api.objects,
    kind: "BackupStorageLocation",
    metadata: meta(cluster, location.name, veleroNamespace),
    spec: {
      provider: "aws",
      default: true,
      accessMode: "ReadWrite",
      objectStorage: { bucket: location.bucket },
      config: { region: location.region, s3ForcePathStyle: "true" },
    },
    status: {
      phase: "Available",
      lastSyncedTime: stamp(cluster.now()),
      lastValidationTime: stamp(cluster.now()),
    },
  });
  return cluster.collection(veleroNames.schedules).put({
    apiVersion: api.objects,
    kind: "Schedule",
    metadata: meta(cluster, schedule.name, veleroNamespace),
    spec: {
      schedule: schedule.cron,
      template: {
        includedNamespaces: [...schedule.applications],
        snapshotMoveData: true,
        storageLocation: location.name,
        ttl: `${schedule.keeps}h0m0s`,
      },
    },
    status: { phase: "Enabled" },
  });
}

/** Puts the backups that a daily schedule at two in the morning has left until now. */
function placeEarlier(
  cluster: Cluster,
  schedule: KubeObject,
  { location, schedule: plan }: VeleroOptions,
): void {
  const applications = new Map<string, readonly Captured[]>(
    plan.applications.flatMap((name) =>
      cluster.collection("namespaces").get(undefined, name) ? [[name, capture(cluster, name)]] : [],
    ),
  );
  if (applications.size === 0) return;
  const last = Math.floor((cluster.now() - 2 * 3_600_000) / day) * day + 2 * 3_600_000;
  const length = Math.floor(plan.keeps / 24);
  for (let back = length - 1; back >= 0; back--) {
    const takenAt = last - back * day;
    const made = backupBy(schedule, takenAt);
    const totalItems = [...applications.values()].reduce((sum, objects) => sum + objects.length, 0);
    const backup = cluster.collection(veleroNames.backups).put({
      ...made,
      status: {
        phase: "Completed",
        startTimestamp: stamp(takenAt),
        completionTimestamp: stamp(takenAt + 90_000),
        expiration: stamp(takenAt + plan.keeps * 3_600_000),
        progress: { totalItems, itemsBackedUp: totalItems },
      },
    });
    location.put({ backup: copyOf(backup), takenAt, applications });
    placeUploads(cluster, backup, { takenAt, applications });
  }
}

function placeUploads(
  cluster: Cluster,
  of: KubeObject,
  { takenAt, applications }: { takenAt: number; applications: ReadonlyMap<string, readonly Captured[]> },
): void {
  const { uploads } = veleroNames;
  for (const [application, objects] of applications) {
    for (const claim of objects.filter(({ resource }) => resource === "persistentvolumeclaims")) {
      const totalBytes = bytesIn([claim]);
      cluster.collection(uploads).put({
        ...moverOf(cluster, uploads, { of, application, target: application, claim }),
        status: {
          phase: "Completed",
          startTimestamp: stamp(takenAt + 30_000),
          completionTimestamp: stamp(takenAt + 80_000),
          progress: { totalBytes, bytesDone: totalBytes },
        },
      });
    }
  }
}
