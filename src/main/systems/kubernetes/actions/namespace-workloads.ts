import type { ClusterAccess } from "../cluster-access.ts";
import { at, numberAt, wordAt } from "../kinds/seen.ts";
import { rolloutOf } from "../kinds/workloads.ts";
import type { Item } from "../list-watch/items.ts";
import { listObjects } from "../list-watch/pages.ts";

/** How many pods a workload had when it was stopped, and that a CronJob was suspended with it. */
const replicasNote = "passerelle/replicas-before-stop";
const suspendedNote = "passerelle/suspended-by-stop";

/** Something in a namespace that runs pods by itself and can be told not to. */
export interface Runnable {
  type: "deployments" | "statefulsets" | "cronjobs";
  /** Its kind and name, as people write them. */
  key: string;
  path: string;
  wanted: number;
  ready: number;
  /** Of a CronJob. */
  suspended: boolean;
  /** What the annotation of a stop says; null where there is none, or nothing that can be read. */
  kept: number | null;
}

const mostReplicas = 100_000;

/** Everything of a namespace that can be stopped, CronJobs first. Throws what KubernetesApi throws. */
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
  return [...cron, ...deployments, ...sets];
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

function runnableOf(type: Runnable["type"], folder: string, { metadata, object }: Item): Runnable[] {
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
  const { ready } = rolloutOf(type === "deployments" ? "Deployment" : "StatefulSet", object);
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  return [{ type, key, path, wanted, ready, suspended: false, kept: numberIn(note(replicasNote)) }];
}

function numberIn(words: string | undefined): number | null {
  if (words === undefined || !/^\d{1,6}$/.test(words)) return null;
  const number = Number(words);
  return number <= mostReplicas ? number : null;
}

/** What still runs, or would start pods by its schedule. */
export function stoppable(all: readonly Runnable[]): Runnable[] {
  return all.filter(({ type, wanted, suspended }) => (type === "cronjobs" ? !suspended : wanted > 0));
}

/** What a stop has stopped, and nobody has started since. */
export function startable(all: readonly Runnable[]): Runnable[] {
  return all.filter(({ type, wanted, suspended, kept }) =>
    kept === null ? false : type === "cronjobs" ? suspended : wanted === 0,
  );
}

/** The merge patch that stops it and notes how it was, in one piece. */
export function stopPatch({ type, wanted }: Pick<Runnable, "type" | "wanted">): object {
  return type === "cronjobs"
    ? { metadata: { annotations: { [suspendedNote]: "true" } }, spec: { suspend: true } }
    : { metadata: { annotations: { [replicasNote]: String(wanted) } }, spec: { replicas: 0 } };
}

/** The merge patch that starts it as it was, and takes the note away. */
export function startPatch({ type, kept }: Pick<Runnable, "type" | "kept">): object {
  return type === "cronjobs"
    ? { metadata: { annotations: { [suspendedNote]: null } }, spec: { suspend: false } }
    : { metadata: { annotations: { [replicasNote]: null } }, spec: { replicas: kept ?? 0 } };
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
