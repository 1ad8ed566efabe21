import { z } from "zod";
import { type LocalText, text } from "../../../shared/text.ts";
import type { ClusterAccess } from "./cluster-access.ts";
import { allows, type NamespaceRules, namespaceRulesOf } from "./namespace-rules.ts";

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
  // A WebSocket is opened by GET.
  openShells: { verb: "get", group: "", resource: "pods", subresource: "exec" },
  patchDeployments: { verb: "patch", group: "apps", resource: "deployments" },
  patchStatefulSets: { verb: "patch", group: "apps", resource: "statefulsets" },
  patchDaemonSets: { verb: "patch", group: "apps", resource: "daemonsets" },
  scaleDeployments: { verb: "patch", group: "apps", resource: "deployments", subresource: "scale" },
  scaleStatefulSets: { verb: "patch", group: "apps", resource: "statefulsets", subresource: "scale" },
  patchCronJobs: { verb: "patch", group: "batch", resource: "cronjobs" },
  patchPools: { verb: "patch", group: "machineconfiguration.openshift.io", resource: "machineconfigpools" },
} satisfies Record<string, Right>;

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });
const keptFor = 600_000;
const deadline = 15_000;
const lanes = 4;
/** How many namespaces are asked about at once. */
const mostNamespaces = 20;
const group = "/apis/authorization.k8s.io/v1";

/**
 * What the log-in may do, as the API server says: in the whole cluster, and where that is too much, in the namespaces
 * that are looked at. Source: authorization.k8s.io/v1 SelfSubjectAccessReview, SelfSubjectRulesReview.
 */
export class Rights {
  readonly #access: ClusterAccess;
  readonly #known = new Map<string, boolean>();
  readonly #namespaces = new Map<string, { at: number; rules: NamespaceRules }>();
  #readAt: number | null = null;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /**
   * Asks anew where the last answers are older than ten minutes; what cannot be asked stays as it was. `namespaces` are
   * asked about too, where something is not allowed in all of them. Never throws.
   */
  async refresh(signal: AbortSignal, namespaces: readonly string[] = []): Promise<void> {
    const now = this.#access.now();
    if (this.#readAt === null || now - this.#readAt >= keptFor) {
      this.#readAt = now;
      await this.#inTurn(Object.values(rights), async (right) => {
        this.#known.set(keyOf(right), await this.#review(right, signal));
      });
      if (signal.aborted) this.#readAt = null;
    }
    if (![...this.#known.values()].includes(false)) return;
    const old = namespaces.filter((name) => now - (this.#namespaces.get(name)?.at ?? 0) >= keptFor);
    await this.#inTurn(old.slice(0, mostNamespaces), async (name) => {
      this.#namespaces.set(name, { at: now, rules: await this.#rules(name, signal) });
    });
  }

  /**
   * Why one of these is not allowed, in the cluster or in one namespace of it; null when all are, or where it is not
   * known: the API server has the last word.
   */
  missing(wanted: readonly Right[], namespace: string | null = null): LocalText | null {
    const denied = wanted.find((right) => this.#isDenied(right, namespace));
    if (!denied) return null;
    const words = keyOf(denied);
    return namespace === null
      ? text(
          `Your log-in may not do this in the cluster (${words}).`,
          `Votre compte n'y est pas autorisé dans la grappe (${words}).`,
        )
      : text(
          `Your log-in may not do this in the namespace ${namespace} (${words}).`,
          `Votre compte n'y est pas autorisé dans l'espace de noms ${namespace} (${words}).`,
        );
  }

  #isDenied(right: Right, namespace: string | null): boolean {
    if (this.#known.get(keyOf(right)) !== false) return false;
    if (namespace === null) return true;
    const rules = this.#namespaces.get(namespace)?.rules;
    return rules !== undefined && !rules.incomplete && !allows(rules, right);
  }

  /** A few at once; the first that cannot be asked ends it. */
  async #inTurn<Item>(items: readonly Item[], ask: (item: Item) => Promise<void>): Promise<void> {
    const queue = [...items];
    const lane = async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await ask(item);
    };
    await Promise.all(
      Array.from({ length: lanes }, () =>
        lane().catch(() => {
          queue.length = 0;
        }),
      ),
    );
  }

  async #review({ verb, group: of, resource, subresource }: Right, signal: AbortSignal): Promise<boolean> {
    const resourceAttributes = { verb, group: of, resource, ...(subresource && { subresource }) };
    const answer = await this.#ask("SelfSubjectAccessReview", { resourceAttributes }, signal);
    return reviewSchema.parse(answer).status.allowed;
  }

  async #rules(namespace: string, signal: AbortSignal): Promise<NamespaceRules> {
    return namespaceRulesOf(await this.#ask("SelfSubjectRulesReview", { namespace }, signal));
  }

  #ask(kind: string, spec: object, signal: AbortSignal): Promise<unknown> {
    return this.#access.ask({
      method: "POST",
      path: `${group}/${kind.toLowerCase()}s`,
      body: { kind, apiVersion: "authorization.k8s.io/v1", spec },
      signal,
      deadline,
    });
  }
}

function keyOf({ verb, group: of, resource, subresource }: Right): string {
  return `${verb} ${resource}${subresource ? `/${subresource}` : ""}${of ? `.${of}` : ""}`;
}
