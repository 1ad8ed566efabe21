import type { ApiRequest } from "../client/api.ts";
import type { ClusterAccess } from "../cluster-access.ts";

/** The request that lets a node take no new pods, or take them again. */
export function cordonRequest(node: string, cordoned: boolean, signal: AbortSignal): ApiRequest {
  return {
    method: "PATCH",
    path: `/api/v1/nodes/${node}`,
    contentType: "application/merge-patch+json",
    // Null takes the field away, as kubectl does; false would stay in the object.
    body: { spec: { unschedulable: cordoned ? true : null } },
    signal,
  };
}

/** Lets a node take no new pods, or take them again; asking for what is so already changes nothing. */
export async function setCordon(
  access: ClusterAccess,
  node: string,
  cordoned: boolean,
  signal: AbortSignal,
): Promise<void> {
  await access.ask(cordonRequest(node, cordoned, signal));
}
