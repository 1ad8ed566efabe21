import { randomUUID } from "node:crypto";
import type { Cluster } from "../cluster/cluster.ts";
import { type KubeObject, read, stamp } from "../store/object.ts";

/** One object of an application as it was when a backup was taken. */
export interface Captured {
  /** The resource that it is of: `deployments.apps`. */
  resource: string;
  object: KubeObject;
}

/** What a backup holds, in the order in which it is put back: a workload finds its claims and settings there. */
const kept = [
  "configmaps",
  "secrets",
  "persistentvolumeclaims",
  "services",
  "deployments.apps",
  "statefulsets.apps",
  "cronjobs.batch",
  "poddisruptionbudgets.policy",
  "ingresses.networking.k8s.io",
  "routes.route.openshift.io",
];
const bytesPerUnit: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
/** How full the lab's volumes are. */
const filled = 0.4;

/** Everything of a namespace that a backup holds. */
export function capture(cluster: Cluster, namespace: string): Captured[] {
  const served = new Set(cluster.namespaced());
  return kept
    .filter((resource) => served.has(resource))
    .flatMap((resource) =>
      cluster
        .collection(resource)
        .all()
        .filter(({ metadata }) => metadata.namespace === namespace && !metadata.deletionTimestamp)
        .map((object) => ({ resource, object: structuredClone(object) })),
    );
}

/** How much data the volumes of a backup hold, in bytes. */
export function bytesIn(objects: readonly Captured[]): number {
  return objects.reduce((sum, { resource, object }) => {
    if (resource !== "persistentvolumeclaims") return sum;
    const words = read(object.spec, "resources", "requests", "storage");
    const [, amount, unit] = /^(\d+)([KMGT]i)$/.exec(typeof words === "string" ? words : "") ?? [];
    return sum + Math.round(Number(amount ?? 0) * (bytesPerUnit[unit ?? ""] ?? 1) * filled);
  }, 0);
}

/**
 * Puts what a backup holds into a namespace: what is there already is replaced, volumes are made anew. Controllers do
 * the rest.
 */
export function putBack(cluster: Cluster, objects: readonly Captured[], namespace: string): void {
  for (const { resource, object } of objects) {
    const collection = cluster.collection(resource);
    const before = collection.get(namespace, object.metadata.name);
    const { ownerReferences: _, deletionTimestamp: __, ...metadata } = object.metadata;
    const isWorkload = resource.endsWith(".apps") || resource === "cronjobs.batch";
    collection.put({
      ...structuredClone(object),
      metadata: {
        ...metadata,
        namespace,
        uid: before?.metadata.uid ?? randomUUID(),
        generation: (before?.metadata.generation ?? 0) + 1,
        creationTimestamp: before?.metadata.creationTimestamp ?? stamp(cluster.now()),
      },
      ...(isWorkload ? { status: before?.status ?? {} } : {}),
    });
  }
}
