import type { ClusterAccess } from "../../cluster-access.ts";
import type { Item } from "../../list-watch/items.ts";
import { listObjects } from "../../list-watch/pages.ts";

/**
 * The objects of one of Kasten's resources in all namespaces, by label where one is named. Its own API servers need not
 * give their lists a version. Throws what KubernetesApi throws.
 */
export function kastenObjects(
  access: ClusterAccess,
  path: string,
  labelSelector: string | undefined,
  signal: AbortSignal,
): Promise<Item[]> {
  return listObjects(access.api, { path, labelSelector, unversioned: true }, signal);
}
