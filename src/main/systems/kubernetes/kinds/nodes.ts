import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { at, problem, resourceIds, type Seen, treesAt, wordAt } from "./seen.ts";

const rolePrefix = "node-role.kubernetes.io/";

/** A node: whether it is ready, cordoned or under pressure, and its boot identifier. */
export function seenNode(system: string, item: Item): Seen | null {
  const { object, metadata } = item;
  if (object === null) return null;
  const { name } = metadata;
  const conditions = treesAt(object, "status", "conditions");
  const ready = conditions.find(({ type }) => type === "Ready");
  const cordoned = at(object, "spec", "unschedulable") === true;
  const roles = Object.keys(metadata.labels).flatMap((label) =>
    label.startsWith(rolePrefix) ? [label.slice(rolePrefix.length)] : [],
  );
  const address = treesAt(object, "status", "addresses").find(({ type }) => type === "InternalIP")?.address;
  const problems: Seen["problems"] = [];
  if (ready?.status !== "True") {
    const heard = ready?.status === "False";
    problems.push(
      problem(
        "node-not-ready",
        "critical",
        heard
          ? text(
              `The node is not ready (${String(ready.reason)}).`,
              `Le nœud n'est pas prêt (${String(ready.reason)}).`,
            )
          : text(
              "The node's kubelet is no longer heard of.",
              "Le kubelet du nœud ne donne plus signe de vie.",
            ),
      ),
    );
  }
  for (const { type, status } of conditions) {
    if (status !== "True" || !/Pressure$|^NetworkUnavailable$/.test(String(type))) continue;
    problems.push(
      problem(
        "node-pressure",
        "warning",
        text(`The node reports ${String(type)}.`, `Le nœud signale ${String(type)}.`),
      ),
    );
  }
  if (cordoned) {
    problems.push(
      problem(
        "node-cordoned",
        "warning",
        text(
          "The node is cordoned: it takes no new pods.",
          "Le nœud est isolé (cordon) : il n'accepte plus de pods.",
        ),
      ),
    );
  }
  return {
    id: resourceIds.node(system, name),
    kind: "node",
    name,
    parent: resourceIds.cluster(system),
    facts: {
      "kubernetes.ready": ready?.status === "True",
      "kubernetes.cordoned": cordoned,
      "kubernetes.roles": roles.length > 0 ? roles : null,
      "kubernetes.version": wordAt(object, "status", "nodeInfo", "kubeletVersion"),
      "kubernetes.podLimit": countOf(at(object, "status", "allocatable", "pods")),
      "os.name": wordAt(object, "status", "nodeInfo", "osImage"),
      "os.kernel": wordAt(object, "status", "nodeInfo", "kernelVersion"),
      "os.bootId": wordAt(object, "status", "nodeInfo", "bootID"),
      "cpu.count": quantityOf(at(object, "status", "capacity", "cpu")),
      "memory.total": quantityOf(at(object, "status", "capacity", "memory")),
      "kubernetes.memoryAllocatable": quantityOf(at(object, "status", "allocatable", "memory")),
      "hardware.uuid": wordAt(object, "status", "nodeInfo", "systemUUID"),
      "os.architecture": wordAt(object, "status", "nodeInfo", "architecture"),
      "reach.address": typeof address === "string" ? address.slice(0, 100) : null,
    },
    problems,
  };
}

function countOf(value: unknown): number | null {
  const words = String(value ?? "");
  return /^\d{1,9}$/.test(words) ? Number(words) : null;
}
