import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";

/** Whether the rest of a cluster can do without a node, in words, with the figures that it is judged by. */
export interface Room {
  enough: boolean;
  text: LocalText;
  observed: Record<string, number>;
}

/** What a node has of something and what is asked of it, by the facts that its system reads. */
const measures = [
  {
    name: "cpu",
    has: "kubernetes.cpu",
    asked: "kubernetes.cpuRequested",
    words: text("processor time", "temps processeur"),
  },
  {
    name: "memory",
    has: "kubernetes.memory",
    asked: "kubernetes.memoryRequested",
    words: text("memory", "mémoire"),
  },
] as const;

/**
 * Whether the other nodes of its cluster can take over from a node: none of them is in maintenance, at least one takes
 * pods, and what is free on them is enough for what runs here, as far as it is known.
 */
export function roomWithout(node: Resource, resources: readonly Resource[]): Room {
  const others = resources.filter(
    ({ kind, id, parent }) => kind === "node" && id !== node.id && parent === node.parent,
  );
  const away = others.find(({ maintenance }) => maintenance !== undefined && maintenance.through === null);
  const taking = others.filter(takesPods);
  const observed: Record<string, number> = { others: others.length, taking: taking.length };
  if (away) {
    return refused(
      observed,
      `${away.name} of the same cluster is in maintenance already.`,
      `${away.name}, du même cluster, est déjà en maintenance.`,
    );
  }
  if (taking.length === 0) {
    return refused(
      observed,
      "No other node of its cluster is ready and takes pods.",
      "Aucun autre nœud de son cluster n'est prêt à accepter des pods.",
    );
  }
  for (const figures of [podRoom(node, taking, resources), ...requestRooms(node, taking)]) {
    if (figures === null) continue;
    observed[`${figures.name}Needed`] = figures.needed;
    observed[`${figures.name}Free`] = figures.free;
    if (figures.needed <= figures.free) continue;
    const { needed, free } = { needed: round(figures.needed), free: round(figures.free) };
    return refused(
      observed,
      `The other nodes have too little ${figures.words.en} left: ${needed} asked for here, ${free} free there.`,
      `Les autres nœuds manquent de ressources (${figures.words.fr}) : ${needed} demandés ici, ${free} libres là-bas.`,
    );
  }
  return {
    enough: true,
    text: text(
      `The other nodes can take over; ${taking.length} of ${others.length} take pods.`,
      `Les autres nœuds peuvent prendre le relais ; ${taking.length} sur ${others.length} acceptent des pods.`,
    ),
    observed,
  };
}

interface Figures {
  name: string;
  words: LocalText;
  needed: number;
  free: number;
}

function podRoom(
  node: Resource,
  taking: readonly Resource[],
  resources: readonly Resource[],
): Figures | null {
  const limits = taking.map((other) => figure(other, "kubernetes.podLimit"));
  const counts = new Map<string, number>();
  for (const { kind, system, facts } of resources) {
    const on = facts["kubernetes.node"]?.value;
    if (kind === "pod" && system === node.system && typeof on === "string")
      counts.set(on, (counts.get(on) ?? 0) + 1);
  }
  if (limits.includes(null) || counts.size === 0) return null;
  const free = taking.map((other, index) =>
    Math.max(0, (limits[index] ?? 0) - (counts.get(other.name) ?? 0)),
  );
  return {
    name: "pods",
    words: text("room for pods", "places pour des pods"),
    needed: counts.get(node.name) ?? 0,
    free: sum(free),
  };
}

/** Null where one of the nodes does not say what is asked of it: nothing is made up then. */
function requestRooms(node: Resource, taking: readonly Resource[]): (Figures | null)[] {
  return measures.map(({ name, has, asked, words }) => {
    const needed = figure(node, asked);
    const free = taking.map((other) => {
      const [all, taken] = [figure(other, has), figure(other, asked)];
      return all === null || taken === null ? null : Math.max(0, all - taken);
    });
    if (needed === null || free.includes(null)) return null;
    return { name, words, needed, free: sum(free.map((each) => each ?? 0)) };
  });
}

function takesPods({ facts, stale, maintenance }: Resource): boolean {
  const { "kubernetes.ready": ready, "kubernetes.cordoned": cordoned } = facts;
  return !stale && maintenance === undefined && ready?.value === true && cordoned?.value === false;
}

function figure({ facts }: Resource, key: string): number | null {
  const value = facts[key]?.value;
  return typeof value === "number" ? value : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function refused(observed: Record<string, number>, en: string, fr: string): Room {
  return { enough: false, text: text(en, fr), observed };
}
