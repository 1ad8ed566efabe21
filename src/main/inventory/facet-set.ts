import { facetNames } from "../../shared/live.ts";

/**
 * The values that one resource has in all facets, in the order of `facetNames` ("" where it has none). Equal sets
 * are one object: an estate has far fewer of them than resources, so that counting them is cheap.
 */
export type FacetSet = readonly string[];

/** More sets than any estate has at once; past it those no longer in use are let go of. */
const mostSets = 50_000;
const sets = new Map<string, FacetSet>();

/** The one object for these values. */
export function facetSet(valueIn: (name: (typeof facetNames)[number]) => string): FacetSet {
  const values = facetNames.map(valueIn);
  const key = values.join("\n");
  const known = sets.get(key);
  if (known) return known;
  if (sets.size >= mostSets) sets.clear();
  sets.set(key, values);
  return values;
}
