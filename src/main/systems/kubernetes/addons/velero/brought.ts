import { type LocalText, text } from "../../../../../shared/text.ts";
import type { ActionContext } from "../../../../actions/action.ts";
import type { ClusterAccess } from "../../cluster-access.ts";
import { awaitReady, type Counted, count, countedWords, listCountable, nothingCounted } from "../standing.ts";
import { labels } from "./names.ts";

/** What a restore has brought into a namespace: Velero marks each object that it restores with the restore's name. */
export interface Brought extends Counted {
  objects: number;
}

const lists = [
  { group: "", resource: "configmaps", root: "/api/v1" },
  { group: "", resource: "services", root: "/api/v1" },
  { group: "", resource: "persistentvolumeclaims", root: "/api/v1" },
  { group: "apps", resource: "deployments", root: "/apis/apps/v1" },
  { group: "apps", resource: "statefulsets", root: "/apis/apps/v1" },
  { group: "apps", resource: "daemonsets", root: "/apis/apps/v1" },
];

/** Counts what bears the mark of a restore. Throws what KubernetesApi throws. */
async function broughtBy(
  access: ClusterAccess,
  { restore, target }: { restore: string; target: string },
  signal: AbortSignal,
): Promise<Brought> {
  const brought: Brought = { objects: 0, ...nothingCounted() };
  for (const { group, resource, root } of lists) {
    const path = `${root}/namespaces/${target}/${resource}`;
    const labelSelector = `${labels.restore}=${restore}`;
    const items = await listCountable(access, { path, labelSelector }, signal);
    if (items === null) {
      brought.uncounted.push(resource);
      continue;
    }
    brought.objects += items.length;
    for (const { metadata, object } of items) {
      count(brought, { group, resource, name: metadata.name }, object);
    }
  }
  return brought;
}

/** What a restore has brought once all of it is ready, or after a quarter of an hour. Throws what KubernetesApi throws. */
export async function awaitBrought(
  access: ClusterAccess,
  place: { restore: string; target: string },
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<Brought> {
  return awaitReady(access, context, {
    read: () => broughtBy(access, place, context.signal),
    isReady: isWhole,
    words: broughtWords,
    share: () => null,
  });
}

/** Whether something was brought, and all of it is ready. */
export function isWhole({ objects, open }: Brought): boolean {
  return objects > 0 && open.length === 0;
}

export function broughtWords(brought: Brought): LocalText {
  const { objects } = brought;
  return countedWords(
    brought,
    text(`Objects brought by the restore: ${objects}`, `Objets apportés par la restauration : ${objects}`),
  );
}
