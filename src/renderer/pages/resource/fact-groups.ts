import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { Fact, Resource } from "../../../shared/resource.ts";

const groups = ["load", "maintenance", "storage", "system", "identity", "reach", "other"] as const;
export type Group = (typeof groups)[number];
const definitions: Record<string, FactDefinition> = factDefinitions;

/** The facts by group, in the order in which they are defined; unknown keys come last, under "other". */
export function factGroups(facts: Resource["facts"]): { group: Group; facts: [string, Fact][] }[] {
  const order = Object.keys(factDefinitions);
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const sorted = Object.entries(facts).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
  return groups.flatMap((group) => {
    const own = sorted.filter(([key]) => (definitions[key]?.group ?? "other") === group);
    return own.length === 0 ? [] : [{ group, facts: own }];
  });
}
