import { type Column, columnsOf, plainColumns } from "./columns.ts";

export interface Subresource {
  name: string;
  kind: string;
  verbs: readonly string[];
  /** The API group and version of its body, where they are not the resource's own. */
  body?: { group: string; version: string };
}

/** One resource of the API. */
export interface Resource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  short: readonly string[];
  categories: readonly string[];
  verbs: readonly string[];
  subresources: readonly Subresource[];
  /** What a field selector may name. */
  fields: readonly string[];
  columns: readonly Column[];
}

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const change = ["get", "patch", "update"];
const status = (kind: string): Subresource => ({ name: "status", kind, verbs: change });
const scale: Subresource = {
  name: "scale",
  kind: "Scale",
  verbs: change,
  body: { group: "autoscaling", version: "v1" },
};

function resource(
  group: string,
  plural: string,
  kind: string,
  more: Partial<Pick<Resource, "namespaced" | "short" | "categories" | "subresources" | "fields">> = {},
): Resource {
  const name = group === "" ? plural : `${plural}.${group}`;
  return {
    group,
    version: "v1",
    plural,
    kind,
    namespaced: more.namespaced ?? true,
    short: more.short ?? [],
    categories: more.categories ?? [],
    verbs: allVerbs,
    subresources: more.subresources ?? [],
    fields: ["metadata.name", "metadata.namespace", ...(more.fields ?? [])],
    columns: columnsOf[name] ?? plainColumns,
  };
}

const all = ["all"];
const podSubresources: Subresource[] = [
  status("Pod"),
  { name: "log", kind: "Pod", verbs: ["get"] },
  { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
  { name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"] },
  { name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  { name: "eviction", kind: "Eviction", verbs: ["create"], body: { group: "policy", version: "v1" } },
];

/** Every resource that the lab's API serves. */
export const resources: readonly Resource[] = [
  resource("", "namespaces", "Namespace", {
    namespaced: false,
    short: ["ns"],
    fields: ["status.phase"],
    subresources: [status("Namespace")],
  }),
  resource("", "nodes", "Node", {
    namespaced: false,
    short: ["no"],
    fields: ["spec.unschedulable"],
    subresources: [status("Node")],
  }),
  resource("", "pods", "Pod", {
    short: ["po"],
    categories: all,
    fields: ["spec.nodeName", "status.phase", "status.podIP", "spec.restartPolicy"],
    subresources: podSubresources,
  }),
  resource("", "services", "Service", { short: ["svc"], categories: all }),
  resource("", "configmaps", "ConfigMap", { short: ["cm"] }),
  resource("", "secrets", "Secret", { fields: ["type"] }),
  resource("", "serviceaccounts", "ServiceAccount", { short: ["sa"] }),
  resource("", "persistentvolumeclaims", "PersistentVolumeClaim", { short: ["pvc"] }),
  resource("", "resourcequotas", "ResourceQuota", { short: ["quota"] }),
  resource("", "limitranges", "LimitRange", { short: ["limits"] }),
  resource("", "events", "Event", {
    short: ["ev"],
    fields: [
      "type",
      "reason",
      "involvedObject.kind",
      "involvedObject.name",
      "involvedObject.namespace",
      "involvedObject.uid",
      "involvedObject.fieldPath",
      "involvedObject.apiVersion",
      "involvedObject.resourceVersion",
    ],
  }),
  ...(
    [
      ["deployments", "Deployment", "deploy"],
      ["replicasets", "ReplicaSet", "rs"],
      ["statefulsets", "StatefulSet", "sts"],
    ] as const
  ).map(([plural, kind, short]) =>
    resource("apps", plural, kind, { short: [short], categories: all, subresources: [status(kind), scale] }),
  ),
  resource("apps", "daemonsets", "DaemonSet", {
    short: ["ds"],
    categories: all,
    subresources: [status("DaemonSet")],
  }),
  resource("batch", "jobs", "Job", { categories: all, subresources: [status("Job")] }),
  resource("batch", "cronjobs", "CronJob", {
    short: ["cj"],
    categories: all,
    subresources: [status("CronJob")],
  }),
  resource("policy", "poddisruptionbudgets", "PodDisruptionBudget", {
    short: ["pdb"],
    subresources: [status("PodDisruptionBudget")],
  }),
  resource("networking.k8s.io", "ingresses", "Ingress", {
    short: ["ing"],
    subresources: [status("Ingress")],
  }),
  resource("coordination.k8s.io", "leases", "Lease"),
];

/** The name that the store and rules know a resource by: `pods`, `deployments.apps`. */
export function nameOf(kind: Pick<Resource, "group" | "plural">): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** `v1`, `apps/v1`. */
export function groupVersion({ group, version }: Pick<Resource, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The reviews of `authorization.k8s.io/v1`: kinds that are only created, and answered at once. */
export const reviews = [
  ["selfsubjectaccessreviews", "SelfSubjectAccessReview"],
  ["selfsubjectrulesreviews", "SelfSubjectRulesReview"],
] as const;
