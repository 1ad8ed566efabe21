import type { ClusterCapacity } from "../../../shared/capacity.ts";
import type { ReadinessCheck } from "../../../shared/pra.ts";
import type { Resource } from "../../../shared/resource.ts";
import { type LocalText, sameText, text } from "../../../shared/text.ts";
import { type Context, checkOf, clustersOf, isFresh, type Way } from "./context.ts";

const states = { ok: "ready", warning: "warning", exceeded: "blocked", unknown: "unknown" } as const;

/** Memory in bytes: what is wanted and how much there is for it; null where it is not known. */
interface Room {
  wanted: number | null;
  free: number | null;
}

/** Whether the site that production is carried to can bear it: its hypervisors' clusters, and the nodes of its clusters. */
export function capacityChecks(context: Context, all: readonly Resource[]): void {
  const protectedIds = new Set(Object.values(context.plan.applications).flatMap(({ protects }) => protects));
  const carried = all.filter(({ id }) => protectedIds.has(id));
  for (const way of context.ways) {
    const entered = clustersOf(way, context);
    const clusters = context.parts.capacity().clusters.filter(({ id }) => entered.has(id));
    for (const cluster of clusters) context.findings.add(clusterCheck(cluster, way));
    const vms = carried.filter(({ kind }) => kind === "vm");
    if (vms.length > 0) {
      const room = { wanted: sumOf(vms, "memory.total"), free: freeOf(clusters) };
      context.findings.add(roomCheck("vm", room, way, context));
    }
    const namespaces = carried.filter(({ kind }) => kind === "namespace");
    const nodes = all.filter(({ kind, site }) => kind === "node" && site === way.to);
    if (namespaces.length > 0) {
      const used = { wanted: usedBy(namespaces, all), free: freeOfNodes(nodes, context) };
      const kept = { wanted: requestedBy(namespaces, all), free: unkeptOf(nodes, all, way, context) };
      // The scheduler goes by what is requested, whatever is in use; what was never requested is not known by it.
      context.findings.add(roomCheck("namespace", tighter(used, kept), way, context));
    }
  }
}

function clusterCheck(cluster: ClusterCapacity, { direction }: Way): ReadinessCheck {
  const figures = [cluster.spare, cluster.memory, cluster.processors];
  const verdict = (["exceeded", "unknown", "warning"] as const).find((one) =>
    figures.some((figure) => figure.verdict === one),
  );
  const shown = figures.find((figure) => figure.verdict === verdict) ?? cluster.spare;
  return checkOf({
    id: `capacity/${cluster.id}`,
    kind: "capacity",
    direction,
    state: states[verdict ?? "ok"],
    title: sameText(cluster.name),
    resource: cluster.id,
    resourceName: cluster.name,
    text: shown.text,
    provenAt: cluster.readAt,
    mend: verdict
      ? {
          text: text("Look at the cluster's capacity.", "Regardez la capacité de la grappe."),
          resource: cluster.id,
          action: null,
        }
      : null,
  });
}

function roomCheck(
  kind: "vm" | "namespace",
  { wanted, free }: Room,
  way: Way,
  context: Context,
): ReadinessCheck {
  const known = wanted !== null && free !== null;
  const site = context.parts.estate()?.sites[way.to]?.name ?? way.to;
  const short = known && wanted > free;
  const frees = short && freesFirst(way, context);
  const words: LocalText = known
    ? text(
        `${bytes(wanted).en} of memory are wanted at ${site}, and ${bytes(free).en} are free.`,
        `${bytes(wanted).fr} de mémoire sont nécessaires à ${site}, et ${bytes(free).fr} sont libres.`,
      )
    : text(
        `It was not measured what the applications use, or what is free at ${site}.`,
        `On n'a pas mesuré ce qu'utilisent les applications, ou ce qui est libre à ${site}.`,
      );
  const more = frees
    ? text(
        " Steps of the plan stop others there first.",
        " Des étapes du plan y arrêtent d'abord d'autres charges.",
      )
    : text("", "");
  return checkOf({
    id: `room/${way.direction}/${kind}`,
    kind: "capacity",
    direction: way.direction,
    state: !known ? "unknown" : !short ? "ready" : frees ? "warning" : "blocked",
    title: text(`Room at ${site}`, `Place à ${site}`),
    text: text(`${words.en}${more.en}`, `${words.fr}${more.fr}`),
    provenAt: known ? context.now : null,
    mend: short
      ? {
          text: text(
            "Make room there, or stop what can do without.",
            "Faites-y de la place, ou arrêtez ce qui peut l'être.",
          ),
          resource: null,
          action: null,
        }
      : null,
  });
}

