import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { nodeCapacity } from "../actions/node-capacity.ts";

/** Whether the rest of a cluster can do without a node, in words, with the figures that it is judged by. */
export interface Room {
  enough: boolean;
  text: LocalText;
  observed: Record<string, number>;
}

/**
 * Whether the other nodes of its cluster can take over from a node: none of them is in maintenance, at least one takes
 * pods, what is in use here fits there, and there are places for its pods, as far as it is known.
 */
export function roomWithout(node: Resource, resources: readonly Resource[]): Room {
  const others = resources.filter(
    ({ kind, id, parent }) => kind === "node" && id !== node.id && parent === node.parent,
  );
  const away = others.find(({ maintenance }) => maintenance !== undefined && maintenance.through === null);
  if (away) {
    return {
      enough: false,
      text: text(
        `${away.name} of the same cluster is in maintenance already.`,
        `${away.name}, de la même grappe, est déjà en maintenance.`,
      ),
      observed: { others: others.length },
    };
  }
  const load = nodeCapacity(node, resources);
  const places = load.enough ? placesFor(node, others, resources) : null;
  const observed = { others: others.length, ...places };
  if (places === null || places.pods <= places.places) return { ...load, observed };
  return {
    enough: false,
    text: text(
      `The other nodes have too few places for pods: ${places.pods} run here, ${places.places} are free there.`,
      `Les autres nœuds ont trop peu de places pour des pods : ${places.pods} s'exécutent ici, ${places.places} sont libres là-bas.`,
    ),
    observed,
  };
}

/** The pods of a node and the places that the others have for them; null where one of those does not tell its limit. */
function placesFor(
  node: Resource,
  others: readonly Resource[],
  resources: readonly Resource[],
): { pods: number; places: number } | null {
  const taking = others.filter(
    ({ facts, stale }) =>
      !stale && facts["kubernetes.ready"]?.value === true && facts["kubernetes.cordoned"]?.value !== true,
  );
  const counts = new Map<string, number>();
  for (const { kind, system, facts } of resources) {
    const on = facts["kubernetes.node"]?.value;
    if (kind === "pod" && system === node.system && typeof on === "string")
      counts.set(on, (counts.get(on) ?? 0) + 1);
  }
  let places = 0;
  for (const { name, facts } of taking) {
    const limit = facts["kubernetes.podLimit"]?.value;
    if (typeof limit !== "number") return null;
    places += Math.max(0, limit - (counts.get(name) ?? 0));
  }
  return { pods: counts.get(node.name) ?? 0, places };
}
