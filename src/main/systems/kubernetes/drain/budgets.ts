import { at, numberAt } from "../kinds/seen.ts";
import type { Item } from "../list-watch/items.ts";
import type { NodePod } from "./node-pods.ts";
import { isEmptySelector, selects } from "./selector.ts";

/** A PodDisruptionBudget as it stands. Source: kubernetes.io, "Specifying a Disruption Budget". */
export interface Budget {
  namespace: string;
  name: string;
  selector: unknown;
  /** `policy/v1beta1`: an empty selector selects no pod there. */
  emptySelectsNone: boolean;
  allowed: number;
  healthy: number;
  needed: number;
  /** Pods that are not ready may always be evicted. */
  unhealthyAlways: boolean;
}

export function budgetOf({ metadata, object }: Item, version: string): Budget | null {
  if (metadata.namespace === null || object === null) return null;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    selector: at(object, "spec", "selector"),
    emptySelectsNone: version === "v1beta1",
    allowed: numberAt(object, "status", "disruptionsAllowed") ?? 0,
    healthy: numberAt(object, "status", "currentHealthy") ?? 0,
    needed: numberAt(object, "status", "desiredHealthy") ?? 0,
    unhealthyAlways: at(object, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow",
  };
}

/** The budgets that a pod is under. */
export function budgetsOver(
  pod: Pick<NodePod, "namespace" | "labels">,
  budgets: readonly Budget[],
): Budget[] {
  return budgets.filter(
    (budget) =>
      budget.namespace === pod.namespace &&
      !(budget.emptySelectsNone && isEmptySelector(budget.selector)) &&
      selects(budget.selector, pod.labels),
  );
}

/** Whether a budget would refuse the eviction of this pod now; the API server decides in the end. */
export function blocks(budget: Budget, pod: Pick<NodePod, "isReady" | "isFinished">): boolean {
  if (budget.allowed > 0 || pod.isFinished) return false;
  if (pod.isReady) return true;
  return !budget.unhealthyAlways && budget.healthy < budget.needed;
}
