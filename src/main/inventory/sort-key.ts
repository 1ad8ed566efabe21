import { healthOrder } from "../../shared/resource.ts";
import type { Entry } from "./entry.ts";
import { naturalKey } from "./fold.ts";

/** What a list is ordered by; null (not known) comes last in both directions. */
export type SortKey = string | number | null;

/** The key of a resource for a column: a field of the row (worst health first) or a fact. */
export function sortKey(entry: Entry, by: string): SortKey {
  const { declaration } = entry;
  switch (by) {
    case "name":
      return entry.nameKey;
    case "health":
      return healthOrder.indexOf(entry.health);
    case "stale":
      return Number(entry.stale);
    case "seenAt":
      return entry.seenAt;
    case "id":
    case "kind":
    case "system":
    case "parent":
    case "site":
    case "environment":
      return declaration[by] === null ? null : naturalKey(declaration[by]);
    case "problem": {
      const problem = entry.problems()[0];
      return problem ? naturalKey(problem.text.en) : null;
    }
    default: {
      const value = entry.fact(by)?.value ?? null;
      if (typeof value === "boolean") return Number(value);
      if (Array.isArray(value)) return value.length;
      return typeof value === "string" ? naturalKey(value) : value;
    }
  }
}

/** Compares two keys; figures come before words, unknown last whichever the direction. */
export function compareKeys(one: SortKey, other: SortKey, direction: 1 | -1): number {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  if (typeof one === typeof other) return (one < other ? -1 : 1) * direction;
  return (typeof one === "number" ? -1 : 1) * direction;
}
