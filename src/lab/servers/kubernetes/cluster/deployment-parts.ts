import { randomUUID } from "node:crypto";
import type { Workload } from "../store/kinds.ts";
import { type JsonObject, read, stamp } from "../store/object.ts";

/** Where a ReplicaSet and its Deployment say which revision they are. */
export const revisionNote = "deployment.kubernetes.io/revision";

/** The ReplicaSet of a Deployment's template, without pods yet. */
export function replicaSetOf(deployment: Workload, hash: string, revision: number, now: number): Workload {
  const { namespace, name, uid } = deployment.metadata;
  const { template } = deployment.spec;
  const labels = { ...template.metadata?.labels, "pod-template-hash": hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      generation: 1,
      creationTimestamp: stamp(now),
      labels,
      annotations: { [revisionNote]: String(revision) },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, "pod-template-hash": hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

/** Whether a Deployment is available, and how far its roll-out is; `now` in epoch milliseconds, world time. */
export function deploymentConditions(
  deployment: Workload,
  counts: { desired: number; ready: number; updated: number; total: number },
  now: number,
): JsonObject[] {
  const { desired, ready, updated, total } = counts;
  const done = updated === desired && total === desired && ready === desired;
  const missing = Math.floor(desired / 4);
  const wanted = [
    ready >= desired - missing
      ? { type: "Available", status: "True", reason: "MinimumReplicasAvailable" }
      : { type: "Available", status: "False", reason: "MinimumReplicasUnavailable" },
    { type: "Progressing", status: "True", reason: done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated" },
  ];
  const before = Array.isArray(deployment.status.conditions) ? deployment.status.conditions : [];
  return wanted.map((condition) => {
    const known = before.find(
      (entry) => read(entry, "type") === condition.type && read(entry, "status") === condition.status,
    );
    const since = read(known, "lastTransitionTime");
    const message =
      condition.reason === "MinimumReplicasUnavailable"
        ? "Deployment does not have minimum availability."
        : "";
    return { ...condition, message, lastTransitionTime: typeof since === "string" ? since : stamp(now) };
  });
}
