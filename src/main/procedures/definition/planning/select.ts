import type { ResourceQuery } from "../../../../shared/procedure.ts";
import type { Resource } from "../../../../shared/resource.ts";
import type { PlanParts } from "./parts.ts";

/** Whether a resource is one of those that a query means. */
export function matches(query: ResourceQuery, resource: Resource, parts: Pick<PlanParts, "action">): boolean {
  const { kinds, site, environment, health, text, parent, action } = query;
  if (kinds && !kinds.includes(resource.kind)) return false;
  if (site !== undefined && resource.site !== site) return false;
  if (environment !== undefined && resource.environment !== environment) return false;
  if (parent !== undefined && resource.parent !== parent) return false;
  if (health && !health.includes(resource.health)) return false;
  if (text !== undefined && ![resource.id, resource.name].some((words) => contains(words, text)))
    return false;
  return action === undefined || parts.action(action, resource) !== null;
}

function contains(words: string, part: string): boolean {
  return words.toLowerCase().includes(part.toLowerCase());
}
