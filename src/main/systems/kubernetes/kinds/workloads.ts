import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { at, numberAt, problem, resourceIds, type Seen, treesAt } from "./seen.ts";

export const workloadTypes = ["Deployment", "StatefulSet", "DaemonSet"] as const;
export type WorkloadType = (typeof workloadTypes)[number];

/** How far a workload stands against what is wanted of it; numbers that are not said count as none. */
export interface Rollout {
  wanted: number;
  ready: number;
  updated: number;
  available: number;
  /** Whether the controller has seen the newest wish. */
  observed: boolean;
  paused: boolean;
}

/** Reads a Deployment, StatefulSet or DaemonSet. Source: `kubectl rollout status` looks at the same fields. */
export function rolloutOf(type: WorkloadType, object: NonNullable<Item["object"]>): Rollout {
  const status = (key: string) => numberAt(object, "status", key) ?? 0;
  const observed =
    (numberAt(object, "status", "observedGeneration") ?? 0) >=
    (numberAt(object, "metadata", "generation") ?? 0);
  const paused = at(object, "spec", "paused") === true;
  if (type === "DaemonSet") {
    return {
      wanted: status("desiredNumberScheduled"),
      ready: status("numberReady"),
      updated: status("updatedNumberScheduled"),
      available: status("numberAvailable"),
      observed,
      paused,
    };
  }
  return {
    wanted: numberAt(object, "spec", "replicas") ?? 1,
    ready: status("readyReplicas"),
    updated: status("updatedReplicas"),
    available: status("availableReplicas"),
    observed,
    paused,
  };
}

/** A workload: how many of its pods are ready. */
export function seenWorkload(type: WorkloadType, system: string, item: Item): Seen | null {
  const { object, metadata } = item;
  if (object === null || metadata.namespace === null) return null;
  const { wanted, ready, updated, paused } = rolloutOf(type, object);
  const problems: Seen["problems"] = [];
  if (ready < wanted) {
    problems.push(
      problem(
        "workload-not-ready",
        ready === 0 ? "critical" : "warning",
        text(`${ready} of ${wanted} pods are ready.`, `${ready} pods prêts sur ${wanted}.`),
      ),
    );
  }
  if (paused) {
    problems.push(
      problem("workload-paused", "warning", text("Its rollout is paused.", "Son déploiement est en pause.")),
    );
  }
  return {
    id: resourceIds.workload(system, type, metadata.namespace, metadata.name),
    kind: "workload",
    name: metadata.name,
    parent: resourceIds.namespace(system, metadata.namespace),
    facts: {
      "kubernetes.type": type,
      "kubernetes.namespace": metadata.namespace,
      "kubernetes.replicas": wanted,
      "kubernetes.replicasReady": ready,
      "kubernetes.replicasUpdated": updated,
      "kubernetes.memoryRequested": wanted * requestOfPod(object),
    },
    problems,
  };
}

/**
 * Bytes of memory that the scheduler keeps for one pod: the sum of its containers, or the most that one of its init containers
 * wants, whichever is more, and its overhead. Source: kubernetes.io/docs/concepts/workloads/pods/init-containers (resources).
 */
function requestOfPod(object: NonNullable<Item["object"]>): number {
  const pod = ["spec", "template", "spec"] as const;
  const requests = (kind: "containers" | "initContainers") =>
    treesAt(object, ...pod, kind).map(
      (container) =>
        quantityOf(at(container, "resources", "requests", "memory")) ??
        quantityOf(at(container, "resources", "limits", "memory")) ??
        0,
    );
  const together = requests("containers").reduce((sum, each) => sum + each, 0);
  const overhead = quantityOf(at(object, ...pod, "overhead", "memory")) ?? 0;
  return Math.max(together, ...requests("initContainers")) + overhead;
}
