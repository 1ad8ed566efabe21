import { databaseOf } from "../addons/cnpg/database.ts";
import {
  group as databaseGroup,
  prefix as databasePrefix,
  hibernationAnnotation,
} from "../addons/cnpg/names.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { at, numberAt, wordAt } from "../kinds/seen.ts";
import { rolloutOf } from "../kinds/workloads.ts";
import type { Item } from "../list-watch/items.ts";
import { listObjects } from "../list-watch/pages.ts";

/** How many pods a workload had when it was stopped; that a CronJob was suspended, a database hibernated with it. */
const replicasNote = "passerelle/replicas-before-stop";
const suspendedNote = "passerelle/suspended-by-stop";
const hibernatedNote = "passerelle/hibernated-by-stop";

/** Something in a namespace that runs pods by itself and can be told not to. */
export interface Runnable {
  type: "deployments" | "statefulsets" | "cronjobs" | "clusters";
  /** Its kind and name, as people write them. */
  key: string;
  path: string;
  /** How many pods it is to have now. */
  wanted: number;
  ready: number;
  /** Of a CronJob, and of a database that hibernates. */
  suspended: boolean;
  /** What the annotation of a stop says; null where there is none, or nothing that can be read. */
  kept: number | null;
}

const mostReplicas = 100_000;

/** Everything of a namespace that can be stopped, CronJobs first and the databases of CloudNativePG last. Throws what KubernetesApi throws. */
export async function readRunnables(
  access: ClusterAccess,
  namespace: string,
  signal: AbortSignal,
): Promise<Runnable[]> {
  const version = await access.discovery.pick("batch", ["v1", "v1beta1"], signal, "cronjobs");
  const cron =
    version === null ? [] : await listed(access, `/apis/batch/${version}`, "cronjobs", namespace, signal);
  const deployments = await listed(access, "/apis/apps/v1", "deployments", namespace, signal);
  const sets = await listed(access, "/apis/apps/v1", "statefulsets", namespace, signal);
  const isThere = (await access.discovery.pick(databaseGroup, ["v1"], signal, "clusters")) !== null;
  const databases = isThere ? await listed(access, databasePrefix, "clusters", namespace, signal) : [];
  return [...cron, ...deployments, ...sets, ...databases];
}

async function listed(
  access: ClusterAccess,
  prefix: string,
  type: Runnable["type"],
  namespace: string,
  signal: AbortSignal,
): Promise<Runnable[]> {
  const path = `${prefix}/namespaces/${namespace}/${type}`;
  const items = await listObjects(access.api, { path }, signal);
  return items.flatMap((item) => runnableOf(type, path, item));
}

function runnableOf(type: Runnable["type"], folder: string, item: Item): Runnable[] {
  const { metadata, object } = item;
  if (object === null || metadata.deletionTimestamp !== null) return [];
  const path = `${folder}/${metadata.name}`;
  const key = `${type.slice(0, -1)}/${metadata.name}`;
  const note = (name: string) =>
    Object.hasOwn(metadata.annotations, name) ? metadata.annotations[name] : undefined;
  if (type === "cronjobs") {
    const suspended = at(object, "spec", "suspend") === true;
    const kept = note(suspendedNote) === undefined ? null : 0;
    return [{ type, key, path, wanted: 0, ready: 0, suspended, kept }];
  }
  if (type === "clusters") {
    const database = databaseOf(item);
    if (database === null) return [];
    const { hibernated: suspended, instances, ready } = database;
    const kept = note(hibernatedNote) === undefined ? null : 0;
    return [{ type, key, path, wanted: suspended ? 0 : instances, ready, suspended, kept }];
  }
  const { ready } = rolloutOf(type === "deployments" ? "Deployment" : "StatefulSet", object);
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  return [{ type, key, path, wanted, ready, suspended: false, kept: numberIn(note(replicasNote)) }];
}

function numberIn(words: string | undefined): number | null {
  if (words === undefined || !/^\d{1,6}$/.test(words)) return null;
  const number = Number(words);
  return number <= mostReplicas ? number : null;
}

/** Whether it is stopped by saying so, and not by a number of pods. */
function isSuspendable({ type }: Pick<Runnable, "type">): boolean {
  return type === "cronjobs" || type === "clusters";
}

/** What still runs, or would start pods by its schedule. */
export function stoppable(all: readonly Runnable[]): Runnable[] {
  return all.filter((each) => (isSuspendable(each) ? !each.suspended : each.wanted > 0));
}

/** Whether a database is told to hibernate and still has instances that are up. */
export function isGoing({ type, suspended, ready }: Runnable): boolean {
  return type === "clusters" && suspended && ready > 0;
}

/** What a stop has stopped, and nobody has started since. */
export function startable(all: readonly Runnable[]): Runnable[] {
  return all.filter((each) =>
    each.kept === null ? false : isSuspendable(each) ? each.suspended : each.wanted === 0,
  );
}

/** A merge patch. */
const noted = (annotations: object, spec?: object) => ({
  metadata: { annotations },
  ...(spec && { spec }),
});

/** The merge patch that stops it and notes how it was, in one piece. */
export function stopPatch({ type, wanted }: Pick<Runnable, "type" | "wanted">): object {
  if (type === "cronjobs") return noted({ [suspendedNote]: "true" }, { suspend: true });
  if (type === "clusters") return noted({ [hibernationAnnotation]: "on", [hibernatedNote]: "true" });
  return noted({ [replicasNote]: String(wanted) }, { replicas: 0 });
}

/** The merge patch that starts it as it was, and takes the note away. */
export function startPatch({ type, kept }: Pick<Runnable, "type" | "kept">): object {
  if (type === "cronjobs") return noted({ [suspendedNote]: null }, { suspend: false });
  if (type === "clusters") return noted({ [hibernationAnnotation]: "off", [hibernatedNote]: null });
  return noted({ [replicasNote]: null }, { replicas: kept ?? 0 });
}

/** The pods of a namespace that have not ended, by name, but for those of DaemonSets. */
export async function podsLeft(
  access: ClusterAccess,
  namespace: string,
  signal: AbortSignal,
): Promise<string[]> {
  const pods = await listObjects(access.api, { path: `/api/v1/namespaces/${namespace}/pods` }, signal);
  return pods.flatMap(({ metadata, object }) => {
    const phase = wordAt(object, "status", "phase");
    const isOver = phase === "Succeeded" || phase === "Failed";
    const isOfNode = metadata.ownerReferences.some(
      ({ kind, controller }) => controller && (kind === "DaemonSet" || kind === "Node"),
    );
    return isOver || isOfNode ? [] : [`pod/${metadata.name}`];
  });
}
