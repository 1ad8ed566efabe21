import type { ResourceKind } from "../../shared/resource.ts";

/** Kinds of which several can be put side by side. */
export const comparedKinds: ReadonlySet<ResourceKind> = new Set(["host", "vm"]);

/** As many as can be read side by side. */
export const mostCompared = 4;

/** The page with these resources side by side, for links: `#/compare?ids=tower-a,tower-b`. */
export function placeOfComparison(ids: readonly string[]): string {
  // A comma within an identifier is none between two.
  const words = ids.map((id) => encodeURIComponent(id.replace(/[%,]/g, encodeURIComponent)));
  return `#/compare?ids=${words.join(",")}`;
}

/** The resources of such a link, each once, four at most. */
export function comparedIn(query: URLSearchParams): string[] {
  const ids = (query.get("ids") ?? "").split(",").map(decoded);
  return [...new Set(ids)].filter((id) => id !== "").slice(0, mostCompared);
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
