import { z } from "zod";
import { type LocalText, text } from "../../../shared/text.ts";
import type { ClusterAccess } from "./cluster-access.ts";

/** One thing that one may be allowed to do. */
export interface Right {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
}

export const rights = {
  patchNodes: { verb: "patch", group: "", resource: "nodes" },
  evict: { verb: "create", group: "", resource: "pods", subresource: "eviction" },
  listPods: { verb: "list", group: "", resource: "pods" },
  patchDeployments: { verb: "patch", group: "apps", resource: "deployments" },
  patchStatefulSets: { verb: "patch", group: "apps", resource: "statefulsets" },
  patchDaemonSets: { verb: "patch", group: "apps", resource: "daemonsets" },
  scaleDeployments: { verb: "patch", group: "apps", resource: "deployments", subresource: "scale" },
  scaleStatefulSets: { verb: "patch", group: "apps", resource: "statefulsets", subresource: "scale" },
} satisfies Record<string, Right>;

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });
const keptFor = 600_000;

/**
 * What the log-in may do in the whole cluster, as the API server says. Source: authorization.k8s.io/v1
 * SelfSubjectAccessReview.
 */
export class Rights {
  readonly #access: ClusterAccess;
  readonly #known = new Map<string, boolean>();
  #readAt: number | null = null;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /** Asks anew where the last answers are older than ten minutes; what cannot be asked stays as it was. Never throws. */
  async refresh(signal: AbortSignal): Promise<void> {
    const now = this.#access.now();
    if (this.#readAt !== null && now - this.#readAt < keptFor) return;
    this.#readAt = now;
    for (const right of Object.values(rights)) {
      try {
        this.#known.set(keyOf(right), await this.#review(right, signal));
      } catch {
        if (signal.aborted) this.#readAt = null;
        return;
      }
    }
  }

  /**
   * Why one of these is not allowed; null when all are, or where it is not known. A right that is held in some
   * namespaces alone counts as missing here: whoever asks says whether that matters.
   */
  missing(wanted: readonly Right[]): LocalText | null {
    const denied = wanted.find((right) => this.#known.get(keyOf(right)) === false);
    if (!denied) return null;
    const words = keyOf(denied).trim();
    return text(
      `Your log-in may not do this in the cluster (${words}).`,
      `Votre compte n'y est pas autorisé dans la grappe (${words}).`,
    );
  }

  async #review({ verb, group, resource, subresource }: Right, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#access.ask({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        kind: "SelfSubjectAccessReview",
        apiVersion: "authorization.k8s.io/v1",
        spec: { resourceAttributes: { verb, group, resource, ...(subresource && { subresource }) } },
      },
      signal,
      deadline: 15_000,
    });
    return reviewSchema.parse(answer).status.allowed;
  }
}

function keyOf({ verb, group, resource, subresource }: Right): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ""}${group ? `.${group}` : ""}`;
}
