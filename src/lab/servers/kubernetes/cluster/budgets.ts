import type { Budget, Pod } from "../store/kinds.ts";
import { meets } from "../store/selectors.ts";
import type { Cluster } from "./cluster.ts";
import { ownerOf } from "./pod-index.ts";
import { isActive, isReady } from "./pod-state.ts";

/** World milliseconds until a change of pods shows in a budget's own record. */
const settleTime = 200;

/** An amount or a percentage (rounded up, as budgets are) of a whole. */
function amount(value: number | string, whole: number): number {
  if (typeof value === "number") return value;
  return Math.ceil((Number.parseInt(value, 10) / 100) * whole);
}

/** The disruption controller: keeps the status of every PodDisruptionBudget. */
export class Budgets {
  private readonly cluster: Cluster;
  private settling: (() => void) | null = null;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  start(): void {
    this.cluster.pods.onChange((after, before) => {
      if (!after || !before || isReady(after) !== isReady(before) || isActive(after) !== isActive(before)) {
        this.settleLater();
      }
    });
    this.cluster.budgets.onChange((after, before) => {
      if (after && JSON.stringify(after.spec) !== JSON.stringify(before?.spec)) this.settleLater();
    });
    this.settle();
  }

  close(): void {
    this.settling?.();
  }

  /** The budgets that a pod falls under. */
  of(pod: Pod): Budget[] {
    return this.cluster.budgets
      .all()
      .filter(
        ({ metadata, spec }) =>
          metadata.namespace === pod.metadata.namespace && meets(spec.selector, pod.metadata.labels),
      );
  }

  /** What a budget allows at this moment. */
  statusOf(budget: Budget): Budget["status"] {
    const { index } = this.cluster;
    const pods = index
      .inNamespace(budget.metadata.namespace ?? "")
      .filter((pod) => meets(budget.spec.selector, pod.metadata.labels));
    const owners = new Set(pods.map((pod) => ownerOf(pod)?.uid));
    const loose = pods.filter((pod) => !ownerOf(pod)).length;
    const expectedPods =
      loose + [...owners].reduce((sum, uid) => sum + this.cluster.workloads.wanted(uid), 0);
    const currentHealthy = pods.filter((pod) => isActive(pod) && isReady(pod)).length;
    const { minAvailable, maxUnavailable } = budget.spec;
    const desiredHealthy = Math.max(
      0,
      minAvailable === undefined
        ? expectedPods - amount(maxUnavailable ?? 1, expectedPods)
        : amount(minAvailable, expectedPods),
    );
    const never = this.cluster.fault("kube-pdb-never");
    const allowed = expectedPods === 0 || never ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    return {
      disruptionsAllowed: allowed,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      observedGeneration: budget.metadata.generation ?? 1,
    };
  }

  /** Writes what every budget allows now. */
  settle(): void {
    for (const budget of this.cluster.budgets.all()) {
      const status = this.statusOf(budget);
      if (JSON.stringify(status) !== JSON.stringify(budget.status))
        this.cluster.budgets.put({ ...budget, status });
    }
  }

  private settleLater(): void {
    this.settling ??= this.cluster.clock.after(settleTime, () => {
      this.settling = null;
      this.settle();
    });
  }
}
