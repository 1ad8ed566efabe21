import { type Column, columnsOf, plainColumns } from "./columns.ts";
import type { Flavour } from "./flavour.ts";

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
  /** The clusters that serve it; all when left out. */
  flavours?: readonly Flavour[];
}

const allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const readVerbs = ["get", "list"];
const change = ["get", "patch", "update"];
const status = (kind: string): Subresource => ({ name: "status", kind, verbs: change });
const scale: Subresource = {
  name: "scale",
  kind: "Scale",
  verbs: change,
  body: { group: "autoscaling", version: "v1" },
};

/** One resource by its group, plural and kind; what is left out is as of most: namespaced, of version `v1`, with every verb. */
export function resource(
  group: string,
  plural: string,
  kind: string,
  more: Partial<Omit<Resource, "group" | "plural" | "kind" | "columns">> = {},
): Resource {
  const name = group === "" ? plural : `${plural}.${group}`;
  return {
    group,
    version: more.version ?? "v1",
    plural,
    kind,
    namespaced: more.namespaced ?? true,
    short: more.short ?? [],
    categories: more.categories ?? [],
    verbs: more.verbs ?? allVerbs,
    subresources: more.subresources ?? [],
    fields: ["metadata.name", "metadata.namespace", ...(more.fields ?? [])],
    columns: columnsOf[name] ?? plainColumns,
    ...(more.flavours ? { flavours: more.flavours } : {}),
  };
}

const all = ["all"];
const podSubresources = (policy: string): Subresource[] => [
  status("Pod"),
  { name: "log", kind: "Pod", verbs: ["get"] },
  { name: "exec", kind: "PodExecOptions", verbs: ["create", "get"] },
  { name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"] },
  { name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"] },
  { name: "proxy", kind: "PodProxyOptions", verbs: ["get"] },
  { name: "eviction", kind: "Eviction", verbs: ["create"], body: { group: "policy", version: policy } },
];

const notOld: readonly Flavour[] = ["usual", "openshift"];
const budgets = { short: ["pdb"], subresources: [status("PodDisruptionBudget")] };
const pods = {
  short: ["po"],
  categories: all,
  fields: ["spec.nodeName", "status.phase", "status.podIP", "spec.restartPolicy"],
};

/** Every resource that one of the lab's clusters serves by itself. */
const resources: readonly Resource[] = [
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
  resource("", "pods", "Pod", { ...pods, subresources: podSubresources("v1"), flavours: notOld }),
  resource("", "pods", "Pod", { ...pods, subresources: podSubresources("v1beta1"), flavours: ["old"] }),
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
    flavours: notOld,
  }),
  resource("apps", "controllerrevisions", "ControllerRevision"),
  resource("policy", "poddisruptionbudgets", "PodDisruptionBudget", { ...budgets, flavours: notOld }),
  resource("policy", "poddisruptionbudgets", "PodDisruptionBudget", {
    ...budgets,
    version: "v1beta1",
    flavours: ["old"],
  }),
  resource("networking.k8s.io", "ingresses", "Ingress", {
    short: ["ing"],
    subresources: [status("Ingress")],
  }),
  resource("coordination.k8s.io", "leases", "Lease"),
  resource("metrics.k8s.io", "nodes", "NodeMetrics", {
    version: "v1beta1",
    namespaced: false,
    verbs: readVerbs,
  }),
  resource("metrics.k8s.io", "pods", "PodMetrics", { version: "v1beta1", verbs: readVerbs }),
  ...(
    [
      ["config.openshift.io", "clusterversions", "ClusterVersion", []],
      ["config.openshift.io", "clusteroperators", "ClusterOperator", ["co"]],
      ["machineconfiguration.openshift.io", "machineconfigpools", "MachineConfigPool", ["mcp"]],
      ["machineconfiguration.openshift.io", "machineconfigs", "MachineConfig", ["mc"]],
    ] as const
  ).map(([group, plural, kind, short]) =>
    resource(group, plural, kind, {
      namespaced: false,
      short,
      subresources: plural === "machineconfigs" ? [] : [status(kind)],
      flavours: ["openshift"],
    }),
  ),
  resource("route.openshift.io", "routes", "Route", {
    subresources: [status("Route")],
    flavours: ["openshift"],
  }),
];

/** What a cluster of that kind serves. */
export function resourcesOf(flavour: Flavour): readonly Resource[] {
  return resources.filter(({ flavours }) => flavours?.includes(flavour) ?? true);
}

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
