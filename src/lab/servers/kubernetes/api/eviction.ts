import type { Cluster } from "../cluster/cluster.ts";
import { isActive, isReady } from "../cluster/pod-state.ts";
import type { Pod } from "../store/kinds.ts";
import { isObject } from "../store/object.ts";
import { readObject } from "./body.ts";
import type { Call } from "./call.ts";
import { badRequest, Failure, notFound } from "./failure.ts";
import { deleteOptions } from "./remove.ts";

/**
 * Evicts a pod (`policy/v1` Eviction, Kubernetes "API-initiated Eviction"): deletes it, unless a disruption budget does
 * not allow that now, which is 429, or two of them apply, which is 500.
 */
export async function evict(call: Call): Promise<void> {
  const { cluster, target } = call;
  const given = await readObject(call);
  if (given.kind !== undefined && given.kind !== "Eviction") throw badRequest("the body is no Eviction");
  const { body } = target.resource.subresources.find(({ name }) => name === "eviction") ?? {};
  const served = body ? `${body.group}/${body.version}` : "";
  // A cluster of today still takes what one before `policy/v1` took.
  if (given.apiVersion !== undefined && given.apiVersion !== served && served === "policy/v1beta1") {
    throw badRequest(
      `no kind "Eviction" is registered for version "${String(given.apiVersion).slice(0, 50)}"`,
    );
  }
  const pod = cluster.pods.get(target.namespace, target.name ?? "");
  if (!pod) throw notFound(target.resource, target.name ?? "");
  const options = deleteOptions(isObject(given.deleteOptions) ? given.deleteOptions : {}, call, pod);
  const refused = refusedEviction(cluster, pod);
  if (refused) throw refused;
  if (!options.dryRun) {
    cluster.life.remove(pod, options.grace ?? pod.spec.terminationGracePeriodSeconds ?? 30);
    cluster.disruption.settle();
  }
  call.answer(201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 });
}

/** Why a pod may not be evicted now; null when it may. */
export function refusedEviction(cluster: Cluster, pod: Pod): Failure | null {
  const budgets = isActive(pod) ? cluster.disruption.of(pod) : [];
  if (budgets.length > 1) {
    return new Failure(
      500,
      "InternalError",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    );
  }
  const [budget] = budgets;
  // A pod that does no work takes nothing from its budget, as long as the others are enough.
  if (budget && pod.status.phase !== "Pending") {
    const { disruptionsAllowed, currentHealthy, desiredHealthy } = cluster.disruption.statusOf(budget);
    const isSpare = !isReady(pod) && currentHealthy >= desiredHealthy && desiredHealthy > 0;
    if (disruptionsAllowed <= 0 && !(isSpare && !cluster.fault("kube-pdb-never"))) {
      const { name } = budget.metadata;
      const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
      return new Failure(
        429,
        "TooManyRequests",
        "Cannot evict pod as it would violate the pod's disruption budget.",
        { causes: [{ reason: "DisruptionBudget", message }] },
      );
    }
  }
  return null;
}
