import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { suffix } from "../cluster/suffix.ts";
import { bytesIn, type Captured } from "../kasten/capture.ts";
import { type JsonObject, type KubeObject, stamp } from "../store/object.ts";
import { api, veleroNames, veleroNamespace } from "./resources.ts";

/** World milliseconds between two steps of what waits for something. */
const look = 2_000;
const steps = 5;

/** How long a work takes in world milliseconds, and whether it is held up right now. */
export interface Pace {
  takes(): number;
  stalls(): boolean;
}

/** One volume whose data is moved. */
interface Move {
  /** The Backup or Restore that it is of. */
  of: KubeObject;
  application: string;
  /** The namespace of the volume's claim, which is another one where a restore renames. */
  target: string;
  claim: Captured;
}

/** Follows what Velero does, and the data that it moves. */
export class VeleroWork {
  readonly cluster: Cluster;
  private readonly planned = new Map<string, () => void>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Adds to the status of an object as it is now; null when it is gone. */
  set(name: string, { metadata }: KubeObject, status: JsonObject): KubeObject | null {
    const collection = this.cluster.collection(name);
    const now = collection.get(metadata.namespace, metadata.name);
    if (!now || now.metadata.uid !== metadata.uid) return null;
    return collection.put({ ...now, status: { ...now.status, ...status } });
  }

  /** Calls `done` once the time that a work takes is over; `step` hears how far it is, from 0 to 1. */
  run(key: string, pace: Pace, on: { step?(share: number): void; done(): void }): void {
    let made = 0;
    const step = () => {
      if (pace.stalls()) {
        this.plan(key, look, step);
        return;
      }
      made += 1;
      on.step?.(made / steps);
      if (made < steps) this.plan(key, pace.takes() / steps, step);
      else on.done();
    };
    this.plan(key, pace.takes() / steps, step);
  }

  /** Moves the data of a volume by a DataUpload or DataDownload; `done` hears why it failed, or null. */
  move(
    name: typeof veleroNames.uploads | typeof veleroNames.downloads,
    move: Move,
    pace: Pace & { fails(): string | null },
    done: (why: string | null) => void,
  ): void {
    const mover = this.cluster.collection(name).put(moverOf(this.cluster, name, move));
    this.set(name, mover, { phase: "InProgress", startTimestamp: stamp(this.cluster.now()) });
    const totalBytes = bytesIn([move.claim]);
    this.run(mover.metadata.uid, pace, {
      step: (share) =>
        void this.set(name, mover, {
          progress: { totalBytes, bytesDone: Math.round(totalBytes * Math.min(0.99, share)) },
        }),
      done: () => {
        const why = pace.fails();
        this.set(name, mover, {
          phase: why === null ? "Completed" : "Failed",
          completionTimestamp: stamp(this.cluster.now()),
          ...(why === null ? { progress: { totalBytes, bytesDone: totalBytes } } : { message: why }),
        });
        done(why);
      },
    });
  }

  /** Calls `work` once, after so many world milliseconds. */
  plan(key: string, milliseconds: number, work: () => void): void {
    this.planned.get(key)?.();
    this.planned.set(key, this.cluster.clock.after(milliseconds, work));
  }

  close(): void {
    for (const cancel of this.planned.values()) cancel();
    this.planned.clear();
  }
}

/** A DataUpload or DataDownload as Velero makes one for a volume. */
export function moverOf(
  cluster: Cluster,
  name: string,
  { of, application, target, claim }: Move,
): KubeObject {
  const isUpload = name === veleroNames.uploads;
  const volume = claim.object.metadata.name;
  const common = { backupStorageLocation: "depot", operationTimeout: "10m0s", sourceNamespace: application };
  return {
    apiVersion: api.movers,
    kind: isUpload ? "DataUpload" : "DataDownload",
    metadata: {
      name: `${of.metadata.name}-${suffix()}`,
      namespace: veleroNamespace,
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(cluster.now()),
      labels: { [`velero.io/${isUpload ? "backup" : "restore"}-name`]: of.metadata.name },
    },
    spec: isUpload
      ? { ...common, snapshotType: "CSI", sourcePVC: volume, csiSnapshot: { storageClass: "standard" } }
      : {
          ...common,
          snapshotID: suffix(),
          targetVolume: { namespace: target, pvc: volume, pv: `pv-${suffix()}` },
        },
    status: { phase: "Accepted" },
  };
}
