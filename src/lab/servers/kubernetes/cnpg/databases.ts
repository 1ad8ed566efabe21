import { randomUUID } from "node:crypto";
import type { PodRequest } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { items, type JsonObject, type KubeObject, read, stamp, words } from "../store/object.ts";
import { type CnpgOptions, durations } from "./options.ts";
import { cnpgApi, cnpgNames } from "./resources.ts";

type Plan = CnpgOptions["databases"][number];

const healthy = "Cluster in healthy state";
const fencedNote = "cnpg.io/fencedInstances";
const hibernationNote = "cnpg.io/hibernation";

/** The databases of a cluster, and the operator that keeps each as it should be. */
export class Databases {
  private readonly cluster: Cluster;
  private readonly options: CnpgOptions;
  private readonly planned = new Map<string, () => void>();
  /** The replicas that have become primaries, by their uid. */
  private readonly promoted = new Set<string>();
  private archivedAt: number;

  constructor(cluster: Cluster, options: CnpgOptions) {
    this.cluster = cluster;
    this.options = options;
    this.archivedAt = cluster.now();
  }

  /** Draws the databases, and follows what is asked of them from now on. */
  start(): void {
    for (const plan of this.options.databases) this.place(plan);
    this.cluster.collection(cnpgNames.clusters).onChange((after) => {
      if (!after || this.isAsItShould(after)) return;
      const { namespace, name, uid } = after.metadata;
      // Later, since what changes an object must not change it again while it does.
      this.plan(`settle ${uid}`, durations.reaction, () => this.settle(namespace, name));
    });
    this.archive();
  }

  /** What an instance's exporter says; null for what is no instance, or has no power. */
  answerOf({ namespace, pod, port, path }: PodRequest): string | null {
    if (port !== 9187 || path !== "metrics" || !this.options.runs()) return null;
    const database = this.cluster
      .collection(cnpgNames.clusters)
      .all()
      .find(
        ({ metadata, status }) =>
          metadata.namespace === namespace && items(status, "instanceNames").includes(pod),
      );
    if (!database || isFenced(database, pod) || isHibernated(database)) return null;
    const isPrimary = words(database.status, "currentPrimary") === pod;
    const isReplica =
      read(database.spec, "replica") !== undefined && !this.promoted.has(database.metadata.uid);
    const plan = this.planOf(database);
    const receives = isReplica && isPrimary ? plan?.replicates?.reaches() === true : true;
    const inRecovery = isReplica || !isPrimary;
    return [
      "# HELP cnpg_pg_replication_lag Replication lag behind primary in seconds",
      "# TYPE cnpg_pg_replication_lag gauge",
      `cnpg_pg_replication_lag ${inRecovery && isReplica ? 2 : 0}`,
      `cnpg_pg_replication_in_recovery ${inRecovery ? 1 : 0}`,
      `cnpg_pg_replication_is_wal_receiver_up ${inRecovery && receives ? 1 : 0}`,
      `cnpg_pg_stat_archiver_seconds_since_last_archival ${Math.round((this.cluster.now() - this.archivedAt) / 1000)}`,
      'cnpg_pg_database_size_bytes{datname="app"} 1.7179869184e+10',
      "",
    ].join("\n");
  }

  /** The store of a database. */
  planOf({ metadata }: KubeObject): Plan | undefined {
    return this.options.databases.find(
      ({ namespace, name }) => namespace === metadata.namespace && name === metadata.name,
    );
  }

  close(): void {
    for (const cancel of this.planned.values()) cancel();
    this.planned.clear();
  }

  private place(plan: Plan): void {
    const { namespace, name, instances, store, replicates } = plan;
    const { cluster } = this;
    if (!cluster.collection("namespaces").get(undefined, namespace)) placeNamespace(cluster, namespace);
    const names = Array.from({ length: instances }, (_, index) => `${name}-${index + 1}`);
    cluster.collection(cnpgNames.clusters).put({
      apiVersion: cnpgApi,
      kind: "Cluster",
      metadata: meta(cluster, name, namespace),
      spec: {
        instances,
        imageName: "registry.shop.example/postgresql:17.2",
        storage: { size: "40Gi" },
        backup: { retentionPolicy: "21d", barmanObjectStore: { destinationPath: store } },
        ...(replicates
          ? {
              replica: { enabled: true, source: replicates.source },
              externalClusters: [{ name: replicates.source }],
            }
          : {}),
      },
      status: {
        phase: healthy,
        instances,
        readyInstances: instances,
        instanceNames: names,
        instancesStatus: { healthy: names },
        currentPrimary: `${name}-1`,
        targetPrimary: `${name}-1`,
        timelineID: 1,
        conditions: [
          { type: "Ready", status: "True", reason: "ClusterIsReady", message: "Cluster is Ready" },
          archiving(true),
        ],
      },
    });
  }

