import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { at, problem, resourceIds, type Seen, treesAt, wordAt } from "./seen.ts";

/** A namespace. Its quotas and budgets are attached to it. */
export function seenNamespace(system: string, { metadata, object }: Item): Seen | null {
  const phase = wordAt(object, "status", "phase") ?? "Active";
  return {
    ...namespaceOf(system, metadata.name),
    facts: { "kubernetes.status": phase },
    problems:
      phase === "Terminating"
        ? [
            problem(
              "namespace-terminating",
              "warning",
              text("The namespace is being deleted.", "L'espace de noms est en cours de suppression."),
            ),
          ]
        : [],
  };
}

/** A namespace of which only the name is known. */
export function namespaceOf(system: string, name: string): Seen {
  return {
    id: resourceIds.namespace(system, name),
    kind: "namespace",
    name,
    parent: resourceIds.cluster(system),
    facts: {},
    problems: [],
  };
}

/** A PersistentVolumeClaim. */
export function seenVolume(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const phase = wordAt(object, "status", "phase") ?? "Pending";
  const bound = phase === "Bound";
  return {
    id: resourceIds.volume(system, namespace, name),
    kind: "volume",
    name,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.status": phase,
      "kubernetes.namespace": namespace,
      "kubernetes.storageClass": wordAt(object, "spec", "storageClassName"),
      "kubernetes.capacity": quantityOf(at(object, "status", "capacity", "storage")),
      "kubernetes.volume": wordAt(object, "spec", "volumeName"),
    },
    problems: bound
      ? []
      : [
          problem(
            "volume-not-bound",
            phase === "Lost" ? "critical" : "warning",
            text(
              `The claim is ${phase}, not bound to a volume.`,
              `La demande est ${phase}, sans volume lié.`,
            ),
          ),
        ],
  };
}

/** An Ingress: the hosts that it answers for. */
export function seenIngress(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const hosts = treesAt(object, "spec", "rules").flatMap(({ host }) =>
    typeof host === "string" ? [host] : [],
  );
  return {
    id: resourceIds.ingress(system, namespace, name),
    kind: "service",
    name,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": "Ingress",
      "kubernetes.namespace": namespace,
      "kubernetes.hosts": hosts.slice(0, 50),
    },
    problems: [],
  };
}
