import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { type WorkloadKind, workloadKinds } from "../kinds/batch.ts";
import { labelQuery } from "../kinds/label-query.ts";
import { ownerOf } from "../kinds/pods.ts";
import { at } from "../kinds/seen.ts";
import { type Item, ItemReader, type Metadata } from "../list-watch/items.ts";
import { listAll } from "../list-watch/pages.ts";
import { podVanished } from "./faults.ts";
import { type StreamPod, streamPodOf } from "./stream-pod.ts";

/** Where a resource's pods are to be found. */
export type PodsPlace =
  | { kind: "pod"; namespace: string; name: string }
  | { kind: "workload"; type: WorkloadKind; namespace: string; name: string }
  | { kind: "namespace"; namespace: string }
  | { kind: "node"; name: string };

const groups: Record<WorkloadKind, string> = {
  Deployment: "apps/v1/namespaces/NAMESPACE/deployments",
  StatefulSet: "apps/v1/namespaces/NAMESPACE/statefulsets",
  DaemonSet: "apps/v1/namespaces/NAMESPACE/daemonsets",
  Job: "batch/v1/namespaces/NAMESPACE/jobs",
  CronJob: "batch/v1/namespaces/NAMESPACE/cronjobs",
};
/** Jobs of a CronJob whose pods are looked for at once: the newest ones, finished ones are kept a few at a time. */
const mostJobs = 50;

/** What a resource of this cluster is, by its identifier; null for what has no pods. */
export function podsPlaceOf(access: ClusterAccess, resource: string): PodsPlace | null {
  const { system } = access;
  if (!resource.startsWith(`${system}/`)) return null;
  const [folder, first, second, third, ...rest] = resource.slice(system.length + 1).split("/");
  if (!first || rest.length > 0) return null;
  if (folder === "pods" && second && third === undefined)
    return { kind: "pod", namespace: first, name: second };
  const type = workloadKinds.find((each) => each === first);
  if (folder === "workloads" && type && second && third)
    return { kind: "workload", type, namespace: second, name: third };
  if (second !== undefined) return null;
  if (folder === "namespaces") return { kind: "namespace", namespace: first };
  return folder === "nodes" ? { kind: "node", name: first } : null;
}

/**
 * The pods behind a resource now, by name. `namespaces` are those that may be looked at; all when there are none. Throws
 * what KubernetesApi throws, and `kubernetes.pod-gone` for a pod that is no longer there.
 */
export async function podsBehind(
  access: ClusterAccess,
  place: PodsPlace,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<StreamPod[]> {
  if (place.kind === "pod") {
    const pod = await readPod(access, place, signal);
    if (!pod) throw podVanished(access.name, place.name);
    return [pod];
  }
  const items = await itemsBehind(access, place, namespaces, signal);
  const pods = items.flatMap((item) => streamPodOf(item) ?? []);
  return pods.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** One pod; null when it is gone. Throws what KubernetesApi throws. */
export async function readPod(
  access: ClusterAccess,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<StreamPod | null> {
  try {
    const body = await access.ask({ path: `/api/v1/namespaces/${namespace}/pods/${name}`, signal });
    const item = new ItemReader().read(body)?.items[0];
    return item ? streamPodOf(item) : null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

async function itemsBehind(
  access: ClusterAccess,
  place: Exclude<PodsPlace, { kind: "pod" }>,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Item[]> {
  const list = async (
    namespace: string | null,
    selectors: { labelSelector?: string; fieldSelector?: string },
  ) => {
    const path = namespace === null ? "/api/v1/pods" : `/api/v1/namespaces/${namespace}/pods`;
    return (await listAll(access.api, { path, form: "objects", ...selectors }, signal)).items;
  };
  switch (place.kind) {
    case "namespace":
      return list(place.namespace, {});
    case "node": {
      const fieldSelector = `spec.nodeName=${place.name}`;
      const places = namespaces.length > 0 ? namespaces : [null];
      return (await Promise.all(places.map((each) => list(each, { fieldSelector })))).flat();
    }
    case "workload": {
      const { type, namespace } = place;
      if (type === "CronJob") {
        const jobs = await jobsOf(access, place, signal);
        if (jobs.size === 0) return [];
        const labelSelector = `job-name in (${[...jobs].join(",")})`;
        const owned = ({ metadata }: Item) => jobs.has(controllerOf(metadata, "Job") ?? "");
        return (await list(namespace, { labelSelector })).filter(owned);
      }
      const body = await access.ask({ path: `${pathOf(type, namespace)}/${place.name}`, signal });
      const object = new ItemReader().read(body)?.items[0]?.object ?? null;
      const labelSelector = labelQuery(at(object, "spec", "selector"), null);
      if (labelSelector === null) return [];
      return (await list(namespace, { labelSelector })).filter(({ metadata }) => belongs(metadata, place));
    }
  }
}

/** A selector may select what another controller made: what the pod says of itself decides. */
function belongs(metadata: Metadata, { type, name }: { type: WorkloadKind; name: string }): boolean {
  const owner = ownerOf(metadata);
  return owner?.type === type && owner.name === name;
}

async function jobsOf(
  access: ClusterAccess,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<Set<string>> {
  const path = pathOf("Job", namespace);
  const { items } = await listAll(access.api, { path, form: "metadata" }, signal);
  const own = items.filter(({ metadata }) => controllerOf(metadata, "CronJob") === name);
  own.sort((one, other) =>
    (other.metadata.creationTimestamp ?? "").localeCompare(one.metadata.creationTimestamp ?? ""),
  );
  return new Set(own.slice(0, mostJobs).map(({ metadata }) => metadata.name));
}

function controllerOf(metadata: Metadata, kind: string): string | null {
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  return owner?.kind === kind ? owner.name : null;
}

function pathOf(type: WorkloadKind, namespace: string): string {
  return `/apis/${groups[type].replace("NAMESPACE", namespace)}`;
}
