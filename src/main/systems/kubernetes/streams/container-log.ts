import type { IncomingMessage } from "node:http";
import { type OpsError, toOpsError } from "../../../../shared/errors.ts";
import type { LogRequest } from "../../../../shared/logs.ts";
import type { LogReadingState } from "../../system.ts";
import { answerTruncated } from "../client/faults.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { logSilent } from "./faults.ts";
import { readPod } from "./pods-behind.ts";
import { Replay } from "./replay.ts";
import type { PodContainer, StreamPod } from "./stream-pod.ts";

/** Failures in a row after which a log is given up, and one that has never been seen to answer. */
const mostFailures = 10;
const mostAtFirst = 3;
/** Milliseconds: the first and the longest pause after a failure; between two looks at a container that waits. */
const firstPause = 500;
const longestPause = 30_000;
const waitingPause = 2_000;
/** A log that says nothing for so long, in milliseconds, is asked for again: its connection may be half open. */
const followedSilence = 180_000;
const silence = 60_000;

export interface ContainerPlace {
  namespace: string;
  pod: string;
  uid: string;
  container: string;
}

type Next = { is: "ended" } | { is: "again"; pause: number } | { is: "waiting" };

/**
 * Reads a container's log, and follows it over breaks, restarts of the container and of the API server, until the
 * container will not run again. Source: core/v1 Pod, `GET …/pods/NAME/log`. Throws what KubernetesApi throws.
 */
export async function* readContainerLog(
  access: ClusterAccess,
  place: ContainerPlace,
  request: LogRequest,
  signal: AbortSignal,
  tell: (standing: LogReadingState) => void,
): AsyncGenerator<Buffer, void, void> {
  const replay = new Replay();
  const follow = request.follow && !request.previous;
  const from = { connectedAt: null as number | null };
  let failures = 0;
  for (;;) {
    let fault: OpsError | null = null;
    try {
      replay.restart();
      for await (const chunk of answerOf(access, place, request, replay, from, signal, tell)) {
        failures = 0;
        const lines = replay.take(chunk);
        if (lines.length > 0) yield lines;
      }
      const rest = replay.rest();
      if (rest.length > 0) yield rest;
      if (!follow) return;
    } catch (error) {
      signal.throwIfAborted();
      fault = faultOf(error, follow, replay.since !== null);
      if (fault?.code === "kubernetes.not-kubernetes" && from.connectedAt === null) throw fault;
      if (fault === null) return;
    }
    const next: Next = await after(access, place, fault, failures, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      fault = toOpsError(error, access.system);
      return { is: "again", pause: pauseAfter(access, failures) };
    });
    if (next.is === "ended") return;
    if (fault !== null && next.is === "again") {
      failures += 1;
      if (failures > (from.connectedAt === null ? mostAtFirst : mostFailures)) throw fault;
    }
    const isWaiting = next.is === "waiting";
    tell(isWaiting ? { state: "waiting", error: null } : { state: "connecting", error: fault });
    await access.wait(isWaiting ? waitingPause : next.pause, signal);
  }
}

/** One answer of the API server, as it comes. */
async function* answerOf(
  access: ClusterAccess,
  { namespace, pod, container }: ContainerPlace,
  request: LogRequest,
  replay: Replay,
  from: { connectedAt: number | null },
  signal: AbortSignal,
  tell: (standing: LogReadingState) => void,
): AsyncGenerator<Buffer, void, void> {
  const follow = request.follow && !request.previous;
  const stop = new AbortController();
  const incoming = await access.api.stream({
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
    query: {
      container,
      timestamps: true,
      follow: follow || undefined,
      previous: request.previous || undefined,
      ...beginning(access, request, replay, from),
    },
    accept: "*/*",
    signal: AbortSignal.any([signal, stop.signal]),
  });
  from.connectedAt ??= access.now();
  tell({ state: "reading", error: null });
  const limit = follow ? followedSilence : silence;
  let isSilent = false;
  const timer = setTimeout(() => {
    isSilent = true;
    incoming.destroy();
  }, limit);
  try {
    for await (const chunk of incoming) {
      timer.refresh();
      if (Buffer.isBuffer(chunk)) yield chunk;
      // The one who reads may take its time.
      timer.refresh();
    }
  } catch (error) {
    if (isSilent && follow) return;
    if (isSilent) throw logSilent(access.name, limit / 1000);
    throw broken(access, incoming, error);
  } finally {
    clearTimeout(timer);
    stop.abort();
    incoming.destroy();
  }
  if (!incoming.complete)
    throw isSilent ? logSilent(access.name, limit / 1000) : answerTruncated(access.name);
}

/** Where an answer is to begin: as was wished, after a break where it broke. */
function beginning(
  access: ClusterAccess,
  { tail, since }: LogRequest,
  replay: Replay,
  { connectedAt }: { connectedAt: number | null },
): Record<string, string | number | undefined> {
  if (replay.since !== null) return { sinceTime: replay.since };
  // Nothing was said yet: what came since the first answer is all that may be missing.
  if (connectedAt !== null && tail !== null) {
    return { sinceSeconds: Math.max(1, Math.ceil((access.now() - connectedAt) / 1000)) };
  }
  return { tailLines: tail ?? undefined, sinceSeconds: since ?? undefined };
}

function broken(access: ClusterAccess, incoming: IncomingMessage, error: unknown): OpsError {
  return incoming.complete ? toOpsError(error, access.system) : answerTruncated(access.name, error);
}

/** What is to be mended by asking again; null: the log has ended. Throws what cannot be mended. */
function faultOf(error: unknown, follow: boolean, hasRead: boolean): OpsError | null {
  if (error instanceof Refusal && error.status >= 400 && error.status < 500) {
    if (error.status === 404 && hasRead) return null;
    const mayPass =
      error.status === 401 || error.status === 429 || (error.status === 400 && follow && isWaiting(error));
    if (!mayPass) throw error;
  }
  return toOpsError(error, "kubernetes");
}

/** The kubelet's words for a container that has no log yet. */
function isWaiting({ said }: Refusal): boolean {
  return /waiting to start|ContainerCreating|PodInitializing|is not available|is terminated/i.test(said);
}

/** What comes after an answer that ended, or failed: the pod itself says. */
async function after(
  access: ClusterAccess,
  place: ContainerPlace,
  fault: OpsError | null,
  failures: number,
  signal: AbortSignal,
): Promise<Next> {
  const pod = await readPod(access, { namespace: place.namespace, name: place.pod }, signal);
  if (!pod || pod.uid !== place.uid) return { is: "ended" };
  const container = pod.containers.find(({ name }) => name === place.container);
  if (!container) return { is: "ended" };
  if (container.state === "running")
    return { is: "again", pause: fault ? pauseAfter(access, failures) : firstPause };
  return willRun(pod, container) ? { is: "waiting" } : { is: "ended" };
}

/** Whether a container that does not run now is going to. Source: kubernetes.io, "Pod Lifecycle", restart policy. */
function willRun(pod: StreamPod, { state, exitCode, isInit }: PodContainer): boolean {
  if (pod.isLeaving || pod.phase === "Succeeded" || pod.phase === "Failed") return false;
  if (state === "waiting") return true;
  if (isInit) return exitCode !== 0 && pod.restartPolicy !== "Never";
  return pod.restartPolicy === "Always" || (pod.restartPolicy === "OnFailure" && exitCode !== 0);
}

function pauseAfter(access: ClusterAccess, failures: number): number {
  return Math.min(longestPause, firstPause * 2 ** failures) * (1 + 0.25 * access.random());
}
