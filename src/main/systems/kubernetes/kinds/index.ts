import { seenCronJob, seenJob, type WorkloadKind } from "./batch.ts";
import { BudgetGatherer, budgetPart } from "./budgets.ts";
import { observedKind as kind, type ObservedKind, type UsualKind } from "./kind.ts";
import { attachedNodeMetrics, attachedPodMetrics } from "./metrics.ts";
import { seenNode } from "./nodes.ts";
import { attachedClusterVersion, seenMachinePool, seenOperator, seenRoute } from "./openshift.ts";
import { seenPod } from "./pods.ts";
import { attachedQuota } from "./quotas.ts";
import { ReleaseGatherer, releasePart } from "./releases.ts";
import { seenIngress, seenNamespace, seenVolume } from "./rest.ts";
import { seenWorkload } from "./workloads.ts";

export type { ObservedKind } from "./kind.ts";

const metrics = ["/apis/metrics.k8s.io/v1beta1", "/apis/metrics.k8s.io/v1"];
/** Metrics-server asks the kubelets every 15 s; the figures of all pods are megabytes. */
const nodeFigures = 15_000;
const podFigures = 60_000;

function workloads(type: WorkloadKind, parts: Omit<UsualKind, "folder">): ObservedKind {
  return kind({ folder: `workloads/${type}`, prefixes: ["/apis/apps/v1"], ...parts });
}

function openshift(group: string, parts: UsualKind): ObservedKind {
  return kind({ prefixes: [`/apis/${group}.openshift.io/v1`], namespaced: false, ...parts });
}

/** Everything that is read of a cluster, nodes first; what discovery does not name is not asked for. */
export const observedKinds: readonly ObservedKind[] = [
  kind({
    folder: "nodes",
    plural: "nodes",
    lookedAtWith: ["nodes", "cluster"],
    namespaced: false,
    see: seenNode,
  }),
  kind({ folder: "namespaces", plural: "namespaces", namespaced: false, see: seenNamespace }),
  workloads("Deployment", {
    plural: "deployments",
    see: (system, item) => seenWorkload("Deployment", system, item),
  }),
  workloads("StatefulSet", {
    plural: "statefulsets",
    see: (system, item) => seenWorkload("StatefulSet", system, item),
  }),
  workloads("DaemonSet", {
    plural: "daemonsets",
    see: (system, item) => seenWorkload("DaemonSet", system, item),
  }),
  workloads("CronJob", {
    plural: "cronjobs",
    prefixes: ["/apis/batch/v1", "/apis/batch/v1beta1"],
    see: seenCronJob,
  }),
  workloads("Job", { plural: "jobs", prefixes: ["/apis/batch/v1"], see: seenJob }),
  kind({ folder: "volumes", plural: "persistentvolumeclaims", see: seenVolume }),
  kind({
    folder: "ingresses",
    plural: "ingresses",
    prefixes: ["/apis/networking.k8s.io/v1", "/apis/networking.k8s.io/v1beta1"],
    see: seenIngress,
  }),
  openshift("route", { folder: "routes", plural: "routes", namespaced: true, see: seenRoute }),
  kind({
    folder: "budgets",
    plural: "poddisruptionbudgets",
    lookedAtWith: ["namespaces"],
    prefixes: ["/apis/policy/v1", "/apis/policy/v1beta1"],
    part: budgetPart,
    gatherer: (access) => new BudgetGatherer(access),
  }),
  kind({ folder: "quotas", plural: "resourcequotas", lookedAtWith: ["namespaces"], attach: attachedQuota }),
  openshift("config", {
    folder: "cluster-versions",
    plural: "clusterversions",
    lookedAtWith: ["cluster"],
    attach: attachedClusterVersion,
  }),
  openshift("config", {
    folder: "operators",
    plural: "clusteroperators",
    lookedAtWith: ["operators", "cluster"],
    see: seenOperator,
  }),
  openshift("machineconfiguration", {
    folder: "machine-pools",
    plural: "machineconfigpools",
    lookedAtWith: ["machine-pools", "cluster"],
    see: seenMachinePool,
  }),
  kind({
    folder: "releases",
    plural: "secrets",
    form: "metadata",
    labelSelector: "owner=helm",
    fieldSelector: "type=helm.sh/release.v1",
    seldom: true,
    extra: true,
    part: releasePart,
    gatherer: (access) => new ReleaseGatherer(access),
  }),
  kind({
    folder: "node-metrics",
    plural: "nodes",
    lookedAtWith: ["nodes"],
    prefixes: metrics,
    namespaced: false,
    pause: nodeFigures,
    watched: false,
    kept: false,
    extra: true,
    attach: attachedNodeMetrics,
  }),
  kind({ folder: "pods", plural: "pods", form: "rows", seldom: true, see: seenPod }),
  kind({
    folder: "pod-metrics",
    plural: "pods",
    lookedAtWith: ["pods"],
    prefixes: metrics,
    seldom: true,
    pause: podFigures,
    watched: false,
    kept: false,
    extra: true,
    attach: attachedPodMetrics,
  }),
];
