import type { Node, Pod } from "../store/kinds.ts";
import type { Cluster } from "./cluster.ts";
import { podsPerNode } from "./node-drawing.ts";
import { ownerOf } from "./pod-index.ts";

/** How much another pod of the same owner on a node weighs against its other pods. */
const spread = 1_000;

function tolerates(pod: Pod, key: string): boolean {
  return (pod.spec.tolerations ?? []).some(
    (toleration) =>
      toleration.operator === "Exists" && (toleration.key === undefined || toleration.key === key),
  );
}

/** Why a node does not take a pod, as the scheduler counts reasons; none when it does. */
function refusals(pod: Pod, node: Node, cluster: Cluster): string[] {
  const name = node.metadata.name;
  const ready = node.status.conditions.find(({ type }) => type === "Ready")?.status === "True";
  if (!ready) return ["node(s) were not ready"];
  if (node.spec.unschedulable) return ["node(s) were unschedulable"];
  const taint = (node.spec.taints ?? []).find(
    ({ key, effect }) => effect !== "PreferNoSchedule" && !tolerates(pod, key),
  );
  if (taint) return [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`];
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  if (!wanted.every(([key, value]) => node.metadata.labels?.[key] === value)) {
    return ["node(s) didn't match Pod's node affinity/selector"];
  }
  const full = cluster.index.countOnNode(name) >= podsPerNode ? ["Too many pods"] : [];
  return [...full, ...cluster.room.lacking(pod, node)];
}

/** Chooses the node with the fewest pods of the same owner, then the fewest at all; or says why there is none. */
export function schedule(pod: Pod, cluster: Cluster): { node: string } | { why: string } {
  const refused = new Map<string, number>();
  const owner = ownerOf(pod)?.uid;
  const siblings = owner ? cluster.index.ownedBy(owner) : [];
  let best: { node: string; weight: number } | null = null;
  const nodes = cluster.nodes.all();
  for (const node of nodes) {
    const reasons = refusals(pod, node, cluster);
    for (const why of reasons) refused.set(why, (refused.get(why) ?? 0) + 1);
    if (reasons.length > 0) continue;
    const { name } = node.metadata;
    const together = siblings.filter((sibling) => sibling.spec.nodeName === name).length;
    const weight = together * spread + cluster.index.countOnNode(name);
    if (!best || weight < best.weight) best = { node: name, weight };
  }
  if (best) return { node: best.node };
  const reasons = [...refused].map(([why, times]) => `${times} ${why}`).sort();
  return { why: `0/${nodes.length} nodes are available: ${reasons.join(", ")}.` };
}