/** Whether steps of the plan stop something at the site before anything is restored there. */
function freesFirst({ nodes, to }: Way, { parts }: Context): boolean {
  return nodes.some(
    (node) =>
      node.kind === "action" &&
      /stop|shut-?down|power-off|scale/.test(node.action.id) &&
      parts.inventory.get(node.action.target.id)?.site === to,
  );
}

/** What the clusters of hypervisors have left under their own ceilings; null where one is not known. */
function freeOf(clusters: readonly ClusterCapacity[]): number | null {
  let free = 0;
  for (const { memory, limits } of clusters) {
    if (memory.used === null || memory.whole === null) return null;
    free += Math.max(0, memory.whole * limits.memoryRatio - memory.used);
  }
  return clusters.length === 0 ? null : free;
}

/** What nodes that take pods have left by what is in use on them now. */
function freeOfNodes(nodes: readonly Resource[], context: Context): number | null {
  const serving = nodes.filter(
    (node) =>
      isFresh(node, context) &&
      node.facts["kubernetes.ready"]?.value === true &&
      node.facts["kubernetes.cordoned"]?.value !== true,
  );
  const whole = sumOf(serving, "memory.total");
  const used = sumOf(serving, "kubernetes.memory");
  return serving.length === 0 || whole === null || used === null ? null : Math.max(0, whole - used);
}

/** What pods of the nodes' clusters have not requested yet, of what their serving nodes have for pods. */
function unkeptOf(
  nodes: readonly Resource[],
  all: readonly Resource[],
  way: Way,
  context: Context,
): number | null {
  const serving = nodes.filter(
    (node) =>
      isFresh(node, context) &&
      node.facts["kubernetes.ready"]?.value === true &&
      node.facts["kubernetes.cordoned"]?.value !== true,
  );
  const whole = sumOf(serving, "kubernetes.memoryAllocatable");
  if (serving.length === 0 || whole === null) return null;
  const systems = new Set(serving.map(({ system }) => system));
  let kept = 0;
  for (const { kind, system, site, facts } of all) {
    const requested = facts["kubernetes.memoryRequested"]?.value;
    if (kind === "workload" && systems.has(system) && site === way.to && typeof requested === "number")
      kept += requested;
  }
  return Math.max(0, whole - kept);
}

/** What the workloads of namespaces have requested together; null where nothing is known of them. */
function requestedBy(namespaces: readonly Resource[], all: readonly Resource[]): number | null {
  const inside = new Set(namespaces.map(({ id }) => id));
  let sum: number | null = null;
  for (const { kind, parent, facts } of all) {
    const requested = facts["kubernetes.memoryRequested"]?.value;
    if (kind === "workload" && parent !== null && inside.has(parent) && typeof requested === "number")
      sum = (sum ?? 0) + requested;
  }
  return sum;
}

/** Of two ways to count, the one that leaves less; one that is not known leaves it to the other. */
function tighter(one: Room, other: Room): Room {
  const left = ({ wanted, free }: Room) => (wanted === null || free === null ? null : free - wanted);
  const [first, second] = [left(one), left(other)];
  if (first === null) return second === null ? one : other;
  return second === null || first <= second ? one : other;
}

/** What the pods of namespaces use together; null where none was measured. */
function usedBy(namespaces: readonly Resource[], all: readonly Resource[]): number | null {
  const own = sumOf(namespaces, "kubernetes.memory");
  if (own !== null) return own;
  const inside = new Set(namespaces.map(({ id }) => id));
  const parents = new Map(all.map(({ id, parent }) => [id, parent]));
  const isInside = (id: string | null): boolean =>
    id !== null && (inside.has(id) || isInside(parents.get(id) ?? null));
  let sum: number | null = null;
  for (const { kind, parent, facts } of all) {
    const value = kind === "pod" ? facts["kubernetes.memory"]?.value : undefined;
    if (typeof value === "number" && isInside(parent)) sum = (sum ?? 0) + value;
  }
  return sum;
}

/** Null where one does not have the fact. */
function sumOf(resources: readonly Resource[], fact: string): number | null {
  let sum = 0;
  for (const { facts } of resources) {
    const value = facts[fact]?.value;
    if (typeof value !== "number") return null;
    sum += value;
  }
  return sum;
}

function bytes(count: number): LocalText {
  const gibibytes = Math.round(count / 1024 ** 3);
  return text(`${gibibytes} GiB`, `${gibibytes} Gio`);
}
