import type { FactValue, Health, Problem, ResourceKind } from "../../../../shared/resource.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { type Item, isTree } from "../list-watch/items.ts";

/** One object of the cluster as a resource of the console, before time and source are put to it. */
export interface Seen {
  id: string;
  kind: ResourceKind;
  name: string;
  parent: string;
  facts: Record<string, FactValue>;
  problems: Problem[];
}

/** A line that belongs to the facts of another object: a budget or quota of its namespace. */
export interface Attached {
  to: string;
  fact: string;
  words: string;
  problem: Problem | null;
}

/** Identifiers of resources, below that of the system in the estate file. */
export const resourceIds = {
  cluster: (system: string) => `${system}/cluster`,
  node: (system: string, name: string) => `${system}/nodes/${name}`,
  namespace: (system: string, name: string) => `${system}/namespaces/${name}`,
  workload: (system: string, type: string, namespace: string, name: string) =>
    `${system}/workloads/${type}/${namespace}/${name}`,
  pod: (system: string, namespace: string, name: string) => `${system}/pods/${namespace}/${name}`,
  volume: (system: string, namespace: string, name: string) => `${system}/volumes/${namespace}/${name}`,
  ingress: (system: string, namespace: string, name: string) => `${system}/ingresses/${namespace}/${name}`,
};

export function problem(code: string, health: Health, text: LocalText): Problem {
  return { code: `kubernetes.${code}`, health, text };
}

/** A part of an object by its path; undefined wherever the path leads out of it. */
export function at(object: Item["object"], ...path: string[]): unknown {
  let place: unknown = object;
  for (const key of path) place = isTree(place) && Object.hasOwn(place, key) ? place[key] : undefined;
  return place;
}

/** The same as a number or null. */
export function numberAt(object: Item["object"], ...path: string[]): number | null {
  const value = at(object, ...path);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The same as words of bounded length or null. */
export function wordAt(object: Item["object"], ...path: string[]): string | null {
  const value = at(object, ...path);
  return typeof value === "string" && value !== "" ? value.slice(0, 500) : null;
}

/** The same as a list of objects; what is none is left out. */
export function treesAt(object: Item["object"], ...path: string[]): Record<string, unknown>[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isTree) : [];
}
