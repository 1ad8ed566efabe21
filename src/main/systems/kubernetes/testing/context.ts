import type { FactValue, Resource, ResourceKind } from "../../../../shared/resource.ts";
import type { ActionContext } from "../../../actions/action.ts";

/** A resource as the inventory holds it. */
export function resource(id: string, kind: ResourceKind, facts: Record<string, FactValue> = {}): Resource {
  return {
    id,
    kind,
    name: id.split("/").at(-1) ?? id,
    system: "east",
    parent: null,
    site: null,
    environment: null,
    health: "ok",
    stale: false,
    seenAt: 0,
    facts: Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, { value, source: "east", at: 0 }]),
    ),
    problems: [],
    sources: {},
  };
}

/** A context for one run of an action, and what it said and did. */
export function contextFor(of: Resource, signal: AbortSignal = new AbortController().signal) {
  const trail = { committed: 0, progress: [] as string[], output: [] as string[] };
  const context: ActionContext = {
    resource: of,
    signal,
    progress: (words) => void trail.progress.push(words.en),
    output: (_stream, words) => void trail.output.push(words.trim()),
    committed() {
      trail.committed += 1;
    },
  };
  return { context, trail };
}
