import type { Form, Item } from "../list-watch/items.ts";
import { seenNode } from "./nodes.ts";
import { seenPod } from "./pods.ts";
import { attachedBudget, attachedQuota, seenIngress, seenNamespace, seenVolume } from "./rest.ts";
import type { Attached, Seen } from "./seen.ts";
import { seenWorkload, type WorkloadType } from "./workloads.ts";

/** One kind of object that is read, and what it becomes. */
export interface ObservedKind {
  /** The first part of its resources' identifiers below the system's. */
  folder: string;
  plural: string;
  /** The API's path before the namespace; several where versions differ, tried in this order. */
  prefixes: readonly string[];
  namespaced: boolean;
  form: Form;
  /** Read ten times less often: there may be tens of thousands. */
  seldom: boolean;
  see(system: string, item: Item): Seen | null;
  attach(system: string, item: Item): Attached | null;
}

const none = () => null;
const core = ["/api/v1"];
const apps = ["/apis/apps/v1"];

function workloads(type: WorkloadType, plural: string): ObservedKind {
  return {
    folder: `workloads/${type}`,
    plural,
    prefixes: apps,
    namespaced: true,
    form: "objects",
    seldom: false,
    see: (system, item) => seenWorkload(type, system, item),
    attach: none,
  };
}

type Usual = Pick<ObservedKind, "folder" | "plural"> & Partial<ObservedKind>;

function kind(parts: Usual): ObservedKind {
  return {
    prefixes: core,
    namespaced: true,
    form: "objects",
    seldom: false,
    see: none,
    attach: none,
    ...parts,
  };
}

/** Everything that is read of a cluster, nodes first. */
export const observedKinds: readonly ObservedKind[] = [
  kind({ folder: "nodes", plural: "nodes", namespaced: false, see: seenNode }),
  kind({ folder: "namespaces", plural: "namespaces", namespaced: false, see: seenNamespace }),
  workloads("Deployment", "deployments"),
  workloads("StatefulSet", "statefulsets"),
  workloads("DaemonSet", "daemonsets"),
  kind({ folder: "volumes", plural: "persistentvolumeclaims", see: seenVolume }),
  kind({
    folder: "ingresses",
    plural: "ingresses",
    prefixes: ["/apis/networking.k8s.io/v1", "/apis/networking.k8s.io/v1beta1"],
    see: seenIngress,
  }),
  kind({
    folder: "budgets",
    plural: "poddisruptionbudgets",
    prefixes: ["/apis/policy/v1", "/apis/policy/v1beta1"],
    attach: attachedBudget,
  }),
  kind({ folder: "quotas", plural: "resourcequotas", attach: attachedQuota }),
  kind({ folder: "pods", plural: "pods", form: "rows", seldom: true, see: seenPod }),
];
