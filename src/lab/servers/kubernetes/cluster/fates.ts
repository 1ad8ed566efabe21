import type { ContainerStatus, Pod } from "../store/kinds.ts";
import { count, items, type JsonObject, stamp, words } from "../store/object.ts";
import { isReady } from "./pod-state.ts";

/** What becomes of a container that is started. */
type Fate = { is: "serves" } | { is: "unpullable" } | { is: "ends"; after: number; exitCode: number };

/** World milliseconds that a command needs at least, and between two attempts to pull an image. */
const shortest = 1_000;
const pullRetry = 300_000;
/** Between a crash and the next start: twice as long each time, up to five minutes (Kubernetes, "Pod Lifecycle"). */
const firstBackOff = 10_000;
const longestBackOff = 300_000;

/**
 * What the first container of a pod does, by its wish: an image tagged `missing` cannot be pulled; the commands `true`,
 * `false` and `sleep SECONDS` end as they do elsewhere; everything else serves for ever.
 */
export function fateOf(pod: Pod): Fate {
  const [container] = pod.spec.containers;
  if (!container) return { is: "serves" };
  if (container.image.endsWith(":missing")) return { is: "unpullable" };
  const [program, seconds] = items(container, "command");
  if (program === "true") return { is: "ends", after: shortest, exitCode: 0 };
  if (program === "false") return { is: "ends", after: shortest, exitCode: 1 };
  const isSleep = program === "sleep" && typeof seconds === "string" && /^\d{1,7}$/.test(seconds);
  return isSleep
    ? { is: "ends", after: Math.max(shortest, Number(seconds) * 1000), exitCode: 0 }
    : { is: "serves" };
}

/** World milliseconds until the containers of a pod that runs, waits for its image or has crashed do something. */
export function nextTurn(pod: Pod): number | null {
  const fate = fateOf(pod);
  const reason = waitsFor(pod);
  if (reason === "ImagePullBackOff") return pullRetry;
  if (reason === "CrashLoopBackOff") return backOff(pod);
  return fate.is === "ends" && pod.status.phase === "Running" ? fate.after : null;
}

/** Why the first container waits; empty when it does not. */
export function waitsFor(pod: Pod): string {
  return words(pod.status.containerStatuses?.[0]?.state, "waiting", "reason");
}

function backOff(pod: Pod): number {
  const times = count(pod.status.containerStatuses?.[0], ["restartCount"]);
  return Math.min(longestBackOff, firstBackOff * 2 ** Math.min(times, 10));
}

/** A pod whose image is not to be had. `now` in epoch milliseconds, world time. */
export function pullFailed(pod: Pod, now: number): Pod {
  const message = `Back-off pulling image "${pod.spec.containers[0]?.image ?? ""}"`;
  const told = withState(pod, now, () => ({ waiting: { reason: "ImagePullBackOff", message } }));
  return { ...told, status: { ...told.status, phase: "Pending" } };
}

/**
 * A pod whose command has come to its end: it is over, or waits to be started again, as its `restartPolicy` says.
 */
export function ended(pod: Pod, exitCode: number, now: number): Pod {
  const at = stamp(now);
  const policy = pod.spec.restartPolicy;
  const again = policy === "Never" ? false : policy === "OnFailure" ? exitCode !== 0 : true;
  const terminated = (status: ContainerStatus): JsonObject => ({
    terminated: {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      startedAt: words(status.state, "running", "startedAt") || at,
      finishedAt: at,
      containerID: status.containerID,
    },
  });
  if (!again) {
    const over = withState(pod, now, terminated);
    return { ...over, status: { ...over.status, phase: exitCode === 0 ? "Succeeded" : "Failed" } };
  }
  const message = `back-off ${backOff(pod) / 1000}s restarting failed container=${pod.spec.containers[0]?.name ?? ""}`;
  const crashed = withState(pod, now, () => ({ waiting: { reason: "CrashLoopBackOff", message } }));
  const containerStatuses = crashed.status.containerStatuses?.map((status, index) => ({
    ...status,
    lastState: terminated(pod.status.containerStatuses?.[index] ?? status),
  }));
  return {
    ...crashed,
    status: { ...crashed.status, ...(containerStatuses ? { containerStatuses } : {}) },
  };
}

/** The pod with another state of its containers: none of them is ready in it. */
function withState(pod: Pod, now: number, state: (status: ContainerStatus) => JsonObject): Pod {
  const at = stamp(now);
  const statuses = pod.status.containerStatuses?.map((status) => ({
    ...status,
    ready: false,
    started: false,
    state: state(status),
  }));
  const conditions = pod.status.conditions?.map((condition) =>
    (condition.type === "Ready" || condition.type === "ContainersReady") && isReady(pod)
      ? {
          ...condition,
          status: "False" as const,
          reason: "ContainersNotReady",
          message: "containers are not ready",
          lastTransitionTime: at,
        }
      : condition,
  );
  return {
    ...pod,
    status: {
      ...pod.status,
      ...(statuses ? { containerStatuses: statuses } : {}),
      ...(conditions ? { conditions } : {}),
    },
  };
}
