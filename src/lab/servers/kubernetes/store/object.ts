/** Plain JSON, as it stands in bodies. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json | undefined };

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

/** ObjectMeta of the Kubernetes API. Times are RFC 3339 in whole seconds, UTC. */
export type Meta = {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
};

/** Any object that the API serves; what else it holds depends on its kind. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: Meta;
  spec?: JsonObject;
  status?: JsonObject;
};

/** Whether it is an object of JSON: no list, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a path of keys; undefined where there is nothing. */
export function read(value: unknown, ...path: string[]): unknown {
  let here = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** The text at a path; empty where there is none. */
export function words(value: unknown, ...path: string[]): string {
  const found = read(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path, or `otherwise`. */
export function count(value: unknown, path: readonly string[], otherwise = 0): number {
  const found = read(value, ...path);
  return typeof found === "number" ? found : otherwise;
}

/** The list at a path; empty where there is none. */
export function items(value: unknown, ...path: string[]): unknown[] {
  const found = read(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** Epoch milliseconds as the API writes them: whole seconds, UTC. */
export function stamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** `namespace/name`, or the name alone: what identifies an object within its resource. */
export function keyOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}
