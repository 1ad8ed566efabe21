import type { Application } from "../../world/regions.ts";
import type { Cluster } from "../kubernetes/cluster/cluster.ts";
import { isReady } from "../kubernetes/cluster/pod-state.ts";
import { count } from "../kubernetes/store/object.ts";

/** What each application cannot serve without, as the plan of the estate says it too. */
const needs: Readonly<Record<Application, readonly Application[]>> = {
  identity: [],
  billing: ["identity"],
  portal: ["identity", "billing"],
  archive: [],
};

/** Whether the application of a namespace has workloads in a cluster, each with as many ready pods as it wants. */
export function runs(cluster: Cluster, application: string): boolean {
  const own = [...cluster.deployments.all(), ...cluster.statefulSets.all()].filter(
    ({ metadata }) => metadata.namespace === application,
  );
  const ready = cluster.index
    .inNamespace(application)
    .filter((pod) => isReady(pod) && cluster.machines.isUp(pod.spec.nodeName ?? ""));
  return (
    own.length > 0 &&
    own.every(({ metadata, spec }) => {
      const wanted = count(spec, ["replicas"]);
      return wanted > 0 && ready.filter((pod) => pod.metadata.labels?.app === metadata.name).length >= wanted;
    })
  );
}

/** Whether an application serves in a cluster: it runs, and what it needs serves there too. */
export function serves(cluster: Cluster, application: Application): boolean {
  return runs(cluster, application) && needs[application].every((needed) => serves(cluster, needed));
}
