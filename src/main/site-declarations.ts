import type { Estate } from "../shared/estate.ts";
import { parseDuration } from "../shared/estate-words.ts";
import type { Declaration } from "../shared/resource.ts";

/** What declares sites: no system, but the estate file. */
export const siteSource = "estate";

/** The sites of an estate as resources; nothing observes them, so that they hardly ever are stale. */
export function sitesOf(estate: Estate): Declaration[] {
  return Object.entries(estate.sites).map(([id, site]) => ({
    id,
    kind: "site",
    name: site.name ?? id,
    system: siteSource,
    parent: null,
    site: id,
    environment: site.environment ?? null,
    staleAfter: parseDuration("52w") ?? 0,
  }));
}
