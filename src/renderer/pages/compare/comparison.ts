import { type FactDefinition, factDefinitions } from "../../../shared/facts.ts";
import type { FactValue, Resource } from "../../../shared/resource.ts";
import { factGroups, type Group } from "../resource/fact-groups.ts";

/** One fact of several resources, in their order; undefined where it is not known of one. */
export interface ComparedFact {
  key: string;
  values: (FactValue | undefined)[];
  /** Null for what is another from moment to moment: it is shown, and never a difference. */
  differs: boolean | null;
}

export interface ComparedGroup {
  group: Group;
  facts: ComparedFact[];
}

const definitions: Record<string, FactDefinition> = factDefinitions;

/** The facts of several resources side by side, in their groups and order; null stands for a resource that is not known. */
export function compare(resources: readonly (Resource | null)[]): ComparedGroup[] {
  const all = Object.assign({}, ...resources.map((resource) => resource?.facts ?? {}));
  return factGroups(all).map(({ group, facts }) => ({
    group,
    facts: facts.map(([key]) => {
      const values = resources.map((resource) => factOf(resource, key));
      return { key, values, differs: isMomentary(key) ? null : differ(values) };
    }),
  }));
}

/** The same with what is the same in all left out; a group without differences goes. */
export function differences(groups: readonly ComparedGroup[]): ComparedGroup[] {
  return groups.flatMap(({ group, facts }) => {
    const own = facts.filter((fact) => fact.differs);
    return own.length === 0 ? [] : [{ group, facts: own }];
  });
}

/** Whether a fact tells of the load of this moment: shares of what is there, and running averages. */
function isMomentary(key: string): boolean {
  const definition = definitions[key];
  if (definition?.group !== "load") return false;
  return definition.unit === "percent" || key.startsWith("load.") || key === "memory.available";
}

function factOf(resource: Resource | null, key: string): FactValue | undefined {
  return resource && Object.hasOwn(resource.facts, key) ? resource.facts[key]?.value : undefined;
}

/** What is not known of one and known of another differs; the order of a list is no difference. */
function differ(values: readonly (FactValue | undefined)[]): boolean {
  return new Set(values.map(asWords)).size > 1;
}

function asWords(value: FactValue | undefined): string {
  return JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
}
