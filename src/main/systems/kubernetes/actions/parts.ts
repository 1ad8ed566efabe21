import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { DrainDesk } from "../drain/desk.ts";
import type { DrainTimes } from "../drain/run.ts";
import { type WorkloadType, workloadTypes } from "../kinds/workloads.ts";
import type { Right, Rights } from "../rights.ts";

/** What every action of a cluster needs to know of the system that offers it. */
export interface ClusterActionParts {
  access: ClusterAccess;
  rights: Rights;
  desk: DrainDesk;
  /** True when only some namespaces are looked at: a right may be held in these alone. */
  namespacesOnly: boolean;
  drainTimes?: DrainTimes;
}

/** The node's name in its resource's identifier. */
export function nodeOf(access: ClusterAccess, resource: Pick<Resource, "id">): string {
  return resource.id.slice(`${access.system}/nodes/`.length);
}

/** Where a workload is in the API. */
export interface WorkloadPlace {
  type: WorkloadType;
  namespace: string;
  name: string;
  path: string;
}

/** Null for what is no workload of this cluster. */
export function workloadOf(access: ClusterAccess, id: string): WorkloadPlace | null {
  const prefix = `${access.system}/workloads/`;
  if (!id.startsWith(prefix)) return null;
  const [kind, namespace, name] = id.slice(prefix.length).split("/");
  const type = workloadTypes.find((each) => each === kind);
  if (!type || !namespace || !name) return null;
  return {
    type,
    namespace,
    name,
    path: `/apis/apps/v1/namespaces/${namespace}/${type.toLowerCase()}s/${name}`,
  };
}

/** The same of a resource that an action is run on; the registry has seen to it that there is one. */
export function placeOf(access: ClusterAccess, resource: Pick<Resource, "id">): WorkloadPlace {
  const place = workloadOf(access, resource.id);
  if (!place) throw new Error(`${resource.id} is no workload`);
  return place;
}

/** Why a right is missing; where it may be held in a namespace, the API server has the last word. */
export function missingRight(
  { rights, namespacesOnly }: ClusterActionParts,
  wanted: readonly Right[],
): LocalText | null {
  return namespacesOnly ? null : rights.missing(wanted);
}

export const patience = text(
  "It is waited for five minutes at most.",
  "L'attente dure cinq minutes au plus.",
);
