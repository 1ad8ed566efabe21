import type { LogRequest } from "../../../../shared/logs.ts";
import type { LogSource, Logs } from "../../system.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { resourceIds } from "../kinds/seen.ts";
import { readContainerLog } from "./container-log.ts";
import { noSuchContainer } from "./faults.ts";
import { podsBehind, podsPlaceOf } from "./pods-behind.ts";
import type { PodContainer, StreamPod } from "./stream-pod.ts";

/** The logs of a cluster's pods, and of the pods of its workloads, namespaces and nodes. */
export class ClusterLogs implements Logs {
  readonly #access: ClusterAccess;
  readonly #namespaces: readonly string[];

  constructor(access: ClusterAccess, namespaces: readonly string[]) {
    this.#access = access;
    this.#namespaces = namespaces;
  }

  has(resource: string): boolean {
    return podsPlaceOf(this.#access, resource) !== null;
  }

  /** Throws what KubernetesApi throws, `kubernetes.pod-gone` and `.container-unknown`. */
  async sources(resource: string, request: LogRequest, signal: AbortSignal): Promise<LogSource[]> {
    const place = podsPlaceOf(this.#access, resource);
    if (!place) return [];
    const pods = await podsBehind(this.#access, place, this.#namespaces, signal);
    const wanted = pods.map((pod) => ({ pod, containers: containersOf(pod, request) }));
    const [only] = pods;
    if (
      place.kind === "pod" &&
      only &&
      request.container !== null &&
      !hasContainer(only, request.container)
    ) {
      throw noSuchContainer(only.name, request.container);
    }
    return wanted.flatMap(({ pod, containers }) => containers.map(({ name }) => this.#source(pod, name)));
  }

  #source(pod: StreamPod, container: string): LogSource {
    const { namespace, name, uid, containers } = pod;
    const access = this.#access;
    const place = { namespace, pod: name, uid, container };
    return {
      id: `${access.system}/${uid}/${container}`,
      resource: resourceIds.pod(access.system, namespace, name),
      name: containers.length > 1 ? `${name}/${container}` : name,
      read: (request, signal, tell) => readContainerLog(access, place, request, signal, tell),
    };
  }
}

/** Those that say something: what runs before the others counts as long as the pod has not come further. */
function containersOf(pod: StreamPod, { container, previous }: LogRequest): PodContainer[] {
  const isUp = pod.containers.some(({ isInit, state }) => !isInit && state !== "waiting");
  return pod.containers.filter((each) => {
    if (container !== null && each.name !== container) return false;
    if (previous && each.restarts === 0) return false;
    return container !== null || !each.isInit || each.state === "running" || !isUp;
  });
}

function hasContainer({ containers }: StreamPod, name: string): boolean {
  return containers.some((each) => each.name === name);
}