  /** Brings a database one step nearer to what is asked of it. */
  private settle(namespace: string | undefined, name: string): void {
    const database = this.cluster.collection(cnpgNames.clusters).get(namespace, name);
    if (!database || !this.options.runs()) return;
    const { uid } = database.metadata;
    const names = items(database.status, "instanceNames").filter((each) => typeof each === "string");
    if (isHibernated(database) !== isAsleep(database)) {
      const down = isHibernated(database);
      this.plan(`hibernate ${uid}`, durations.hibernation, () => this.turn(namespace, name, down));
      return;
    }
    const up = isHibernated(database) ? [] : names.filter((each) => !isFenced(database, each));
    const target = words(database.status, "targetPrimary");
    if (target !== words(database.status, "currentPrimary")) {
      if (this.options.faults?.switchoverHangs?.()) return;
      this.plan(`switch ${uid}`, durations.switchover, () =>
        this.set(namespace, name, { currentPrimary: target, ...standing(up, names.length), timelineID: 2 }),
      );
      return;
    }
    const isPromoting = read(database.spec, "replica", "enabled") === false && !this.promoted.has(uid);
    if (isPromoting) {
      this.plan(`promote ${uid}`, durations.promotion, () => {
        this.promoted.add(uid);
        this.set(namespace, name, standing(up, names.length));
      });
      return;
    }
    this.set(namespace, name, standing(up, names.length));
  }

  /** Shuts the instances down or starts them, unless it was asked otherwise meanwhile. */
  private turn(namespace: string | undefined, name: string, down: boolean): void {
    const database = this.cluster.collection(cnpgNames.clusters).get(namespace, name);
    if (!database || isHibernated(database) !== down) return;
    const others = items(database.status, "conditions").filter(
      (each) => words(each, "type") !== hibernationNote,
    ) as JsonObject[];
    const names = items(database.status, "instanceNames").filter((each) => typeof each === "string");
    const up = down ? [] : names.filter((each) => !isFenced(database, each));
    const conditions = down ? [...others, hibernating] : others;
    this.set(namespace, name, { ...standing(up, names.length), conditions });
  }

  /** Archives a WAL file every five minutes, unless the store refuses it. */
  private archive(): void {
    const fails = this.options.faults?.archiveFails?.() === true;
    if (!fails && this.options.runs()) this.archivedAt = this.cluster.now();
    for (const { metadata, status } of this.cluster.collection(cnpgNames.clusters).all()) {
      const before = items(status, "conditions");
      const isTold = before.some(
        (each) =>
          words(each, "type") === "ContinuousArchiving" &&
          words(each, "status") === (fails ? "False" : "True"),
      );
      if (isTold) continue;
      const others = before.filter((each) => words(each, "type") !== "ContinuousArchiving") as JsonObject[];
      this.set(metadata.namespace, metadata.name, { conditions: [...others, archiving(!fails)] });
    }
    this.plan("archive", 300_000, () => this.archive());
  }

  /** Whether the operator has nothing to do for a database. */
  private isAsItShould(database: KubeObject): boolean {
    const names = items(database.status, "instanceNames").filter((each) => typeof each === "string");
    if (isHibernated(database) || isAsleep(database)) return isHibernated(database) && isAsleep(database);
    const up = names.filter((each) => !isFenced(database, each));
    const isSwitched = words(database.status, "targetPrimary") === words(database.status, "currentPrimary");
    const isPromoted =
      read(database.spec, "replica", "enabled") !== false || this.promoted.has(database.metadata.uid);
    return (
      isSwitched && isPromoted && up.length === items(database.status, "instancesStatus", "healthy").length
    );
  }

  private set(namespace: string | undefined, name: string, status: JsonObject): void {
    const collection = this.cluster.collection(cnpgNames.clusters);
    const now = collection.get(namespace, name);
    if (now) collection.put({ ...now, status: { ...now.status, ...status } });
  }

  private plan(key: string, milliseconds: number, work: () => void): void {
    this.planned.get(key)?.();
    this.planned.set(key, this.cluster.clock.after(milliseconds, work));
  }
}

function standing(up: readonly string[], instances: number): JsonObject {
  const isWhole = up.length === instances;
  return {
    phase: isWhole ? healthy : "Waiting for the instances to become active",
    phaseReason: "",
    readyInstances: up.length,
    instancesStatus: { healthy: [...up] },
  };
}

function archiving(works: boolean): JsonObject {
  return {
    type: "ContinuousArchiving",
    status: works ? "True" : "False",
    reason: works ? "ContinuousArchivingSuccess" : "ContinuousArchivingFailing",
    message: works
      ? "Continuous archiving is working"
      : "unexpected failure invoking barman-cloud-wal-archive: exit status 2",
  };
}

function isFenced({ metadata }: KubeObject, instance: string): boolean {
  const note = metadata.annotations?.[fencedNote];
  if (note === undefined) return false;
  try {
    const listed: unknown = JSON.parse(note);
    return Array.isArray(listed) && (listed.includes("*") || listed.includes(instance));
  } catch {
    return false;
  }
}

const hibernating = {
  type: hibernationNote,
  status: "True",
  reason: "Hibernated",
  message: "Cluster has been hibernated",
};

function isHibernated({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[hibernationNote] === "on";
}

/** Whether its instances are shut down. */
function isAsleep({ status }: KubeObject): boolean {
  return items(status, "conditions").some((each) => words(each, "type") === hibernationNote);
}

/** A Backup of a database as the operator makes one by schedule. */
export function backupBy(schedule: KubeObject, at: number): KubeObject {
  const { name, namespace } = schedule.metadata;
  const moment = new Date(at).toISOString().replace(/\D/g, "").slice(0, 14);
  return {
    apiVersion: cnpgApi,
    kind: "Backup",
    metadata: {
      name: `${name}-${moment}`,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(at),
      labels: {
        "cnpg.io/cluster": words(schedule.spec, "cluster", "name"),
        "cnpg.io/scheduled-backup": name,
      },
    },
    spec: { cluster: { name: words(schedule.spec, "cluster", "name") }, method: "barmanObjectStore" },
  };
}
