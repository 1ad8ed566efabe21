import { facetNames, facetsOfMany } from "../../shared/live.ts";
import type { FactValue } from "../../shared/resource.ts";

/** Between the values of a facet of which there may be several. */
const separator = "\u0000";
const isOfMany = facetNames.map((name) => facetsOfMany.has(name));

/** What a facet's place in a set holds for a fact: "" for none. */
export function facetWord(name: (typeof facetNames)[number], value: FactValue | undefined): string {
  if (!Array.isArray(value) || !facetsOfMany.has(name)) return String(value ?? "");
  return [...new Set(value)].join(separator);
}

/** The values that the place of that index stands for; [""] for none. */
export function valuesIn(word: string, index: number): readonly string[] {
  return isOfMany[index] && word.includes(separator) ? word.split(separator) : [word];
}

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
