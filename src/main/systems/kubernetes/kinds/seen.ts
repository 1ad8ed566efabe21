import type { FactValue, Health, Problem, ResourceKind } from "../../../../shared/resource.ts";
import type { LocalText } from "../../../../shared/text.ts";
import { type Item, isTree } from "../list-watch/items.ts";

/** One object of the cluster as a resource of the console, before time and source are put to it. */
export interface Seen {
  id: string;
  kind: ResourceKind;
  name: string;
  parent: string | null;
  /** The resource that it runs on, where that is not its parent. */
  runsOn?: string | null;
  facts: Record<string, FactValue>;
  problems: Problem[];
}

/** What one object says of another: a budget or quota of its namespace, figures of a node. */
export interface Attached {
  to: string;
  facts: Readonly<Record<string, FactValue>>;
  /** Lines to be added to facts that are lists, since several objects may say something of the same. */
  lines: Readonly<Record<string, string>>;
  problems: readonly Problem[];
  /** When it was measured, epoch milliseconds; null: when it was read. */
  measuredAt: number | null;
}

/** Something attached; what is not said is none. */
export function attachedTo(to: string, parts: Partial<Omit<Attached, "to">>): Attached {
  return { to, facts: {}, lines: {}, problems: [], measuredAt: null, ...parts };
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
  route: (system: string, namespace: string, name: string) => `${system}/routes/${namespace}/${name}`,
  release: (system: string, namespace: string, name: string) => `${system}/releases/${namespace}/${name}`,
  operator: (system: string, name: string) => `${system}/operators/${name}`,
  machinePool: (system: string, name: string) => `${system}/machine-pools/${name}`,
};

/** Folders whose resources have their namespace after so many parts of their identifier. */
const namespaceAfter: Readonly<Record<string, number>> = {
  namespaces: 0,
  workloads: 1,
  pods: 0,
  volumes: 0,
  ingresses: 0,
  routes: 0,
  releases: 0,
};

/** The namespace that a resource of this system is in, or is; null for what is in none. */
export function namespaceOfResource(system: string, id: string): string | null {
  if (!id.startsWith(`${system}/`)) return null;
  const [folder = "", ...rest] = id.slice(system.length + 1).split("/");
  const after = Object.hasOwn(namespaceAfter, folder) ? namespaceAfter[folder] : undefined;
  return after === undefined ? null : (rest[after] ?? null);
}

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

/** The same as a time of the API (RFC 3339) in epoch milliseconds. */
export function timeAt(object: Item["object"], ...path: string[]): number | null {
  return timeOf(wordAt(object, ...path));
}

/** A timestamp of the API (RFC 3339) in epoch milliseconds. */
export function timeOf(words: string | null): number | null {
  const time = words === null ? Number.NaN : Date.parse(words);
  return Number.isNaN(time) ? null : time;
}

/** What others wrote, short and without control characters. */
export function cleaned(words: string, most = 300): string {
  const clean = words.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** One of an object's status conditions as it stands; "" when it is not said. */
export function conditionOf(
  object: Item["object"],
  type: string,
): { status: string; reason: string; message: string } {
  const found = treesAt(object, "status", "conditions").find((each) => each.type === type);
  const word = (key: string) => (typeof found?.[key] === "string" ? cleaned(found[key]) : "");
  return { status: word("status"), reason: word("reason"), message: word("message") };
}

/** The same as a list of objects; what is none is left out. */
export function treesAt(object: Item["object"], ...path: string[]): Record<string, unknown>[] {
  const value = at(object, ...path);
  return Array.isArray(value) ? value.filter(isTree) : [];
}
