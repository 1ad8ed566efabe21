import { type LocalText, text } from "../../../../shared/text.ts";
import type { ShellSession, SystemConsole } from "../../system.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { Seen } from "../kinds/seen.ts";
import { type Rights, rights } from "../rights.ts";
import { openExecShell } from "./exec-shell.ts";
import { notRunning, podVanished } from "./faults.ts";
import { podsPlaceOf, readPod } from "./pods-behind.ts";
import { shellContainer } from "./stream-pod.ts";

export interface ShellParts {
  access: ClusterAccess;
  rights: Pick<Rights, "missing">;
  /** How a resource was seen last. */
  seen(resource: string): Seen | undefined;
}

/** Shells in pods, in the container that the pod's author named or its first. */
export class PodShells {
  readonly #parts: ShellParts;

  constructor(parts: ShellParts) {
    this.#parts = parts;
  }

  consoles(resource: string): readonly SystemConsole[] {
    const place = podsPlaceOf(this.#parts.access, resource);
    if (place?.kind !== "pod") return [];
    return [{ kind: "shell", unavailable: this.#unavailable(resource, place.namespace) }];
  }

  /** Throws `kubernetes.pod-gone`, `.pod-not-running`, what KubernetesApi throws, and Refusals. */
  async open(
    resource: string,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<ShellSession> {
    const { access } = this.#parts;
    const place = podsPlaceOf(access, resource);
    const pod = place?.kind === "pod" ? await readPod(access, place, signal) : null;
    if (!pod) throw podVanished(access.name, resource.split("/").at(-1) ?? resource);
    const container = shellContainer(pod);
    if (container?.state !== "running") throw notRunning(pod.name, container?.reason ?? pod.phase);
    const { namespace, name } = pod;
    return openExecShell(access, { namespace, pod: name, container: container.name }, size, signal);
  }

  #unavailable(resource: string, namespace: string): LocalText | null {
    const status = this.#parts.seen(resource)?.facts["kubernetes.status"];
    if (
      typeof status === "string" &&
      (status === "Succeeded" || status === "Completed" || status === "Failed")
    )
      return text("The pod has ended.", "Le pod est terminé.");
    if (status === "Pending" || status === "ContainerCreating" || status === "SchedulingGated")
      return text("The pod does not run yet.", "Le pod ne fonctionne pas encore.");
    return this.#parts.rights.missing([rights.openShells], namespace);
  }
}
