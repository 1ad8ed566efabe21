import type { FactValue } from "../../../../shared/resource.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { type Attached, at, attachedTo, resourceIds, timeAt, treesAt } from "./seen.ts";

/** What a node uses. Source: metrics.k8s.io/v1beta1, NodeMetrics. */
export function attachedNodeMetrics(system: string, { metadata, object }: Item): Attached | null {
  if (object === null) return null;
  return attachedTo(resourceIds.node(system, metadata.name), {
    facts: {
      "kubernetes.cpu": thousandths(quantityOf(at(object, "usage", "cpu"))),
      "kubernetes.memory": quantityOf(at(object, "usage", "memory")),
    },
    measuredAt: timeAt(object, "timestamp"),
  });
}

/** What the containers of a pod use together. Source: metrics.k8s.io/v1beta1, PodMetrics. */
export function attachedPodMetrics(system: string, { metadata, object }: Item): Attached | null {
  if (object === null || metadata.namespace === null) return null;
  let cpu = 0;
  let memory = 0;
  for (const container of treesAt(object, "containers")) {
    cpu += quantityOf(at(container, "usage", "cpu")) ?? 0;
    memory += quantityOf(at(container, "usage", "memory")) ?? 0;
  }
  return attachedTo(resourceIds.pod(system, metadata.namespace, metadata.name), {
    facts: { "kubernetes.cpu": thousandths(cpu), "kubernetes.memory": memory },
    measuredAt: timeAt(object, "timestamp"),
  });
}

/** Processors are measured in billionths; thousandths are what anybody reads. */
function thousandths(cpu: number | null): number | null {
  return cpu === null ? null : Math.round(cpu * 1000) / 1000;
}

/** Adds what share of a node's own is used, in percent, as hosts have it: from that the curves are drawn. */
export function withShares(facts: Record<string, FactValue>, readAt: Record<string, number>): void {
  const share = (used: FactValue | undefined, all: FactValue | undefined) =>
    typeof used === "number" && typeof all === "number" && all > 0
      ? Math.min(100, Math.round((used / all) * 1000) / 10)
      : null;
  const put = (key: string, value: number | null, from: string) => {
    if (value === null) return;
    facts[key] = value;
    const at = readAt[from];
    if (at !== undefined) readAt[key] = at;
  };
  put("cpu.used", share(facts["kubernetes.cpu"], facts["cpu.count"]), "kubernetes.cpu");
  put("memory.used", share(facts["kubernetes.memory"], facts["memory.total"]), "kubernetes.memory");
}
