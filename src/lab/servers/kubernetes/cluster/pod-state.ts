import { randomUUID } from "node:crypto";
import type { Condition, ContainerStatus, Pod, PodStatus, Workload } from "../store/kinds.ts";
import { stamp } from "../store/object.ts";

/** Whether a pod takes requests. */
export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** Whether a pod has not ended and is not about to. */
export function isActive(pod: Pod): boolean {
  const { phase } = pod.status;
  return !pod.metadata.deletionTimestamp && phase !== "Succeeded" && phase !== "Failed";
}

/** A pod of a workload's template, not yet seen by the scheduler. `now` in epoch milliseconds, world time. */
export function podOf(owner: Workload, name: string, labels: Record<string, string>, now: number): Pod {
  const { template } = owner.spec;
  const { namespace } = owner.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(now),
      labels: { ...template.metadata?.labels, ...labels },
      ...(template.metadata?.annotations ? { annotations: template.metadata.annotations } : {}),
      ownerReferences: [
        {
          apiVersion: owner.apiVersion,
          kind: owner.kind,
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: structuredClone(template.spec),
    status: { phase: "Pending", qosClass: "Burstable" },
  };
}

function conditions(isUp: boolean, at: string): Condition[] {
  const state = (type: string, met: boolean): Condition => ({
    type,
    status: met ? "True" : "False",
    lastTransitionTime: at,
    ...(met ? {} : { reason: "ContainersNotReady", message: "containers are not ready" }),
  });
  return [
    state("Initialized", true),
    state("Ready", isUp),
    state("ContainersReady", isUp),
    state("PodScheduled", true),
  ];
}

function containers(pod: Pod, isUp: boolean, at: string, again: boolean): ContainerStatus[] {
  return pod.spec.containers.map(({ name, image }, index) => {
    const before = pod.status.containerStatuses?.find((status) => status.name === name);
    const restartCount = (before?.restartCount ?? 0) + (again ? 1 : 0);
    const ended = { exitCode: 255, reason: "Unknown", finishedAt: at };
    return {
      name,
      image,
      imageID: `${image}@sha256:${"0".repeat(64)}`,
      containerID: `containerd://${pod.metadata.uid.replaceAll("-", "")}${index}${restartCount}`,
      ready: isUp,
      started: isUp,
      restartCount,
      state: isUp ? { running: { startedAt: at } } : { waiting: { reason: "ContainerCreating" } },
      lastState: again ? { terminated: ended } : (before?.lastState ?? {}),
    };
  });
}

/** A pod as its node has taken it: images are pulled, nothing runs yet. */
export function creating(pod: Pod, now: number): Pod {
  const at = stamp(now);
  const status: PodStatus = {
    ...pod.status,
    phase: "Pending",
    startTime: pod.status.startTime ?? at,
    conditions: conditions(false, at),
    containerStatuses: containers(pod, false, at, false),
  };
  return { ...pod, status };
}

/** A pod whose containers run and are ready; `again` when they ran before and their node was away. */
export function running(pod: Pod, addresses: { host: string; pod: string }, now: number, again = false): Pod {
  const at = stamp(now);
  const status: PodStatus = {
    phase: "Running",
    qosClass: pod.status.qosClass ?? "Burstable",
    startTime: pod.status.startTime ?? at,
    hostIP: addresses.host,
    podIP: addresses.pod,
    podIPs: [{ ip: addresses.pod }],
    conditions: conditions(true, at),
    containerStatuses: containers(pod, true, at, again),
  };
  return { ...pod, status };
}

/** A pod on a node that nobody hears of: it is not counted on any more. */
export function unheard(pod: Pod, now: number): Pod {
  const lost = pod.status.conditions?.map((condition) =>
    condition.type === "Ready" && condition.status === "True"
      ? { ...condition, status: "False" as const, reason: "NodeNotReady", lastTransitionTime: stamp(now) }
      : condition,
  );
  return { ...pod, status: { ...pod.status, ...(lost ? { conditions: lost } : {}) } };
}

/** A pod that no node takes, with the scheduler's reason. */
export function unschedulable(pod: Pod, message: string, now: number): Pod {
  const refused: Condition = {
    type: "PodScheduled",
    status: "False",
    reason: "Unschedulable",
    message,
    lastTransitionTime: stamp(now),
  };
  return { ...pod, status: { ...pod.status, conditions: [refused] } };
}
