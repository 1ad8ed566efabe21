import type { ClusterAccess } from "../cluster-access.ts";
import { workloadKinds } from "../kinds/batch.ts";
import { resourceIds } from "../kinds/seen.ts";
import type { EventObject } from "./event.ts";

/** Where the events of a resource are asked for, and which of those that come are of it. */
export interface EventScope {
  paths: readonly string[];
  fieldSelector: string | null;
  covers(about: EventObject): boolean;
}

/** What is known of the cluster's resources. */
export interface KnownResources {
  has(id: string): boolean;
  parentOf(id: string): string | null;
}

/** Kinds of objects whose events are asked for one object at a time, by the folder of their resources. */
const single: Readonly<Record<string, string>> = {
  pods: "Pod",
  volumes: "PersistentVolumeClaim",
  ingresses: "Ingress",
};
const everything = () => true;

/** Null for a resource that has no events. */
export function scopeOf(
  access: Pick<ClusterAccess, "system" | "clusterId">,
  known: KnownResources,
  namespaces: readonly string[],
  resource: string,
): EventScope | null {
  const { system } = access;
  if (resource === access.clusterId) {
    return { paths: pathsOf(namespaces), fieldSelector: null, covers: everything };
  }
  if (!resource.startsWith(`${system}/`)) return null;
  const [folder = "", first = "", second = "", third = ""] = resource.slice(system.length + 1).split("/");
  if (first === "") return null;
  if (folder === "namespaces") return { paths: pathsOf([first]), fieldSelector: null, covers: everything };
  if (folder === "nodes") {
    return { paths: pathsOf([]), fieldSelector: selectorOf("Node", first), covers: everything };
  }
  if (folder === "workloads" && third !== "") {
    const covers = (about: EventObject) => isOfWorkload(system, known, resource, about);
    return { paths: pathsOf([second]), fieldSelector: null, covers };
  }
  const kind = Object.hasOwn(single, folder) ? single[folder] : undefined;
  if (kind === undefined || second === "") return null;
  return { paths: pathsOf([first]), fieldSelector: selectorOf(kind, second), covers: everything };
}

/** The resource that an event is about; null where the console knows none. */
export function resourceOf(system: string, known: KnownResources, about: EventObject): string | null {
  const id = idOf(system, about);
  return id !== null && known.has(id) ? id : null;
}

function idOf(system: string, { kind, namespace, name }: EventObject): string | null {
  if (kind === "Node") return resourceIds.node(system, name);
  if (kind === "Namespace") return resourceIds.namespace(system, name);
  if (kind === "ClusterOperator") return resourceIds.operator(system, name);
  if (kind === "MachineConfigPool") return resourceIds.machinePool(system, name);
  if (namespace === null) return null;
  if (kind === "Pod") return resourceIds.pod(system, namespace, name);
  if (kind === "PersistentVolumeClaim") return resourceIds.volume(system, namespace, name);
  if (kind === "Ingress") return resourceIds.ingress(system, namespace, name);
  const workload = workloadKinds.find((each) => each === kind);
  return workload ? resourceIds.workload(system, workload, namespace, name) : null;
}

/** The workload itself, what it has made (ReplicaSets, Jobs), and their pods: the names of those begin with its own. */
function isOfWorkload(system: string, known: KnownResources, workload: string, about: EventObject): boolean {
  const [, type = "", , name = ""] = workload.slice(system.length + 1).split("/");
  if (about.kind === type) return about.name === name;
  const id = idOf(system, about);
  if (about.kind === "Pod" && id !== null && known.has(id)) {
    const parent = known.parentOf(id);
    return parent === workload || (parent !== null && known.parentOf(parent) === workload);
  }
  const made = /^-[0-9a-z]{1,11}(-[0-9a-z]{1,6})?$/;
  const makes = ["Pod", "ReplicaSet", "Job"].includes(about.kind);
  return makes && about.name.startsWith(`${name}-`) && made.test(about.name.slice(name.length));
}

function selectorOf(kind: string, name: string): string {
  return `involvedObject.kind=${kind},involvedObject.name=${name}`;
}

function pathsOf(namespaces: readonly string[]): string[] {
  return namespaces.length === 0
    ? ["/api/v1/events"]
    : namespaces.map((name) => `/api/v1/namespaces/${name}/events`);
}
