import { Refusal } from "../../client/refusal.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import type { Item } from "../../list-watch/items.ts";
import { listObjects } from "../../list-watch/pages.ts";
import { labels, moverPrefix, prefix } from "./names.ts";

/** The objects of one of Velero's resources in all namespaces; none where it is not served. Throws what KubernetesApi throws. */
export async function veleroObjects(
  access: ClusterAccess,
  path: string,
  labelSelector: string | undefined,
  signal: AbortSignal,
): Promise<Item[]> {
  try {
    return await listObjects(access.api, { path, labelSelector }, signal);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return [];
    throw error;
  }
}

const movers = {
  backup: [`${moverPrefix}/datauploads`, `${prefix}/podvolumebackups`],
  restore: [`${moverPrefix}/datadownloads`, `${prefix}/podvolumerestores`],
} as const;

/** What moves the volumes' data of a Backup or Restore, by snapshots and by files alike. Throws what KubernetesApi throws. */
export async function movesOf(
  access: ClusterAccess,
  what: keyof typeof movers,
  name: string,
  signal: AbortSignal,
): Promise<Item[]> {
  const selector = `${labels[what]}=${name}`;
  const found = await Promise.all(movers[what].map((path) => veleroObjects(access, path, selector, signal)));
  return found.flat();
}
