import { z } from "zod";
import type { ClusterAccess } from "../../cluster-access.ts";
import { createOnce } from "../objects.ts";
import type { Asked } from "./follow.ts";
import { prefix, version } from "./names.ts";

/** A restore as it is to be begun; the journal has all of it before anything is sent. */
export const restoreWishSchema = z.object({
  /** Of the Restore. */
  name: z.string(),
  /** The namespace that Velero runs in. */
  namespace: z.string(),
  backup: z.string(),
  application: z.string(),
  target: z.string(),
  /** Epoch milliseconds: when the name was chosen, and the moment whose data comes back. */
  at: z.number(),
  madeAt: z.number(),
});
export type RestoreWish = z.infer<typeof restoreWishSchema>;

export function restoreOf({ namespace, name }: Pick<RestoreWish, "namespace" | "name">): Asked {
  return { what: "restore", namespace, name };
}

/**
 * Asks Velero for a restore under a name that the journal has; one that is there already under it is the same one. What is in
 * the target already is brought to the state of the backup, but never a volume. Throws what KubernetesApi throws.
 * Source: velero.io/v1 Restore.
 */
export async function beginRestore(
  access: ClusterAccess,
  { name, namespace, backup, application, target }: RestoreWish,
  { excludedResources, signal }: { excludedResources?: readonly string[]; signal: AbortSignal },
): Promise<void> {
  await createOnce(access, {
    path: `${prefix}/namespaces/${namespace}/restores`,
    body: {
      apiVersion: version,
      kind: "Restore",
      metadata: { name, namespace },
      spec: {
        backupName: backup,
        includedNamespaces: [application],
        ...(target !== application && { namespaceMapping: { [application]: target } }),
        ...(excludedResources && { excludedResources: [...excludedResources] }),
        existingResourcePolicy: "update",
      },
    },
    signal,
  });
}
