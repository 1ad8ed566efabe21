import type { Resource } from "../api/catalogue.ts";
import type { KubeObject } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";

/** Something that is installed in a cluster: its custom resources, and the controllers that work on them. */
export interface ClusterAddon {
  readonly resources: readonly Resource[];
  /** Draws what it has been doing so far into the furnished cluster, and works on from there. */
  start(cluster: Cluster): RunningAddon;
}

export interface RunningAddon {
  /** Why an object that a client wants to create is not taken, and the field that this is about. */
  objectionTo?(name: string, object: KubeObject): { field: string; message: string } | null;
  /** The subresource `details` of one of its objects; null for another's. */
  detailsOf?(name: string, object: KubeObject): KubeObject | null;
  /** What a pod of its answers over HTTP at a port and path; null for what is none of its. */
  answerOf?(asked: PodRequest): string | null;
  close(): void;
}

/** A request to a pod through the API server's proxy; `path` without its first slash. */
export interface PodRequest {
  namespace: string;
  pod: string;
  port: number;
  path: string;
}
