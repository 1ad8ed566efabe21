import { objectOf, referencesIn, type SessionObjects, valueAt } from "../inventory/objects.ts";
import { isA } from "../inventory/types.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import { child, children, type Element, isTrue, wordsOf } from "../soap/element.ts";
import { referenceOf } from "../soap/request.ts";
import type { Reference } from "../soap/values.ts";
import { invalidArgument, notFound, VimFault } from "../soap/vim-fault.ts";

/** Which properties of a type are wanted (PropertySpec); null: all. */
export interface PropertyWish {
  type: string;
  paths: readonly string[] | null;
}

/** A way from one object to others (TraversalSpec). */
interface Traversal {
  type: string;
  path: string;
  skip: boolean;
  /** What is followed from there; looked up by name, since a traversal may lead to itself. */
  next: readonly (Traversal | string)[];
}

interface StartingPoint {
  object: Reference;
  skip: boolean;
  next: readonly (Traversal | string)[];
  named: ReadonlyMap<string, Traversal>;
}

/** What is to be collected (PropertyFilterSpec). */
export interface Selection {
  wishes: readonly PropertyWish[];
  starts: readonly StartingPoint[];
  /** Objects that are gone are passed over instead of being an error. */
  passesOverMissing: boolean;
}

/** Reads a PropertyFilterSpec. Throws VimFault `InvalidArgument` when something in it is missing. */
export function readSelection(spec: Element): Selection {
  const wishes = children(spec, "propSet").map((each): PropertyWish => {
    const type = wordsOf(each, "type");
    if (!type) throw invalidArgument("specSet.propSet.type");
    const paths = children(each, "pathSet").map(({ text }) => text.trim());
    return { type, paths: isTrue(each, "all") ? null : paths };
  });
  const starts = children(spec, "objectSet").map((each): StartingPoint => {
    const object = referenceOf(child(each, "obj"));
    if (!object) throw invalidArgument("specSet.objectSet.obj");
    const named = new Map<string, Traversal>();
    return { object, skip: isTrue(each, "skip"), next: readNext(each, named), named };
  });
  if (starts.length === 0) throw invalidArgument("specSet.objectSet");
  return { wishes, starts, passesOverMissing: isTrue(spec, "reportMissingObjectsInResults") };
}

function readNext(element: Element, named: Map<string, Traversal>): (Traversal | string)[] {
  return children(element, "selectSet").map((each) => {
    const name = wordsOf(each, "name");
    const path = wordsOf(each, "path");
    const type = wordsOf(each, "type");
    // A SelectionSpec by itself names a traversal that stands elsewhere.
    if (path === null || type === null) return name ?? "";
    const traversal: Traversal = { type, path, skip: isTrue(each, "skip"), next: readNext(each, named) };
    if (name !== null) named.set(name, traversal);
    return traversal;
  });
}

/** All that is wanted of a type: what is said of it and of those that it is derived from; null when nothing is. */
export function wishFor(wishes: readonly PropertyWish[], type: string): PropertyWish | null {
  const fitting = wishes.filter((wish) => isA(type, wish.type));
  if (fitting.length === 0) return null;
  if (fitting.some(({ paths }) => paths === null)) return { type, paths: null };
  return { type, paths: [...new Set(fitting.flatMap(({ paths }) => paths ?? []))] };
}

/**
 * The objects that a selection leads to and of which something is wanted, each once. Throws VimFault: `InvalidArgument`
 * for a traversal that nothing is named by, `ManagedObjectNotFound` for a starting point that is gone.
 */
export function selectObjects(center: VCenter, own: SessionObjects, selection: Selection): Reference[] {
  const found = new Map<string, Reference>();
  for (const start of selection.starts) {
    if (!objectOf(center, start.object, own)) {
      if (selection.passesOverMissing) continue;
      throw notFound(start.object);
    }
    const seen = new Map<Traversal | StartingPoint, Set<string>>();
    const visit = (object: Reference, from: Traversal | StartingPoint) => {
      const visited = seen.get(from) ?? new Set<string>();
      seen.set(from, visited);
      const key = `${object.type}:${object.id}`;
      if (visited.has(key)) return;
      visited.add(key);
      if (!from.skip && wishFor(selection.wishes, object.type)) found.set(key, object);
      for (const each of from.next) {
        const traversal = typeof each === "string" ? start.named.get(each) : each;
        if (!traversal) throw invalidArgument("specSet.objectSet.selectSet.name");
        if (!isA(object.type, traversal.type)) continue;
        const reader = objectOf(center, object, own);
        if (!reader) continue;
        for (const next of targets(reader, traversal.path)) visit(next, traversal);
      }
    };
    visit(start.object, start);
  }
  return [...found.values()];
}

/** Where a path of an object leads; nowhere when its type has no such property. */
function targets(reader: Parameters<typeof valueAt>[0], path: string): Reference[] {
  try {
    return referencesIn(valueAt(reader, path));
  } catch (error) {
    if (error instanceof VimFault && error.type === "InvalidProperty") return [];
    throw error;
  }
}
