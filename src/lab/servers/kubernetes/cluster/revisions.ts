import { randomUUID } from "node:crypto";
import type { Workload } from "../store/kinds.ts";
import { count, type Json, type KubeObject, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { ownerOf } from "./pod-index.ts";

const revisionsKept = 10;

/**
 * Keeps the templates that a StatefulSet or DaemonSet had (`apps/v1` ControllerRevision), so that it can be rolled back:
 * the current one has the highest number. `hash` names its template.
 */
export function keepRevision(cluster: Cluster, set: Workload, hash: string): void {
  const collection = cluster.collection("controllerrevisions.apps");
  const { name, namespace, uid } = set.metadata;
  const number = (entry: KubeObject) => count(entry, ["revision"]);
  const owned = collection
    .all()
    .filter((entry) => ownerOf(entry)?.uid === uid)
    .sort((a, b) => number(a) - number(b));
  const called = `${name}-${hash}`;
  const known = owned.find(({ metadata }) => metadata.name === called);
  const newest = owned.at(-1);
  if (known && known === newest) return;
  const revision = (newest ? number(newest) : 0) + 1;
  if (known) {
    const again: KubeObject & { revision: number } = { ...known, revision };
    collection.put(again);
    return;
  }
  const template = { ...set.spec.template, $patch: "replace" };
  const made: KubeObject & { data: Json; revision: number } = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: called,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(cluster.now()),
      labels: { ...set.spec.template.metadata?.labels, "controller-revision-hash": hash },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: set.kind, name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    data: { spec: { template } },
    revision,
  };
  collection.put(made);
  for (const { metadata } of owned.slice(0, Math.max(0, owned.length + 1 - revisionsKept))) {
    collection.remove(metadata.namespace, metadata.name);
  }
}
