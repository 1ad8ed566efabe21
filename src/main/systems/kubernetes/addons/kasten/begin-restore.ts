import type { ClusterAccess } from "../../cluster-access.ts";
import { createOnce } from "../objects.ts";
import { type ActionPlace, createAction } from "./action-object.ts";
import { labels, prefixes, versions } from "./names.ts";

/** A restore as it is to be begun; the journal has all of it before anything is sent. */
export interface RestoreWish {
  /** Of the RestoreAction. */
  name: string;
  application: string;
  /** The RestorePointContent. */
  content: string;
  /** The RestorePoint that stands for it already; null: one is made in the target namespace. */
  bound: { namespace: string; name: string } | null;
  target: string;
  /** Marks of a namespace that is made for it. */
  namespaceLabels?: Readonly<Record<string, string>>;
  leftOut?: readonly { group: string; resource: string }[];
}

/**
 * Makes what a restore needs, and asks Kasten for it: the namespace and a RestorePoint where there are none, then the
 * RestoreAction, which must be in the namespace that it restores into. Each has a name that the journal knows, so that none
 * is made twice. Throws what KubernetesApi throws. Source: docs.kasten.io, "Restore Points" and "Actions".
 */
export async function beginRestore(
  access: ClusterAccess,
  wish: RestoreWish,
  signal: AbortSignal,
): Promise<ActionPlace> {
  const { name, application, content, target, namespaceLabels, leftOut } = wish;
  await createOnce(access, {
    path: "/api/v1/namespaces",
    body: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: target, ...(namespaceLabels && { labels: namespaceLabels }) },
    },
    signal,
  });
  const marks = { [labels.application]: application, [labels.namespace]: application };
  const point = wish.bound ?? { namespace: target, name: content };
  if (wish.bound === null) {
    await createOnce(access, {
      path: `${prefixes.apps}/namespaces/${target}/restorepoints`,
      body: {
        apiVersion: versions.apps,
        kind: "RestorePoint",
        metadata: { name: point.name, namespace: target, labels: marks },
        spec: { restorePointContentRef: { name: content } },
      },
      signal,
    });
  }
  const place: ActionPlace = { plural: "restoreactions", namespace: target, name };
  await createAction(
    access,
    place,
    {
      labels: marks,
      spec: {
        subject: { apiVersion: versions.apps, kind: "RestorePoint", ...point },
        targetNamespace: target,
        ...(leftOut && { filters: { excludeResources: leftOut.map((each) => ({ ...each })) } }),
      },
    },
    signal,
  );
  return place;
}
