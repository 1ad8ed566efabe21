import type { Pod } from "../store/kinds.ts";
import { type KubeObject, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";

/** Resources whose objects may belong to others. */
const dependents = ["replicasets.apps", "controllerrevisions.apps", "jobs.batch"];
const owning = ["apps/v1", "batch/v1"];

/**
 * Deletes an object and, unless `orphan`, what belongs to it. Pods end within their `grace` (seconds; null for their
 * own), a namespace once it is empty. Gives back the object as it is left, and whether it is gone already.
 */
export function removeObject(
  cluster: Cluster,
  name: string,
  object: KubeObject,
  how: { grace: number | null; orphan: boolean },
): { object: KubeObject; gone: boolean } {
  if (name === "pods") return endPod(cluster, object, how.grace);
  if (name === "namespaces") return endNamespace(cluster, object);
  const { namespace, name: called } = object.metadata;
  const last = cluster.collection(name).remove(namespace, called) ?? object;
  if (name === "nodes") {
    for (const pod of cluster.index.onNode(called)) cluster.life.remove(pod, 0);
  } else if (owning.includes(object.apiVersion)) {
    for (const [kind, owned] of dependentsOf(cluster, object)) {
      if (how.orphan) orphan(cluster, kind, owned);
      else removeObject(cluster, kind, owned, { grace: null, orphan: false });
    }
  }
  return { object: last, gone: true };
}

function endPod(cluster: Cluster, object: KubeObject, grace: number | null) {
  const pod = cluster.pods.get(object.metadata.namespace, object.metadata.name);
  if (!pod) return { object, gone: true };
  const left = cluster.life.remove(pod, grace ?? usualGrace(pod));
  return { object: left, gone: !cluster.pods.get(pod.metadata.namespace, pod.metadata.name) };
}

function usualGrace(pod: Pod): number {
  return pod.spec.terminationGracePeriodSeconds ?? 30;
}

function* dependentsOf(cluster: Cluster, { metadata }: KubeObject): Generator<[string, KubeObject]> {
  for (const pod of cluster.index.ownedBy(metadata.uid)) yield ["pods", pod];
  for (const kind of dependents) {
    for (const object of cluster.collection(kind).all()) {
      if (object.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid)) yield [kind, object];
    }
  }
}

function orphan(cluster: Cluster, kind: string, object: KubeObject): void {
  const { ownerReferences: _, ...metadata } = object.metadata;
  cluster.collection(kind).put({ ...object, metadata });
}

function endNamespace(cluster: Cluster, object: KubeObject) {
  const { name } = object.metadata;
  const namespaces = cluster.collection("namespaces");
  if (object.metadata.deletionTimestamp) return { object, gone: false };
  const ending = namespaces.put({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: stamp(cluster.now()) },
    status: { phase: "Terminating" },
  });
  const empty = () => {
    let left = 0;
    for (const kind of cluster.namespaced()) {
      for (const inside of cluster.collection(kind).all()) {
        if (inside.metadata.namespace !== name) continue;
        if (!removeObject(cluster, kind, inside, { grace: null, orphan: false }).gone) left += 1;
      }
    }
    if (left === 0) namespaces.remove(undefined, name);
    else cluster.clock.after(1_000, empty);
  };
  cluster.clock.after(500, empty);
  return { object: ending, gone: false };
}
