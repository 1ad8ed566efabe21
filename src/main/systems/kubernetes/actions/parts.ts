import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { DrainDesk } from "../drain/desk.ts";
import type { DrainTimes } from "../drain/run.ts";
import { namespaceOfResource } from "../kinds/seen.ts";
import { type WorkloadType, workloadTypes } from "../kinds/workloads.ts";
import { type Right, type Rights, rights } from "../rights.ts";

/** What every action of a cluster needs to know of the system that offers it. */
export interface ClusterActionParts {
  access: ClusterAccess;
  rights: Rights;
  desk: DrainDesk;
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

/** Why a right to something is missing, in the namespace of a resource where it is in one. */
export function missingRight(
  { rights, access }: ClusterActionParts,
  wanted: readonly Right[],
  resource: Pick<Resource, "id">,
): LocalText | null {
  return rights.missing(wanted, namespaceOfResource(access.system, resource.id));
}

const patchRights: Record<WorkloadType, Right> = {
  Deployment: rights.patchDeployments,
  StatefulSet: rights.patchStatefulSets,
  DaemonSet: rights.patchDaemonSets,
};

/** The right to patch a workload; none for what is no workload. */
export function patchRightOf(access: ClusterAccess, resource: Pick<Resource, "id">): Right[] {
  const place = workloadOf(access, resource.id);
  return place ? [patchRights[place.type]] : [];
}

export const patience = text(
  "It is waited for five minutes at most.",
  "L'attente dure cinq minutes au plus.",
);
