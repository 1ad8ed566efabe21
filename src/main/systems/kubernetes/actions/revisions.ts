import type { ClusterAccess } from "../cluster-access.ts";
import { at, numberAt, timeAt, treesAt, wordAt } from "../kinds/seen.ts";
import { type Item, isTree } from "../list-watch/items.ts";
import { listAll } from "../list-watch/pages.ts";
import { digestOf, type Tree } from "../manifests/content.ts";
import type { WorkloadPlace } from "./parts.ts";

/** One template that a workload had, as its controller keeps it. */
export interface Revision {
  /** The name of the ReplicaSet or ControllerRevision that keeps it: it stays, while the number moves. */
  name: string;
  number: number;
  /** When it first came, epoch milliseconds. */
  at: number | null;
  /** Why, where somebody has noted it. */
  cause: string | null;
  template: Tree;
  digest: string;
}

const revisionNote = "deployment.kubernetes.io/revision";
const causeNote = "kubernetes.io/change-cause";
const hashLabel = "pod-template-hash";

/**
 * The revisions of a workload that are kept, newest first. Throws what KubernetesApi throws. Source: kubectl's rollout
 * history: ReplicaSets of a Deployment, ControllerRevisions of the others.
 */
export async function revisionsOf(
  access: ClusterAccess,
  place: WorkloadPlace,
  workload: Tree,
  signal: AbortSignal,
): Promise<Revision[]> {
  const uid = wordAt(workload, "metadata", "uid");
  const plural = place.type === "Deployment" ? "replicasets" : "controllerrevisions";
  const path = `/apis/apps/v1/namespaces/${place.namespace}/${plural}`;
  const { items } = await listAll(access.api, { path, form: "objects" }, signal);
  return items
    .filter(({ metadata }) => metadata.ownerReferences.some((owner) => owner.controller && owner.uid === uid))
    .flatMap((item) => revisionOf(place.type, item) ?? [])
    .sort((one, other) => other.number - one.number);
}

function revisionOf(type: WorkloadPlace["type"], { metadata, object }: Item): Revision | null {
  const isDeployment = type === "Deployment";
  const template = isDeployment ? at(object, "spec", "template") : at(object, "data", "spec", "template");
  const number = isDeployment ? Number(metadata.annotations[revisionNote]) : numberAt(object, "revision");
  if (!isTree(template) || number === null || !Number.isSafeInteger(number) || number < 1) return null;
  const plain = plainTemplate(template);
  return {
    name: metadata.name,
    number,
    at: timeAt(object, "metadata", "creationTimestamp"),
    cause: metadata.annotations[causeNote]?.slice(0, 200) ?? null,
    template: plain,
    digest: digestOf(plain),
  };
}

/** A template as its workload has it: without the marks that controllers put on their own copies. */
export function plainTemplate(template: unknown): Tree {
  const { $patch: _patch, metadata, ...rest } = isTree(template) ? template : {};
  const { creationTimestamp: _made, labels, ...more } = isTree(metadata) ? metadata : {};
  const { [hashLabel]: _hash, ...own } = isTree(labels) ? labels : {};
  return { metadata: { ...more, ...(Object.keys(own).length > 0 ? { labels: own } : {}) }, ...rest };
}

/** The images of a template, for a line. */
export function imagesOf(template: Tree): string {
  return treesAt(template, "spec", "containers")
    .flatMap(({ image }) => (typeof image === "string" ? [image.slice(0, 200)] : []))
    .join(", ");
}
