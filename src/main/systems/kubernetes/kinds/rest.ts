import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import { quantityOf } from "./quantity.ts";
import { type Attached, at, numberAt, problem, resourceIds, type Seen, treesAt, wordAt } from "./seen.ts";

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

/** A PodDisruptionBudget, as a line of its namespace. */
export function attachedBudget(system: string, { metadata, object }: Item): Attached | null {
  if (metadata.namespace === null || object === null) return null;
  const status = (key: string) => numberAt(object, "status", key) ?? 0;
  return {
    to: resourceIds.namespace(system, metadata.namespace),
    fact: "kubernetes.budgets",
    words: `${metadata.name}: ${status("disruptionsAllowed")} (${status("currentHealthy")}/${status("desiredHealthy")})`,
    problem: null,
  };
}

/** A share of a quota from which on it is told. */
const nearlyFull = 0.9;

/** A ResourceQuota, as a line of its namespace. */
export function attachedQuota(system: string, { metadata, object }: Item): Attached | null {
  if (metadata.namespace === null || object === null) return null;
  const hard = at(object, "status", "hard");
  if (typeof hard !== "object" || hard === null) return null;
  const uses = Object.entries(hard).map(([what, limit]) => {
    const used = at(object, "status", "used", what);
    const share = (quantityOf(used) ?? 0) / (quantityOf(limit) ?? Number.POSITIVE_INFINITY);
    return { what, share, words: `${what} ${String(used ?? 0)}/${String(limit)}` };
  });
  const full = uses.filter(({ share }) => share >= nearlyFull);
  const list = full.map(({ words }) => words).join(", ");
  return {
    to: resourceIds.namespace(system, metadata.namespace),
    fact: "kubernetes.quotas",
    words: `${metadata.name}: ${uses.map(({ words }) => words).join(", ")}`.slice(0, 500),
    problem:
      full.length === 0
        ? null
        : problem(
            "quota-nearly-full",
            "warning",
            text(`Quota nearly used up: ${list}.`, `Quota presque épuisé : ${list}.`),
          ),
  };
}
