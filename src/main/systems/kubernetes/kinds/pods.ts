import type { Health } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { Item, Metadata } from "../list-watch/items.ts";
import { type WorkloadKind, workloadKinds } from "./batch.ts";
import { problem, resourceIds, type Seen, timeOf, wordAt } from "./seen.ts";

const fine = new Set(["Running", "Completed", "Succeeded"]);
const passing = new Set([
  "Pending",
  "ContainerCreating",
  "PodInitializing",
  "Terminating",
  "SchedulingGated",
]);

/** A pod by its row: the words that kubectl shows, worked out by the API server itself. */
export function seenPod(system: string, { metadata, cells, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null) return null;
  const status = cellWords(cells?.Status) ?? wordAt(object, "status", "phase") ?? "Unknown";
  const ready = cellWords(cells?.Ready);
  const said = cellWords(cells?.Node) ?? wordAt(object, "spec", "nodeName");
  const node = said === "<none>" ? null : said;
  const health = healthOf(status, ready);
  const owner = ownerOf(metadata);
  return {
    id: resourceIds.pod(system, namespace, name),
    kind: "pod",
    name,
    parent: owner
      ? resourceIds.workload(system, owner.type, namespace, owner.name)
      : resourceIds.namespace(system, namespace),
    runsOn: node === null ? null : resourceIds.node(system, node),
    facts: {
      "kubernetes.status": status,
      "kubernetes.podReady": ready,
      "kubernetes.restarts": restartsOf(cells?.Restarts),
      "kubernetes.node": node,
      "kubernetes.namespace": namespace,
      "kubernetes.createdAt": timeOf(metadata.creationTimestamp),
    },
    problems:
      health === "ok"
        ? []
        : [
            problem(
              "pod-status",
              health,
              text(
                `The pod is ${status} (${ready ?? "?"} ready).`,
                `Le pod est ${status} (${ready ?? "?"} prêts).`,
              ),
            ),
          ],
  };
}

/** The workload that a pod is of: a ReplicaSet of a Deployment has its name with the template's hash after it. */
export function ownerOf(metadata: Metadata): { type: WorkloadKind; name: string } | null {
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  if (!owner) return null;
  const hash = metadata.labels["pod-template-hash"];
  if (owner.kind === "ReplicaSet" && hash && owner.name.endsWith(`-${hash}`)) {
    return { type: "Deployment", name: owner.name.slice(0, -hash.length - 1) };
  }
  const type = workloadKinds.find((each) => each === owner.kind);
  return type ? { type, name: owner.name } : null;
}

function healthOf(status: string, ready: string | null): Health {
  if (status === "Running") {
    const [some, all] = (ready ?? "").split("/");
    return some === all ? "ok" : "warning";
  }
  if (fine.has(status)) return "ok";
  return passing.has(status) || /^Init:\d+\/\d+$/.test(status) ? "warning" : "critical";
}

/** The server writes restarts as a number or as words such as "3 (5m ago)". */
function restartsOf(cell: unknown): number | null {
  if (typeof cell === "number") return cell;
  const match = /^(\d{1,9})\b/.exec(cellWords(cell) ?? "");
  return match ? Number(match[1]) : null;
}

function cellWords(cell: unknown): string | null {
  return typeof cell === "string" && cell !== "" ? cell.slice(0, 200) : null;
}
