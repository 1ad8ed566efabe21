import type { Plan } from "../../../shared/plan.ts";

/** For each action of a plan, by its node, the actions that must have been done before it. */
export function earlierSteps({ nodes }: Plan): Map<string, Set<string>> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const actionsIn = (id: string): string[] => {
    if (byId.get(id)?.kind === "action") return [id];
    return nodes.filter(({ parent }) => parent === id).flatMap((child) => actionsIn(child.id));
  };
  const known = new Map<string, Set<string>>();
  /** What must be through before this node begins, be it an action or not. */
  const before = (id: string): Set<string> => {
    const found = known.get(id);
    if (found) return found;
    const all = new Set<string>();
    known.set(id, all);
    const node = byId.get(id);
    for (const earlier of [...(node?.needs ?? []), ...(node?.after ?? [])])
      for (const one of [...actionsIn(earlier), ...before(earlier)]) all.add(one);
    if (node?.parent) for (const one of before(node.parent)) all.add(one);
    return all;
  };
  return new Map(nodes.filter(({ kind }) => kind === "action").map(({ id }) => [id, before(id)]));
}
