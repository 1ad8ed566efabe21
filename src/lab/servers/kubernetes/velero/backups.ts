import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { nextAfter, readSchedule } from "../cluster/schedule.ts";
import { type Captured, capture } from "../kasten/capture.ts";
import { items, type JsonObject, type KubeObject, read, stamp, words } from "../store/object.ts";
import { durations, type VeleroOptions } from "./options.ts";
import { api, veleroNames, veleroNamespace } from "./resources.ts";
import type { VeleroWork } from "./work.ts";

/** Makes backups, on schedule or as clients ask for them, and shows those that others have saved at the location. */
export class Backups {
  private readonly cluster: Cluster;
  private readonly work: VeleroWork;
  private readonly options: VeleroOptions;

  constructor(parts: { cluster: Cluster; work: VeleroWork; options: VeleroOptions }) {
    this.cluster = parts.cluster;
    this.work = parts.work;
    this.options = parts.options;
  }

  /** Follows the schedules, what is asked for and what lies at the location from now on. */
  start(): void {
    const schedules = this.cluster.collection(veleroNames.schedules);
    schedules.onChange((after) => {
      if (after) this.alarm(after);
    });
    for (const schedule of schedules.all()) this.alarm(schedule);
    this.cluster.collection(veleroNames.backups).onChange((after, before) => {
      if (!after || before || after.status) return;
      this.work.plan(after.metadata.uid, durations.reaction, () => this.begin(after));
    });
    this.synchronize();
  }

  /** Shows what lies at the location now, and forgets what does not any more or has expired. */
  synchronize(): void {
    const backups = this.cluster.collection(veleroNames.backups);
    const { location } = this.options;
    if (this.options.runs() && this.options.reachesLocation()) {
      for (const { backup } of location.all()) {
        const { name } = backup.metadata;
        if (Date.parse(words(backup.status, "expiration")) <= this.cluster.now()) location.remove(name);
        else if (!backups.get(veleroNamespace, name)) backups.put(copyOf(backup));
      }
      for (const { metadata, status } of backups.all()) {
        const isSaved = words(status, "phase") === "Completed";
        if (isSaved && !location.get(metadata.name)) backups.remove(veleroNamespace, metadata.name);
      }
    }
    this.work.plan("synchronize", durations.sync, () => this.synchronize());
  }

  private alarm(schedule: KubeObject): void {
    const { name, uid } = schedule.metadata;
    const cron = readSchedule(words(schedule.spec, "schedule"));
    const due = cron && nextAfter(cron, this.cluster.now());
    if (due === null || read(schedule.spec, "paused") === true) return;
    this.work.plan(uid, due - this.cluster.now(), () => {
      const now = this.cluster.collection(veleroNames.schedules).get(veleroNamespace, name);
      if (!now) return;
      if (this.options.runs()) {
        this.cluster.collection(veleroNames.backups).put(backupBy(now, this.cluster.now()));
      }
      this.alarm(now);
    });
  }

  private begin(backup: KubeObject): void {
    const { options, work, cluster } = this;
    const takenAt = cluster.now();
    const names = items(backup.spec, "includedNamespaces").filter((each) => typeof each === "string");
    const applications = new Map<string, readonly Captured[]>(
      names.flatMap((name) =>
        cluster.collection("namespaces").get(undefined, name) ? [[name, capture(cluster, name)]] : [],
      ),
    );
    const held = [...applications.values()].flat();
    const totalItems = held.length;
    work.set(veleroNames.backups, backup, {
      phase: "InProgress",
      startTimestamp: stamp(takenAt),
      expiration: stamp(takenAt + hoursOf(backup) * 3_600_000),
      progress: { totalItems, itemsBackedUp: 0 },
    });
    const stalls = () => !options.runs() || !options.reachesLocation();
    work.run(
      backup.metadata.uid,
      { takes: () => durations.backup, stalls },
      {
        step: (share) =>
          void work.set(veleroNames.backups, backup, {
            progress: { totalItems, itemsBackedUp: Math.floor(totalItems * share) },
          }),
        done: () => this.upload(backup, { takenAt, applications }),
      },
    );
  }

  private upload(
    backup: KubeObject,
    saved: { takenAt: number; applications: ReadonlyMap<string, readonly Captured[]> },
  ): void {
    const { options, work, cluster } = this;
    const moves = [...saved.applications].flatMap(([application, objects]) =>
      objects
        .filter(({ resource }) => resource === "persistentvolumeclaims")
        .map((claim) => ({ of: backup, application, target: application, claim })),
    );
    let open = moves.length;
    let errors = 0;
    const ended = (why: string | null) => {
      open -= 1;
      errors += why === null ? 0 : 1;
      if (open > 0) return;
      const after = work.set(veleroNames.backups, backup, {
        phase: errors > 0 ? "PartiallyFailed" : "Completed",
        ...(errors > 0 ? { errors } : {}),
        completionTimestamp: stamp(cluster.now()),
        csiVolumeSnapshotsAttempted: moves.length,
        csiVolumeSnapshotsCompleted: moves.length - errors,
      });
      if (after && errors === 0) options.location.put({ backup: copyOf(after), ...saved });
    };
    if (moves.length === 0) {
      open = 1;
      ended(null);
      return;
    }
    work.set(veleroNames.backups, backup, { phase: "WaitingForPluginOperations" });
    const fails = () =>
      options.faults?.uploadFails?.() ? "the location refused the data: AccessDenied" : null;
    const stalls = () => !options.runs() || !options.reachesLocation();
    for (const move of moves) {
      work.move(veleroNames.uploads, move, { takes: () => durations.upload, stalls, fails }, ended);
    }
  }
}

/** A backup that a schedule makes at that moment. */
export function backupBy(schedule: KubeObject, at: number): KubeObject {
  const { name } = schedule.metadata;
  const moment = new Date(at).toISOString().replace(/\D/g, "").slice(0, 14);
  const template = read(schedule.spec, "template");
  return {
    apiVersion: api.objects,
    kind: "Backup",
    metadata: {
      name: `${name}-${moment}`,
      namespace: veleroNamespace,
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(at),
      labels: { "velero.io/schedule-name": name },
    },
    spec: structuredClone(template) as JsonObject,
  };
}

/** The same backup as an object of another cluster. */
export function copyOf(backup: KubeObject): KubeObject {
  const copy = structuredClone(backup);
  return { ...copy, metadata: { ...copy.metadata, uid: randomUUID(), resourceVersion: "" } };
}

function hoursOf({ spec }: KubeObject): number {
  return Number(/^(\d+)h/.exec(words(spec, "ttl"))?.[1] ?? 720);
}
