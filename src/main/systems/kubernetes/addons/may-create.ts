import { z } from "zod";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { ClusterAccess } from "../cluster-access.ts";

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Something that is to be created; `namespace` is null for what is in none. */
export interface Creation {
  group: string;
  resource: string;
  namespace: string | null;
  /** `create` when left out. */
  verb?: string;
  subresource?: string;
}

/**
 * Why the log-in may not create one of these, asked of the API server itself; null when it may. Kasten's own API servers
 * are never sent a dry run, which they may not heed. Throws what KubernetesApi throws.
 */
export async function deniedCreation(
  access: ClusterAccess,
  wanted: readonly Creation[],
  signal: AbortSignal,
): Promise<LocalText | null> {
  for (const { group, resource, namespace, verb = "create", subresource } of wanted) {
    const resourceAttributes = {
      ...{ verb, group, resource },
      ...(namespace && { namespace }),
      ...(subresource && { subresource }),
    };
    const answer = await access.ask({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        kind: "SelfSubjectAccessReview",
        apiVersion: "authorization.k8s.io/v1",
        spec: { resourceAttributes },
      },
      signal,
      deadline: 15_000,
    });
    const review = reviewSchema.safeParse(answer);
    if (!review.success || review.data.status.allowed) continue;
    const words = `${verb} ${resource}${subresource ? `/${subresource}` : ""}${group ? `.${group}` : ""}`;
    return text(
      `Your log-in may not do this in the cluster (${words}).`,
      `Votre compte n'y est pas autorisé dans la grappe (${words}).`,
    );
  }
  return null;
}
