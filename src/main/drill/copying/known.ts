import type { Estate } from "../../../shared/estate.ts";
import type { FactValue, Resource } from "../../../shared/resource.ts";

/** What a copy is made of: the estate in force, and every resource as it was last seen. */
export interface Known {
  estate: Estate;
  resources: readonly Resource[];
}

/** The resources of one system, by what their identifiers have after its name. */
export class SystemKnown {
  readonly system: string;
  readonly #own: ReadonlyMap<string, Resource>;

  constructor(system: string, resources: readonly Resource[]) {
    this.system = system;
    const prefix = `${system}/`;
    const own = resources.filter((resource) => resource.system === system && resource.id.startsWith(prefix));
    this.#own = new Map(own.map((resource) => [resource.id.slice(prefix.length), resource]));
  }

  get(path: string): Resource | null {
    return this.#own.get(path) ?? null;
  }

  /** Those whose identifier goes on like this, with the rest of it, by name. */
  below(path: string): { rest: string; resource: Resource }[] {
    return [...this.#own]
      .filter(([id]) => id.startsWith(path))
      .map(([id, resource]) => ({ rest: id.slice(path.length), resource }))
      .sort((one, other) => (one.rest < other.rest ? -1 : 1));
  }
}

/** A fact's value; null where it is not known. */
export function factOf(resource: Resource | null, key: string): FactValue {
  return resource?.facts[key]?.value ?? null;
}

export function wordsOf(resource: Resource | null, key: string): string | null {
  const value = factOf(resource, key);
  return typeof value === "string" && value !== "" ? value : null;
}

export function numberOf(resource: Resource | null, key: string): number | null {
  const value = factOf(resource, key);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

export function listOf(resource: Resource | null, key: string): string[] {
  const value = factOf(resource, key);
  return Array.isArray(value) ? value : typeof value === "string" ? [value] : [];
}

/** The entries of an object that are there: what is undefined is left out, as strict types want it. */
export function present<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]: Exclude<Shape[Key], undefined> } {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Shape]: Exclude<Shape[Key], undefined> };
}

/** Host and port of a URL; its scheme's port where it names none. */
export function placeOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: port === "" ? (protocol === "http:" ? 80 : 443) : Number(port) };
}
