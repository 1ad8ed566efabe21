import type { Duplex } from "node:stream";
import type { OfferedPort } from "../../../../shared/forwards.ts";
import type { Ports } from "../../system.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { noReadyPod, notRunning, podVanished } from "./faults.ts";
import { type PodsPlace, podsBehind, podsPlaceOf } from "./pods-behind.ts";
import { connectPort } from "./port-stream.ts";
import type { StreamPod } from "./stream-pod.ts";

/** The ports of pods, and of workloads by a pod of theirs that is ready, chosen anew for each connection. */
export class ClusterPorts implements Ports {
  readonly #access: ClusterAccess;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  has(resource: string): boolean {
    return placeOf(this.#access, resource) !== null;
  }

  /** What the containers declare, by TCP; a container may listen on others as well. */
  async offered(resource: string, signal: AbortSignal): Promise<OfferedPort[]> {
    const pods = await this.#podsOf(resource, signal);
    const found = new Map<number, OfferedPort>();
    for (const { containers } of pods) {
      for (const { ports } of containers) for (const each of ports) found.set(each.port, { ...each });
    }
    return [...found.values()].sort((one, other) => one.port - other.port);
  }

  /**
   * Throws what KubernetesApi throws, `kubernetes.pod-gone`, `.pod-not-running` and `.no-ready-pod`; what the node says of
   * the port itself is the stream's error.
   */
  async connect(resource: string, port: number, signal: AbortSignal): Promise<Duplex> {
    const pods = await this.#podsOf(resource, signal);
    const { namespace, name } = chosen(resource, pods);
    return connectPort(this.#access, { namespace, pod: name, port }, signal);
  }

  async #podsOf(resource: string, signal: AbortSignal): Promise<StreamPod[]> {
    const place = placeOf(this.#access, resource);
    if (!place) throw podVanished(this.#access.name, resource);
    return podsBehind(this.#access, place, [], signal);
  }
}

function placeOf(access: ClusterAccess, resource: string): PodsPlace | null {
  const place = podsPlaceOf(access, resource);
  return place?.kind === "pod" || place?.kind === "workload" ? place : null;
}

/** A pod that is ready; of several, the same one each time as long as it stays so. */
function chosen(resource: string, pods: readonly StreamPod[]): StreamPod {
  const running = pods.filter(({ phase, isLeaving }) => phase === "Running" && !isLeaving);
  const best = running.find(({ isReady }) => isReady);
  if (best) return best;
  const [first, ...others] = pods;
  // Who names one pod means that one, ready or not.
  if (first && others.length === 0 && running.length === 1) return first;
  if (first && others.length === 0) throw notRunning(first.name, first.phase);
  throw noReadyPod(resource.split("/").at(-1) ?? resource);
}
